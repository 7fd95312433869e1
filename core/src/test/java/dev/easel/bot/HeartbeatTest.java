package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Exchange;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeartbeatTest {
  static final Beats NOTHING_NEW = new Beats(Set.of(), Set.of());

  private static final JobId BAD = JobId.of("bad");

  /** As after a long stall of the process: the lease ran out, and another thread has the job. */
  @Test
  void aLeaseThatWasLostToThisProcessDoesNotTakeItsSuccessorAlong() throws Exception {
    Heartbeat heartbeat = new Heartbeat(new OnlyTheNewest(2), Duration.ofMillis(1));
    Held old = heartbeat.hold(lease(1));
    Held next = heartbeat.hold(lease(2));
    CountDownLatch oldStopped = new CountDownLatch(1);
    old.onStop(oldStopped::countDown);
    Thread thread = new Thread(heartbeat, "heartbeat");
    thread.start();
    try {
      assertThat(oldStopped.await(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      heartbeat.close();
      thread.join();
    }

    assertThat(old.stopped()).contains(Held.Stop.LEASE_LOST);
    assertThat(next.stopped()).isEmpty();
  }

  @Test
  void workThatCannotBeStoppedTakesNoOtherLeaseAlong() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    goesOnAfter(
        Set.of(BAD),
        List.of(
            () -> {
              throw new OutOfMemoryError("no thread for a hook, says the test");
            },
            () -> {
              throw new IllegalStateException("says the test");
            },
            heard::countDown));
    assertThat(heard.await(20, TimeUnit.SECONDS)).as("a hook after the bad ones").isTrue();
  }

  @Test
  void anErrorOfTheQueueIsNotTheLastBeat() throws Exception {
    goesOnAfter(Set.of(), List.of());
  }

  /** A first beat finds these jobs lost, or fails if there are none; others follow. */
  private static void goesOnAfter(Set<JobId> lost, List<Runnable> hooks) throws Exception {
    AtomicInteger beats = new AtomicInteger();
    CountDownLatch others = new CountDownLatch(2);
    Renewals source =
        held -> {
          if (beats.getAndIncrement() > 0) {
            others.countDown();
          } else if (lost.isEmpty()) {
            throw new OutOfMemoryError("says the test");
          }
          return new Beats(lost, Set.of());
        };
    Heartbeat heartbeat = new Heartbeat(source, Duration.ofMillis(1));
    Held bad = heartbeat.hold(new Lease(BAD, Lane.RENDER, 1, 1, Instant.EPOCH));
    hooks.forEach(bad::onStop);
    heartbeat.hold(lease(1));
    Thread thread = new Thread(heartbeat, "heartbeat");
    thread.start();
    try {
      assertThat(others.await(20, TimeUnit.SECONDS)).as("more beats").isTrue();
    } finally {
      heartbeat.close();
      thread.join();
    }
  }

  private static Lease lease(long token) {
    return new Lease(JobId.of("job"), Lane.RENDER, token, (int) token, Instant.EPOCH);
  }

  /** A source of which only renewals matter. */
  interface Renewals extends JobSource {
    @Override
    default Exchange exchange(
        WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait) {
      return new Exchange(List.of(), List.of());
    }

    @Override
    default boolean checkpoint(Lease lease, String text) {
      return true;
    }
  }

  /** Knows one token, and names jobs, as the seam does. */
  private record OnlyTheNewest(long token) implements Renewals {
    @Override
    public Beats renew(List<Beat> held) {
      Set<JobId> lost =
          held.stream()
              .map(Beat::lease)
              .filter(lease -> lease.token() != token)
              .map(Lease::job)
              .collect(Collectors.toSet());
      return new Beats(lost, Set.of());
    }
  }
}
