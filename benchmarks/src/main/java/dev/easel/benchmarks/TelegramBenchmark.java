package dev.easel.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.easel.Backend;
import dev.easel.bot.BotLimits;
import dev.easel.bot.ImageBot;
import dev.easel.chat.Host;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.Timelines;
import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderedImage;
import dev.easel.image.TaskKind;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.limit.RateLimiter;
import dev.easel.memory.MemoryBackend;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import dev.easel.telegram.TelegramTransport;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/**
 * Telegram before a fake server in another process.
 *
 * <ul>
 *   <li>{@code crowd}: 1,000 people ask for a picture within a second, and the platform keeps its
 *       limits: when has the last one theirs, and was the bot ever told to wait?
 *   <li>{@code intake}: how many updates a second get from the platform into the queue
 *   <li>{@code stop}: how long a stop takes with a poll in flight
 * </ul>
 */
public final class TelegramBenchmark {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "4242:AAF-benchmark-token";

  private final URI server;
  private final HttpClient http = HttpClient.newHttpClient();

  private TelegramBenchmark(URI server) {
    this.server = server;
  }

  public static void main(String[] args) throws Exception {
    String what = args.length == 0 ? "crowd" : args[0];
    int count = args.length < 2 ? 0 : Integer.parseInt(args[1]);
    boolean limits = what.equals("crowd");
    int port = freePort();
    Process platform = startPlatform(port, limits);
    try {
      TelegramBenchmark benchmark = new TelegramBenchmark(URI.create("http://127.0.0.1:" + port));
      benchmark.awaitPlatform();
      switch (what) {
        case "crowd" -> benchmark.crowd(count == 0 ? 1_000 : count);
        case "intake" -> benchmark.intake(count == 0 ? 40_000 : count);
        case "stop" -> benchmark.stop();
        default -> throw new IllegalArgumentException("crowd, intake or stop, not " + what);
      }
    } finally {
      platform.destroy();
      platform.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Process startPlatform(int port, boolean limits) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            FakeBotApi.class.getName(),
            "--port",
            Integer.toString(port),
            limits ? "--limits" : "--no-limits");
    return command
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void awaitPlatform() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      try {
        get("");
        return;
      } catch (UncheckedIOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IllegalStateException("the fake platform did not start");
  }

  private void crowd(int people) throws InterruptedException {
    Provider provider = new Provider();
    try (Backend backend = MemoryBackend.create()) {
      ImageBot bot =
          ImageBot.builder(telegram().build(), provider, backend)
              .limits(BotLimits.DEFAULT.withJobsPerMinute(0))
              .workers(2)
              .build();
      try (bot) {
        bot.start();
        TimeUnit.SECONDS.sleep(1); // so that the poll waits and classes are loaded
        long heapBefore = heap();
        Instant began = Instant.now();
        post("/crowd", "{\"people\":" + people + ",\"text\":\"a lighthouse at dusk\"}");
        Duration asked = Duration.between(began, Instant.now());
        long pictures = 0;
        Instant last = began;
        while (pictures < people && Duration.between(began, Instant.now()).toSeconds() < 180) {
          TimeUnit.MILLISECONDS.sleep(500);
          pictures = 0;
          for (JsonNode message : get("/messages")) {
            if (!message.path("kind").asText().equals("TEXT")) {
              pictures++;
              Instant at = Instant.parse(message.path("changedAt").asText());
              last = at.isAfter(last) ? at : last;
            }
          }
        }
        System.out.printf(
            Locale.ROOT,
            "crowd people=%d asked_within=%d_ms pictures=%d last_after=%.1f_s told_to_wait=%d"
                + " rendered=%d heap_before=%d_MB heap_after=%d_MB calls=%s%n",
            people,
            asked.toMillis(),
            pictures,
            Duration.between(began, last).toMillis() / 1_000.0,
            get("").path("refusedForLimits").asLong(),
            provider.made.get(),
            heapBefore >> 20,
            heap() >> 20,
            get("/calls"));
      }
    }
  }

  private void intake(int updates) throws InterruptedException {
    try (MemoryBackend backend = MemoryBackend.create()) {
      Lane lane = Lane.inbox("telegram:main");
      backend
          .admin()
          .configure(
              lane,
              LanePolicy.DEFAULT.withMaxJobs(updates + 1_000).withMaxJobsPerGroup(updates + 1_000));
      post(
          "/crowd", "{\"people\":1000,\"each\":" + updates / 1_000 + ",\"text\":\"a lighthouse\"}");
      AtomicInteger accepted = new AtomicInteger();
      Inbox inbox =
          event -> {
            backend
                .queue()
                .accept(
                    NewJob.of(
                        JobId.of("telegram:main:" + event.envelope().eventId()),
                        lane,
                        new GroupId(event.envelope().conversation().key()),
                        new Payload("event", 1, text(event))));
            accepted.incrementAndGet();
            return Optional.empty();
          };
      TelegramTransport transport = telegram().build();
      long began = System.nanoTime();
      transport.start(new BenchmarkHost(backend, inbox));
      while (accepted.get() < updates / 1_000 * 1_000) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "intake updates=%d seconds=%.2f per_second=%.0f%n",
          accepted.get(),
          seconds,
          accepted.get() / seconds);
      transport.close(Duration.ofSeconds(5));
    }
  }

  private static byte[] text(InboundEvent event) {
    String words = event instanceof InboundEvent.TextReceived t ? t.text() : "";
    return words.getBytes(StandardCharsets.UTF_8);
  }

  private void stop() throws InterruptedException {
    try (MemoryBackend backend = MemoryBackend.create()) {
      TelegramTransport transport = telegram().build();
      transport.start(new BenchmarkHost(backend, event -> Optional.empty()));
      while (transport.health().status() != Health.Status.UP) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      TimeUnit.SECONDS.sleep(1);
      long began = System.nanoTime();
      transport.close(Duration.ofSeconds(10));
      long millis = (System.nanoTime() - began) / 1_000_000;
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(n -> n.startsWith("easel"))
              .toList();
      System.out.println("stop millis=" + millis + " threads_left=" + left);
    }
  }

  private TelegramTransport.Builder telegram() {
    return TelegramTransport.polling(TOKEN).apiUrl(server);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(control(path)).build());
  }

  private void post(String path, String body) {
    send(
        HttpRequest.newBuilder(control(path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private URI control(String path) {
    return URI.create(server + "/control/" + TOKEN + path);
  }

  private JsonNode send(HttpRequest request) {
    try {
      return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes the same picture at once. */
  private static final class Provider implements ImageProvider {
    final AtomicInteger made = new AtomicInteger();
    private final byte[] picture = picture();

    private static byte[] picture() {
      try {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Capabilities capabilities() {
      return Capabilities.builder("instant").tasks(TaskKind.GENERATE).maxConcurrent(8).build();
    }

    @Override
    public Health check() {
      return Health.up();
    }

    @Override
    public RenderOutcome render(ImageTask task, RenderContext context) {
      made.incrementAndGet();
      return RenderOutcome.Rendered.of(
          "instant", List.of(RenderedImage.of(picture, Optional.empty())));
    }
  }

  private record BenchmarkHost(Backend backend, Inbox inbox) implements Host {
    @Override
    public StateStore state() {
      return backend.state();
    }

    @Override
    public RateLimiter limiter() {
      return backend.limiter();
    }

    @Override
    public ImageStore images() {
      return backend.images();
    }

    @Override
    public Timelines timelines() {
      return backend.timelines();
    }

    @Override
    public InstantSource time() {
      return backend.time();
    }
  }
}
