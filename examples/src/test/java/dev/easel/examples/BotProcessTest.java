package dev.easel.examples;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.images.FakeWebUi;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bot as a process of its own, seen from outside. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BotProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String conversation = UUID.randomUUID().toString();
  private @Nullable Process bot;
  @TempDir private Path data;

  @AfterEach
  void end() throws InterruptedException {
    if (bot != null && bot.isAlive()) {
      bot.destroyForcibly().waitFor();
    }
  }

  private URI start(Map<String, String> settings) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            BotProgram.class.getName());
    builder.environment().put("EASEL_HTTP_PORT", "0");
    builder.environment().put("EASEL_DATA_DIR", data.toString());
    builder.environment().putAll(settings);
    Process started = builder.redirectErrorStream(true).start();
    bot = started;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher address = Pattern.compile("Ready: open (http://\\S+)").matcher(line);
      if (address.find()) {
        drain(lines);
        return URI.create(address.group(1));
      }
    }
    throw new AssertionError("the bot ended before it was ready");
  }

  /** A process whose output nobody reads stops at a full pipe. */
  private static void drain(BufferedReader lines) {
    Thread drain =
        new Thread(
            () -> {
              try {
                while (lines.readLine() != null) {
                  // only read
                }
              } catch (IOException e) {
                // the process was ended
              }
            },
            "drain");
    drain.setDaemon(true);
    drain.start();
  }

  private void says(URI address, String text) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/api/chat/" + conversation + "/messages"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
  }

  private BlockingQueue<String> listens(URI address) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/api/chat/" + conversation + "/events")).build();
    http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
        .thenAccept(response -> response.body().forEach(lines::add));
    return lines;
  }

  private static String awaits(BlockingQueue<String> lines, Predicate<String> fits)
      throws InterruptedException {
    List<String> seen = new java.util.ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError("not seen in " + seen);
      }
      seen.add(line);
      if (fits.test(line)) {
        return line;
      }
    }
  }

  @Test
  void aPictureIsMadeAndCanBeFetched() throws Exception {
    URI address = start(Map.of());
    BlockingQueue<String> events = listens(address);
    says(address, "a lighthouse by the sea");
    String picture =
        awaits(
            events,
            line ->
                line.contains("\"url\":\"/")
                    && line.contains("\"from\":\"bot\"")
                    && !line.contains("\"progress\""));
    Matcher url = Pattern.compile("\"url\":\"(/[^\"]+)\"").matcher(picture);
    assertThat(url.find()).isTrue();
    HttpResponse<byte[]> image =
        http.send(
            HttpRequest.newBuilder(address.resolve(url.group(1))).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(image.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(image.body()).startsWith(0x89, 'P', 'N', 'G');
    HttpResponse<String> health =
        http.send(
            HttpRequest.newBuilder(address.resolve("/healthz")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(health.body()).contains("\"parts\":{\"provider\":");
  }

  @Test
  void aStopInTheMiddleTellsWhoWaits() throws Exception {
    try (FakeWebUi service = FakeWebUi.start()) {
      service.hold(new CountDownLatch(1)); // so that whoever waits still does when the signal comes
      URI address =
          start(
              Map.of(
                  "EASEL_PROVIDER", "webui",
                  "EASEL_WEBUI_URL", service.url().toString(),
                  "EASEL_WORKERS", "1",
                  "EASEL_LIMIT_WAITING", "10",
                  "EASEL_STOP_TIMEOUT", "5s"));
      BlockingQueue<String> events = listens(address);
      for (int i = 0; i < 5; i++) {
        says(address, "mountains at night, number " + i);
      }
      awaits(events, line -> line.contains("In line"));
      Process stopped = requireNonNull(bot);
      stopped.destroy(); // SIGTERM
      awaits(events, line -> line.contains("I am being restarted"));
      assertThat(stopped.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(stopped.exitValue()).isIn(0, 143);
    }
  }
}
