package dev.easel.examples;

import static dev.easel.examples.KilledWorkerTest.End.PICTURE;
import static dev.easel.examples.KilledWorkerTest.End.TOLD;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.Backend;
import dev.easel.bot.BotLimits;
import dev.easel.bot.Delivery;
import dev.easel.bot.ImageService;
import dev.easel.bot.Order;
import dev.easel.bot.Outcome;
import dev.easel.bot.Role;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.TestPicture;
import dev.easel.http.HttpAccess;
import dev.easel.image.ImageProvider;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.redis.RedisBackend;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Workers run in a process of their own, which is ended by {@code kill -9} when each has come to
 * its moment: ten and more between the claim and the delivery, with each adapter. Another worker
 * goes on. The service must have been paid at most once; the one who ordered gets the picture, or
 * is told that nobody knows.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class KilledWorkerTest {
  enum End {
    PICTURE,
    TOLD
  }

  /** Long enough for a worker to beat, since a heart beats every 5 s. */
  private static final Duration LEASE = Duration.ofSeconds(7);

  /** What costs can neither be asked for again nor be repeated. */
  private static final Map<String, End> PAID_AT_ONCE =
      Map.ofEntries(
          entry("before work 1", PICTURE),
          entry("after checkpoint 1", TOLD), // begun
          entry("before submit 1", TOLD),
          entry("after submit 1", TOLD),
          entry("before download 1", TOLD),
          entry("after download 1", TOLD),
          entry("before store 1", TOLD),
          entry("after store 1", TOLD),
          entry("after checkpoint 2", PICTURE), // done
          entry("after settle 1", PICTURE));

  private static final Map<Adapter, Map<String, End>> EXPECTED =
      Map.of(
          Adapter.OPENAI,
          PAID_AT_ONCE,
          Adapter.WEBUI,
          Map.ofEntries(
              entry("before work 1", PICTURE),
              entry("after checkpoint 1", TOLD), // begun
              entry("before submit 1", TOLD),
              entry("after look 5", TOLD), // while the server works
              entry("after submit 1", TOLD),
              entry("before store 1", TOLD),
              entry("after store 1", TOLD),
              entry("after checkpoint 2", PICTURE), // done
              entry("before settle 1", PICTURE),
              entry("after settle 1", PICTURE)),
          Adapter.COMFYUI,
          Map.ofEntries(
              entry("before work 1", PICTURE),
              entry("before checkpoint 1", PICTURE), // the prompts' names, before anything else
              entry("after upload 1", PICTURE),
              entry("before submit 1", PICTURE),
              entry("after submit 1", PICTURE),
              entry("after checkpoint 2", PICTURE), // the server has the prompt
              entry("after look 1", PICTURE),
              entry("after download 1", PICTURE),
              entry("after store 1", PICTURE),
              entry("after checkpoint 3", PICTURE), // done
              entry("after settle 1", PICTURE)),
          Adapter.FAL,
          Map.ofEntries(
              entry("before work 1", PICTURE),
              entry("after checkpoint 1", TOLD), // begun
              entry("after upload 2", PICTURE),
              entry("before submit 1", TOLD),
              entry("after submit 1", TOLD),
              entry("after checkpoint 4", PICTURE), // the order's name
              entry("after look 1", PICTURE),
              entry("after download 1", PICTURE),
              entry("after store 1", PICTURE),
              entry("after checkpoint 5", PICTURE), // done
              entry("after settle 1", PICTURE)));

  private final List<AutoCloseable> open = new ArrayList<>();
  private OwnRedis redis;

  @BeforeEach
  void startRedis() throws IOException {
    redis = OwnRedis.start();
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    redis.close();
  }

  /** One order of one person, in a queue and with a service of its own. */
  private final class Story {
    final Adapter adapter;
    final String moment;
    final String queue;
    final FakeService service;
    final Backend backend;
    final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();

    Story(Adapter adapter, String moment, int number) {
      this.adapter = adapter;
      this.moment = moment;
      queue = adapter.name().toLowerCase(java.util.Locale.ROOT) + "-" + number;
      service = adapter.service();
      open.add(service);
      backend = RedisBackend.builder().uri(redis.uri()).queue(queue).build();
      open.add(backend);
      ImageService front = service(Role.FRONT);
      backend.admin().configure(Lane.RENDER, LanePolicy.DEFAULT.withLease(LEASE));
      front.onResult("shop", delivered::add);
      ImageRef photo =
          backend
              .images()
              .put(
                  new ByteArrayInputStream(TestPicture.png(48, 32, 5)),
                  MediaType.PNG,
                  Duration.ofHours(1));
      front.submit(Order.of("order", adapter.task(photo), "ann").deliverTo("shop", ""));
    }

    private ImageService service(Role role) {
      ImageProvider provider = adapter.provider(service.url().toString(), HttpAccess.shared());
      ImageService one =
          ImageService.builder(provider, backend)
              .roles(role)
              .workers(1)
              .limits(BotLimits.DEFAULT)
              .stopTimeout(Duration.ofSeconds(5))
              .build();
      open.add(one);
      one.start();
      return one;
    }

    void rescue() {
      service(Role.WORKER);
    }

    End end() throws InterruptedException {
      Delivery delivery = delivered.poll(60, TimeUnit.SECONDS);
      assertThat(delivery).as("delivered after %s", moment).isNotNull();
      if (delivery.outcome() instanceof Outcome.Made made) {
        assertThat(made.result().images()).hasSize(1);
        assertThat(backend.images().open(made.result().images().get(0).image().id())).isPresent();
        return PICTURE;
      }
      Outcome.NotMade told = (Outcome.NotMade) delivery.outcome();
      assertThat(told.reason().code()).as("after %s", moment).isEqualTo("outcome-unknown");
      return TOLD;
    }
  }

  /** Lets a process work until each story's moment is there, and ends it. */
  private void killWorkers(Adapter adapter, List<Story> stories)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(DoomedWorker.class.getName(), redis.uri(), adapter.name()));
    Set<String> awaited = new HashSet<>();
    for (Story story : stories) {
      command.addAll(List.of(story.queue, story.service.url().toString(), story.moment));
      awaited.add(story.moment);
    }
    Process workers = new ProcessBuilder(command).redirectErrorStream(true).start();
    CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(workers::destroyForcibly);
    List<String> said = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(workers.getInputStream(), StandardCharsets.UTF_8))) {
      String line = "";
      while (line != null && !awaited.isEmpty()) {
        line = lines.readLine();
        if (line != null && line.startsWith(DoomedWorker.STOPPED)) {
          awaited.remove(line.substring(DoomedWorker.STOPPED.length()));
        } else if (line != null) {
          said.add(line);
        }
      }
      assertThat(awaited).as("moments that never came; it said %s", said).isEmpty();
    } finally {
      workers.destroyForcibly().waitFor(); // SIGKILL
    }
    assertThat(workers.exitValue()).as("killed, not ended").isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @EnumSource(Adapter.class)
  void nothingIsPaidTwiceWhereverTheWorkerIsKilled(Adapter adapter) throws Exception {
    Map<String, End> expected = requireNonNull(EXPECTED.get(adapter));
    assertThat(expected).hasSizeGreaterThanOrEqualTo(10);
    List<Story> stories = new ArrayList<>();
    for (String moment : expected.keySet()) {
      stories.add(new Story(adapter, moment, stories.size()));
    }
    killWorkers(adapter, stories);
    stories.forEach(Story::rescue);

    Map<String, End> ends = new LinkedHashMap<>();
    for (Story story : stories) {
      ends.put(story.moment, story.end());
    }
    assertThat(ends).isEqualTo(expected);
    for (Story story : stories) {
      boolean runs = ends.get(story.moment) == PICTURE;
      assertThat(story.service.runs())
          .as("paid runs after %s", story.moment)
          .isBetween(runs ? 1 : 0, 1);
      assertThat(story.delivered).as("told once after %s", story.moment).isEmpty();
    }
  }
}
