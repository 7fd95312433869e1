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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeartbeatTest {
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

  private static Lease lease(long token) {
    return new Lease(JobId.of("job"), Lane.RENDER, token, (int) token, Instant.EPOCH);
  }

  /** Knows one token, and names jobs, as the seam does. */
  private record OnlyTheNewest(long token) implements JobSource {
    @Override
    public Exchange exchange(
        WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait) {
      return new Exchange(List.of(), List.of());
    }

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

    @Override
    public boolean checkpoint(Lease lease, String text) {
      return true;
    }
  }
}
