package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.Payload;
import dev.easel.job.Retry;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LaneLoopTest {
  private static final Payload RESULT = new Payload("result", 1, new byte[0]);

  private final Scripted source = new Scripted();
  private final LaneLoop loop =
      new LaneLoop(
          source,
          WorkerId.of("me"),
          Lane.RENDER,
          (job, held) -> Settlement.Done.of(job.lease(), RESULT),
          new Heartbeat(source, Duration.ofSeconds(5)));
  private final Thread thread = new Thread(loop, "loop");

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop();
    thread.join();
  }

  @Test
  void aFailureThatNoQueueNamesDoesNotEndTheLoop() throws Exception {
    source.answers.add(new IllegalStateException("a bug of the backend"));
    source.answers.add(claim("1"));
    thread.start();

    assertThat(source.settled.poll(20, TimeUnit.SECONDS)).isEqualTo(JobId.of("1"));
  }

  @Test
  void aSettlementThatTheQueueCannotTakeIsLeftToItsLease() throws Exception {
    source.answers.add(claim("1"));
    source.answers.add(new IllegalArgumentException("this settlement I cannot write"));
    source.answers.add(claim("2"));
    thread.start();

    assertThat(source.settled.poll(20, TimeUnit.SECONDS)).isEqualTo(JobId.of("2"));
  }

  private static Claimed claim(String id) {
    return new Claimed(
        new Lease(JobId.of(id), Lane.RENDER, 1, 1, Instant.EPOCH),
        GroupId.of("g"),
        RESULT,
        Retry.DEFAULT,
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** Answers each exchange with the next claim or failure, and then waits. */
  private static final class Scripted implements JobSource {
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<JobId> settled = new LinkedBlockingQueue<>();

    @Override
    public Exchange exchange(
        WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait)
        throws InterruptedException {
      Object answer = done.isEmpty() && want > 0 ? answers.take() : answers.poll();
      if (answer instanceof RuntimeException e) {
        throw e;
      }
      done.forEach(s -> settled.add(s.lease().job()));
      return new Exchange(
          answer instanceof Claimed job ? List.of(job) : List.of(),
          done.stream().map(s -> SettleAnswer.TAKEN).toList());
    }

    @Override
    public Beats renew(List<Beat> held) {
      return Beats.NOTHING;
    }

    @Override
    public boolean checkpoint(Lease lease, String text) {
      return true;
    }
  }
}
