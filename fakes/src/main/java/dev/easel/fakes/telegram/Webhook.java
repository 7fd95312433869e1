package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Pushes updates to a bot: those of one chat in order and one at a time, again after a growing
 * while or after the time that the bot asks for until it answers 200.
 */
final class Webhook implements AutoCloseable {
  private static final Duration FIRST_DELAY = Duration.ofMillis(500);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(60);

  private record Trouble(int times, long notBefore) {}

  private final UpdateQueue updates;
  private final URI url;
  private final String secret;
  private final int connections;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ExecutorService senders;
  private final Thread thread;
  private final Map<Long, Long> inFlight = new ConcurrentHashMap<>(); // update to chat
  private final Map<Long, Trouble> troubles = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile @Nullable String lastError;

  Webhook(UpdateQueue updates, URI url, String secret, int connections) {
    this.updates = updates;
    this.url = url;
    this.secret = secret;
    this.connections = connections;
    this.senders =
        Executors.newFixedThreadPool(
            Math.min(connections, 20),
            r -> {
              Thread t = new Thread(r, "fake-telegram-webhook-sender");
              t.setDaemon(true);
              return t;
            });
    this.thread = new Thread(this::run, "fake-telegram-webhook");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  URI url() {
    return url;
  }

  String secret() {
    return secret;
  }

  int connections() {
    return connections;
  }

  Optional<String> lastError() {
    return Optional.ofNullable(lastError);
  }

  private void run() {
    try {
      while (!closed) {
        boolean sent = sendWhatCan();
        if (!sent) {
          Thread.sleep(5);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() wants the end
    }
  }

  private boolean sendWhatCan() throws InterruptedException {
    boolean sent = false;
    Set<Long> busy = new HashSet<>(inFlight.values());
    for (ObjectNode update : updates.oldest(1_000, Duration.ofMillis(200))) {
      long id = update.path("update_id").asLong();
      long chat = chatOf(update);
      // what follows in a chat waits for what came before it, also for what is to be repeated
      boolean first = busy.add(chat);
      Trouble trouble = troubles.get(id);
      boolean due = trouble == null || System.nanoTime() - trouble.notBefore() >= 0;
      if (first && due && inFlight.size() < connections && !closed) {
        inFlight.put(id, chat);
        senders.execute(() -> push(id, update));
        sent = true;
      }
    }
    return sent;
  }

  private void push(long id, ObjectNode update) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(url)
              .timeout(Duration.ofSeconds(30))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(update.toString()));
      if (!secret.isEmpty()) {
        request.header("X-Telegram-Bot-Api-Secret-Token", secret);
      }
      HttpResponse<Void> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() / 100 == 2) {
        updates.remove(id);
        troubles.remove(id);
      } else {
        later(
            id,
            "Wrong response from the webhook: " + answer.statusCode(),
            answer.headers().firstValue("Retry-After").map(Long::parseLong));
      }
    } catch (IOException e) {
      later(id, "Connection failed", Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inFlight.remove(id);
    }
  }

  private void later(long id, String error, Optional<Long> seconds) {
    lastError = error;
    Trouble before = troubles.get(id);
    int times = before == null ? 1 : before.times() + 1;
    long grown = FIRST_DELAY.toNanos() << Math.min(times - 1, 7);
    long delay =
        seconds
            .map(s -> Duration.ofSeconds(s).toNanos())
            .orElse(Math.min(grown, LONGEST_DELAY.toNanos()));
    troubles.put(id, new Trouble(times, System.nanoTime() + delay));
  }

  private static long chatOf(JsonNode update) {
    for (JsonNode part : update) {
      JsonNode chat = part.path("chat").path("id");
      if (!chat.isMissingNode()) {
        return chat.asLong();
      }
      JsonNode source = part.path("message").path("chat").path("id");
      if (!source.isMissingNode()) {
        return source.asLong();
      }
    }
    return 0;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    senders.shutdownNow();
  }
}
