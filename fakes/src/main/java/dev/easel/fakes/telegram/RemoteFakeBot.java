package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A bot of a {@link FakeBotApi} that runs as a program of its own, and the people who write to it.
 * A person is a number, and so is their private chat; a group has a number of its own. Thread-safe.
 */
public final class RemoteFakeBot {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final String pages;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * Names the bot; nothing is called yet.
   *
   * @param api where the server is
   */
  public RemoteFakeBot(URI api, String token) {
    this.pages = requireNonNull(api, "api") + "/control/" + requireNonNull(token, "token");
  }

  /** Waits until the server is there. */
  public void awaitServer(Duration atMost) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        get("");
        return;
      } catch (UncheckedIOException e) {
        pause(end, "no server within " + atMost);
      }
    }
  }

  /** Without the at-sign. */
  public String username() {
    return get("").path("username").asText();
  }

  /** How many updates wait for the bot to confirm them. */
  public int pending() {
    return get("").path("pending").asInt();
  }

  /** A new group that the bot is in. */
  public long group(String title) {
    return post("/group", Map.of("title", title)).path("chat").asLong();
  }

  /** Writes in the person's private chat. */
  public int says(long person, String text) {
    return says(person, person, 0, text);
  }

  /**
   * Writes.
   *
   * @param replyTo the message that it answers; 0: none
   */
  public int says(long person, long chat, int replyTo, String text) {
    return post("/say", Map.of("person", person, "chat", chat, "replyTo", replyTo, "text", text))
        .path("message")
        .asInt();
  }

  /** Sends a photo in the person's private chat. */
  public int sendsPhoto(long person, byte[] photo, String caption) {
    return post("/photo", Map.of("person", person, "photo", photo, "caption", caption))
        .path("message")
        .asInt();
  }

  /** Sends several photos as one album. */
  public void sendsAlbum(long person, List<byte[]> photos, String caption) {
    post("/album", Map.of("person", person, "photos", photos, "caption", caption));
  }

  /**
   * Presses the button whose label contains a text.
   *
   * @return names the press, for {@link #answer}
   */
  public String presses(long person, SentMessage message, String labelPart) {
    return post(
            "/press",
            Map.of(
                "person",
                person,
                "chat",
                message.chat(),
                "message",
                message.id(),
                "button",
                labelPart))
        .path("press")
        .asText();
  }

  /** How the bot answered a press; empty: not yet. */
  public Optional<PressAnswer> answer(String press) {
    JsonNode answer = get("/answer/" + press);
    return answer.path("answered").asBoolean()
        ? Optional.of(
            new PressAnswer(
                answer.path("text").asText(),
                answer.path("alert").asBoolean(),
                Duration.ofMillis(answer.path("millis").asLong())))
        : Optional.empty();
  }

  /** Blocks the bot. */
  public void blocks(long person) {
    post("/block", Map.of("person", person));
  }

  /** The bot's messages in a chat, as they are now, oldest first. */
  public List<SentMessage> messages(long chat) {
    List<SentMessage> messages = new ArrayList<>();
    get("/messages?chat=" + chat).forEach(m -> messages.add(message(m)));
    return messages;
  }

  /** The bytes of a picture or file that the bot sent. */
  public byte[] content(SentMessage message) {
    return send(HttpRequest.newBuilder(page("/content/" + message.chat() + "/" + message.id())));
  }

  /** Waits for a message of the bot that fits. */
  public SentMessage awaits(long chat, Duration atMost, Predicate<SentMessage> which)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      List<SentMessage> there = messages(chat);
      Optional<SentMessage> match = there.stream().filter(which).findFirst();
      if (match.isPresent()) {
        return match.get();
      }
      pause(end, "no such message within " + atMost + "; there are: " + there);
    }
  }

  /** Waits for the answer to a press. */
  public PressAnswer awaitsAnswer(String press, Duration atMost)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<PressAnswer> answer = answer(press);
      if (answer.isPresent()) {
        return answer.get();
      }
      pause(end, "no answer within " + atMost);
    }
  }

  private static void pause(long end, String otherwise)
      throws InterruptedException, TimeoutException {
    if (System.nanoTime() - end >= 0) {
      throw new TimeoutException(otherwise);
    }
    TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
  }

  private static SentMessage message(JsonNode m) {
    List<List<SentMessage.Button>> rows = new ArrayList<>();
    for (JsonNode row : m.path("buttons")) {
      List<SentMessage.Button> buttons = new ArrayList<>();
      row.forEach(
          b ->
              buttons.add(
                  new SentMessage.Button(b.path("label").asText(), b.path("data").asText())));
      rows.add(buttons);
    }
    return new SentMessage(
        m.path("chat").asLong(),
        m.path("id").asInt(),
        SentMessage.Kind.valueOf(m.path("kind").asText()),
        m.path("text").asText(),
        Optional.ofNullable(m.path("fileId").textValue()),
        Optional.ofNullable(m.path("fileName").textValue()),
        Optional.ofNullable(m.path("mime").textValue()),
        m.path("bytes").asLong(),
        rows,
        Optional.ofNullable(m.path("album").textValue()),
        m.path("replyTo").asInt(),
        m.path("thread").asInt(),
        m.path("edits").asInt(),
        Instant.parse(m.path("sentAt").asText()),
        Instant.parse(m.path("changedAt").asText()));
  }

  private JsonNode get(String path) {
    return read(send(HttpRequest.newBuilder(page(path))));
  }

  private JsonNode post(String path, Map<String, ?> body) {
    try {
      byte[] json = JSON.writeValueAsBytes(body);
      return read(
          send(
              HttpRequest.newBuilder(page(path))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(json))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URI page(String path) {
    return URI.create(pages + path);
  }

  private byte[] send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IllegalArgumentException("the server says " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static JsonNode read(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
