package dev.easel.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that knows the API from its description only. */
final class Client {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final String FORM = "multipart/form-data; boundary=XyZ";

  /** One event of a stream; a comment has no name. */
  record Event(String id, String name, JsonNode data) {
    String text() {
      return data.path("text").asText();
    }

    String messageId() {
      return data.path("id").asText();
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  final String conversation;

  Client(URI base, String conversation) {
    this.base = base;
    this.conversation = conversation;
  }

  Client(URI base) {
    this(base, UUID.randomUUID().toString());
  }

  URI uri(String path) {
    return URI.create(base.toString().replaceAll("/$", "") + path);
  }

  String chat(String what) {
    return "/api/chat/" + conversation + "/" + what;
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(with(HttpRequest.newBuilder(uri(path)), headers).build());
  }

  HttpResponse<String> head(String path, String... headers) {
    return send(
        with(HttpRequest.newBuilder(uri(path)), headers)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build());
  }

  HttpResponse<byte[]> bytes(String path) {
    return sending(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> post(String path, String type, byte[] body, String... headers) {
    return send(
        with(HttpRequest.newBuilder(uri(path)), headers)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  HttpResponse<String> postJson(String path, String json, String... headers) {
    return post(path, "application/json", json.getBytes(StandardCharsets.UTF_8), headers);
  }

  HttpResponse<String> say(String text, String... headers) {
    return postJson(chat("messages"), json(Map.of("text", text)), headers);
  }

  HttpResponse<String> press(String messageId, String action, String... headers) {
    return postJson(
        chat("actions"), json(Map.of("messageId", messageId, "action", action)), headers);
  }

  HttpResponse<String> upload(String text, List<byte[]> images, String... headers) {
    return post(chat("messages"), FORM, form(text, images), headers);
  }

  /** What {@link #upload} sends. */
  static byte[] form(String text, List<byte[]> images) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    part(
        body,
        "form-data; name=\"text\"",
        "text/plain;charset=UTF-8",
        text.getBytes(StandardCharsets.UTF_8));
    for (byte[] image : images) {
      part(body, "form-data; name=\"image\"; filename=\"a.png\"", "image/png", image);
    }
    body.writeBytes("--XyZ--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  static JsonNode tree(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  static String id(HttpResponse<String> response) {
    return tree(response).path("id").asText();
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stream stream(String... headers) {
    return streamAt(chat("events"), headers);
  }

  Stream streamOfPage(String page) {
    return streamAt(chat("events?page=" + page));
  }

  private Stream streamAt(String path, String... headers) {
    return new Stream(
        sending(
            with(HttpRequest.newBuilder(uri(path)), headers).build(),
            HttpResponse.BodyHandlers.ofInputStream()));
  }

  private static void part(
      ByteArrayOutputStream body, String disposition, String type, byte[] data) {
    String head =
        "--XyZ\r\nContent-Disposition: " + disposition + "\r\nContent-Type: " + type + "\r\n\r\n";
    body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(data);
    body.writeBytes(new byte[] {'\r', '\n'});
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest request) {
    return sending(request, HttpResponse.BodyHandlers.ofString());
  }

  private <T> HttpResponse<T> sending(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An open event stream, read in the background. */
  static final class Stream implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile boolean ended;

    private Stream(HttpResponse<InputStream> response) {
      this.response = response;
      reader = new Thread(this::read, "HttpClient-stream-reader");
      reader.setDaemon(true);
      reader.start();
    }

    /** The next event that is no comment. */
    Event next() throws InterruptedException {
      while (true) {
        Event event = any();
        if (!event.name().isEmpty()) {
          return event;
        }
      }
    }

    /** The next event or comment. */
    Event any() throws InterruptedException {
      Event event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new AssertionError("no event in time; ended: " + ended);
      }
      return event;
    }

    /** All events until one satisfies the condition. */
    List<Event> until(Predicate<Event> last) throws InterruptedException {
      List<Event> all = new ArrayList<>();
      do {
        all.add(next());
      } while (!last.test(all.get(all.size() - 1)));
      return all;
    }

    /** Whether the server ended it. */
    boolean awaitEnd() throws InterruptedException {
      reader.join(PATIENCE.toMillis());
      return ended;
    }

    List<Event> rest() {
      List<Event> all = new ArrayList<>();
      events.drainTo(all);
      all.removeIf(e -> e.name().isEmpty());
      return all;
    }

    private void read() {
      String id = "";
      String name = "";
      StringBuilder data = new StringBuilder();
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (line.startsWith(":")) {
            events.add(new Event("", "", JSON.createObjectNode()));
          } else if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("event: ")) {
            name = line.substring(7);
          } else if (line.startsWith("data: ")) {
            data.append(line.substring(6));
          } else if (line.isEmpty() && !data.isEmpty()) {
            events.add(new Event(id, name, JSON.readTree(data.toString())));
            data.setLength(0);
          }
        }
        ended = true;
      } catch (IOException e) {
        ended = !(e.getMessage() != null && e.getMessage().equals("closed"));
      }
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
