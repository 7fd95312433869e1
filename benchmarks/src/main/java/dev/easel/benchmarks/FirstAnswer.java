package dev.easel.benchmarks;

import dev.easel.Backend;
import dev.easel.bot.BotLimits;
import dev.easel.bot.ImageBot;
import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderedImage;
import dev.easel.memory.MemoryBackend;
import dev.easel.web.WebTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a person waits for the bot's first answer on the web: from before the message is posted
 * to the first event of the bot on their stream. The bot runs in a process of its own, with a
 * provider that answers at once.
 *
 * <pre>
 * java -cp benchmarks/target/easel-benchmarks-jmh.jar dev.easel.benchmarks.FirstAnswer [seconds] [per second]
 * </pre>
 */
public final class FirstAnswer {
  private static final int CONVERSATIONS = 50; // one address may have 64 streams
  private static final int WARM_UP_SECONDS = 10;

  private FirstAnswer() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("bot")) {
      bot();
      return;
    }
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
    int perSecond = args.length > 1 ? Integer.parseInt(args[1]) : 50;
    Process bot =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FirstAnswer.class.getName(),
                "bot")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(bot.getInputStream(), StandardCharsets.UTF_8))) {
      new Client(URI.create(out.readLine())).run(seconds, perSecond);
    } finally {
      bot.destroy();
      bot.waitFor();
    }
  }

  private static void bot() throws InterruptedException {
    WebTransport web =
        WebTransport.builder().port(0).conversationsPerHour(0).messagesPerMinute(0).build();
    try (Backend backend = MemoryBackend.create()) {
      ImageBot bot =
          ImageBot.builder(web, new Instant(), backend)
              .limits(BotLimits.DEFAULT.withJobsPerMinute(0).withWaitingPerUser(1000))
              .build();
      bot.start();
      System.out.println(web.address().orElseThrow());
      Thread.currentThread().join();
    }
  }

  /** Answers at once with one small picture. */
  private static final class Instant implements ImageProvider {
    private static final byte[] PNG =
        Base64.getDecoder()
            .decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=");

    @Override
    public Capabilities capabilities() {
      return Capabilities.builder("instant")
          .repeat(Capabilities.Repeat.SAFE)
          .maxConcurrent(8)
          .build();
    }

    @Override
    public Health check() {
      return Health.up();
    }

    @Override
    public RenderOutcome render(ImageTask task, RenderContext context) {
      return RenderOutcome.Rendered.of("instant", List.of(RenderedImage.of(PNG, Optional.empty())));
    }
  }

  /** Posts in turn to many conversations, each with a stream open. */
  private static final class Client {
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final List<Person> people = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();

    Client(URI address) {
      this.address = address;
    }

    void run(int seconds, int perSecond) throws IOException, InterruptedException {
      for (int i = 0; i < CONVERSATIONS; i++) {
        people.add(new Person());
      }
      post(WARM_UP_SECONDS, perSecond);
      waits.clear();
      int sent = post(seconds, perSecond);
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (waits.size() < sent && System.nanoTime() < deadline) {
        LockSupport.parkNanos(1_000_000);
      }
      long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
      System.out.printf(
          "first answer: sent=%d answered=%d p50=%.1f ms p95=%.1f ms p99=%.1f ms max=%.1f ms%n",
          sent, sorted.length, at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 1));
    }

    private int post(int seconds, int perSecond) {
      long gap = 1_000_000_000L / perSecond;
      long next = System.nanoTime();
      int count = seconds * perSecond;
      for (int i = 0; i < count; i++) {
        while (System.nanoTime() < next) {
          LockSupport.parkNanos(next - System.nanoTime());
        }
        people.get(i % people.size()).says("a lighthouse, number " + i, next);
        next += gap;
      }
      return count;
    }

    private static double at(long[] sorted, double part) {
      if (sorted.length == 0) {
        return Double.NaN;
      }
      return sorted[Math.min(sorted.length - 1, (int) Math.ceil(part * sorted.length) - 1)] / 1e6;
    }

    private final class Person {
      private final String conversation = UUID.randomUUID().toString();
      private final AtomicLong asked = new AtomicLong();

      Person() {
        HttpRequest events =
            HttpRequest.newBuilder(address.resolve("/api/chat/" + conversation + "/events"))
                .build();
        http.sendAsync(
            events, HttpResponse.BodyHandlers.fromLineSubscriber(new Lines(this::heard)));
      }

      /**
       * @param due when it was to be posted: if the client is late, the person has waited since
       */
      void says(String text, long due) {
        asked.set(due);
        HttpRequest post =
            HttpRequest.newBuilder(address.resolve("/api/chat/" + conversation + "/messages"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
                .build();
        http.sendAsync(post, HttpResponse.BodyHandlers.discarding())
            .thenAccept(
                answer -> {
                  if (answer.statusCode() != 202) {
                    System.out.println("refused: " + answer.statusCode());
                  }
                });
      }

      private void heard(String line) {
        if (line.contains("\"from\":\"bot\"")) {
          long since = asked.getAndSet(0);
          if (since != 0) {
            waits.add(System.nanoTime() - since);
          }
        }
      }
    }
  }
}
