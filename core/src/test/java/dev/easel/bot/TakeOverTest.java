package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportId;
import dev.easel.image.Capabilities;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TakeOverTest {
  private static final int WAITING = 25;

  private static final TransportCapabilities CAN =
      new TransportCapabilities(
          true, true, 8, 10, 10, 4096, 1024, true, true, Duration.ZERO, Duration.ZERO);

  private final FakeQueue queue = new FakeQueue();
  private final MapStates states = new MapStates();
  private final StatusMessages messages = new StatusMessages(states);
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private final StatusBoard board =
      new StatusBoard(
          queue,
          new FakeOutbox(),
          messages,
          new Replies(Capabilities.builder("p").build(), CAN),
          CAN,
          threads);
  private final List<String> asked = new ArrayList<>();
  private final TakeOver takeOver =
      new TakeOver(
          this::page,
          new TransportId("web", "test"),
          messages,
          board,
          new Memory(states),
          Locale.ENGLISH);
  private boolean isAway;

  /** Of one job. */
  private List<JobStatus> page(JobState state, Optional<JobId> last) {
    asked.add(state + last.map(id -> " " + id).orElse(""));
    if (isAway) {
      throw FakeQueue.away();
    }
    return queue.statuses.values().stream()
        .filter(job -> job.state() == state)
        .filter(job -> last.isEmpty() || job.id().value().compareTo(last.get().value()) > 0)
        .min(Comparator.comparing(job -> job.id().value()))
        .stream()
        .toList();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void fullLaneIsWalkedThroughInSeveralRuns() {
    for (int i = 0; i < WAITING; i++) {
      queue.put(JobId.of("job" + (100 + i)), JobState.WAITING, Optional.empty());
    }
    takeOver.run();
    assertThat(asked).hasSize(TakeOver.PAGES);

    takeOver.run();
    isAway = true;
    takeOver.run();
    isAway = false;
    takeOver.run();

    assertThat(asked).contains("WAITING job" + (100 + WAITING - 1)).endsWith("PARKED");
    asked.clear();
    takeOver.run();
    assertThat(asked).startsWith("WAITING", "WAITING job100");
  }

  @Test
  void emptyLaneIsLookedAtOncePerRun() {
    takeOver.run();

    assertThat(asked).containsExactly("WAITING", "DELAYED", "RUNNING", "PARKED");
  }
}
