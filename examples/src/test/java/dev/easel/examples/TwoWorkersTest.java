package dev.easel.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.redis.RedisBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A front and two workers, each a process, over one Redis: people notice nothing of the workers.
 */
@Timeout(180)
class TwoWorkersTest {
  private static final Pattern ID = Pattern.compile("^data: *\\{\"id\":\"([^\"]+)\"");
  private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Long enough for a worker to beat, since a heart beats every 5 s. */
  private static final Duration LEASE = Duration.ofSeconds(7);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> processes = new ArrayList<>();
  private final FakeComfyUi service = FakeComfyUi.start();
  @TempDir private Path folder;
  private OwnRedis redis;

  @BeforeEach
  void startRedis() throws IOException {
    redis = OwnRedis.start();
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    service.close();
    redis.close();
  }

  /** A person at the chat page, and the messages with pictures that he was shown. */
  private final class Person {
    final String conversation = UUID.randomUUID().toString();
    final Set<String> pictures = ConcurrentHashMap.newKeySet();
    final URI front;

    Person(URI front) {
      this.front = front;
      HttpRequest request =
          HttpRequest.newBuilder(front.resolve("/api/chat/" + conversation + "/events")).build();
      http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
          .thenAccept(response -> response.body().forEach(this::shown));
    }

    private void shown(String line) {
      Matcher id = ID.matcher(line);
      if (id.find() && line.contains("\"from\":\"bot\"") && !line.contains("\"progress\":")) {
        URL.matcher(line).results().forEach(url -> pictures.add(id.group(1) + " " + url.group(1)));
      }
    }

    void says(String text) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(front.resolve("/api/chat/" + conversation + "/messages"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(202);
    }
  }

  private Process start(String role) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            BotProgram.class.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "EASEL_ROLES",
                role,
                "EASEL_BACKEND",
                redis.uri(),
                "EASEL_WORKERS",
                "1",
                "EASEL_PROVIDER",
                "comfyui",
                "EASEL_COMFYUI_URL",
                service.url().toString(),
                "EASEL_HTTP_PORT",
                "0"));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log-" + processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** Waits for a process to say that it is ready, and returns the line. */
  private String ready(Process process) throws Exception {
    Path log = folder.resolve("log-" + processes.indexOf(process));
    until("ready: " + log, () -> read(log).contains("Ready: ") || !process.isAlive());
    String said = read(log);
    assertThat(said).contains("Ready: ");
    return said.substring(said.indexOf("Ready: "));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("too late for: " + what).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void aWorkerComesAnotherIsKilledAndEveryPictureArrivesOnce() throws Exception {
    Process front = start("front");
    Process first = start("worker");
    Matcher address = Pattern.compile("open (http://\\S+)").matcher(ready(front));
    assertThat(address.find()).isTrue();
    ready(first);
    try (RedisBackend backend = RedisBackend.builder().uri(redis.uri()).queue("images").build()) {
      backend.admin().configure(Lane.RENDER, LanePolicy.DEFAULT.withLease(LEASE));
    }
    Person ann = new Person(URI.create(address.group(1)));
    Person bob = new Person(URI.create(address.group(1)));
    service.stepMillis(3_000); // 20 steps: nothing is finished before that is taken back
    ann.says("a lighthouse");
    ann.says("a lighthouse at night");
    bob.says("a bridge");
    until("the first works", () -> service.runs() == 1);
    Process second = start("worker");
    until("both work", () -> service.runs() == 2);

    first.destroyForcibly().waitFor(); // SIGKILL
    service.stepMillis(1);

    until("all are there", () -> ann.pictures.size() >= 2 && bob.pictures.size() >= 1);
    assertThat(second.isAlive()).isTrue();
    assertThat(service.runs()).as("none was made twice").isEqualTo(3);
    assertThat(ann.pictures).hasSize(2);
    assertThat(bob.pictures).hasSize(1);
  }
}
