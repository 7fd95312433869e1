package dev.easel.memory;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gives jobs to workers and takes them back; lets a worker wait until there is one. */
final class MemoryJobSource implements JobSource {
  private static final int MAX_EXCHANGED = 100;
  private static final int MAX_HELD = 1000;
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  private final Jobs jobs;
  private final Leases leases;

  MemoryJobSource(Jobs jobs) {
    this.jobs = jobs;
    this.leases = new Leases(jobs);
  }

  @Override
  public Exchange exchange(
      WorkerId me, Lane laneName, List<Settlement> done, int want, Duration maxWait)
      throws InterruptedException {
    if (want < 0 || want > MAX_EXCHANGED || done.size() > MAX_EXCHANGED) {
      throw new IllegalArgumentException(
          "want is 0 to %d and done at most as many: want=%d done=%d"
              .formatted(MAX_EXCHANGED, want, done.size()));
    }
    jobs.lock.lockInterruptibly();
    try {
      long now = jobs.begin();
      List<SettleAnswer> settled = new ArrayList<>(done.size());
      for (Settlement settlement : done) {
        settled.add(leases.settle(settlement, now));
      }
      if (want == 0) {
        return new Exchange(List.of(), settled);
      }
      MemoryLane lane = jobs.lane(laneName);
      List<Claimed> claimed = claim(lane, me, want, now);
      if (claimed.isEmpty() && maxWait.compareTo(Duration.ZERO) > 0) {
        claimed = awaitJobs(lane, me, want, maxWait);
      }
      return new Exchange(claimed, settled);
    } finally {
      jobs.lock.unlock();
    }
  }

  private List<Claimed> claim(MemoryLane lane, WorkerId me, int want, long now) {
    return leases.claim(lane, lane.workers.asks(me, want, now), want, now);
  }

  private List<Claimed> awaitJobs(MemoryLane lane, WorkerId me, int want, Duration maxWait)
      throws InterruptedException {
    long wait = maxWait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT.toNanos() : maxWait.toNanos();
    long deadline = System.nanoTime() + wait;
    List<Claimed> claimed = List.of();
    Waiter waiter = new Waiter(lane);
    jobs.join(waiter);
    try {
      long left = wait;
      while (claimed.isEmpty() && left > 0) {
        long sleep = jobs.sleepAtMost(waiter, NANOSECONDS.toMillis(left) + 1);
        lane.available.awaitNanos(Math.min(left, MILLISECONDS.toNanos(sleep)));
        claimed = claim(lane, me, want, jobs.begin());
        left = deadline - System.nanoTime();
      }
      return claimed;
    } finally {
      jobs.leave(waiter);
      if (lane.order.hasWork()) {
        lane.workArrived(); // for the next: one signal may stand for several jobs
      }
    }
  }

  @Override
  public Beats renew(List<Beat> held) {
    if (held.size() > MAX_HELD) {
      throw new IllegalArgumentException(
          "at most " + MAX_HELD + " beats at once, these are " + held.size());
    }
    jobs.lock.lock();
    try {
      return leases.renew(held, jobs.begin());
    } finally {
      jobs.lock.unlock();
    }
  }

  @Override
  public boolean checkpoint(Lease lease, String text) {
    if (text.length() > MAX_CHECKPOINT) {
      throw new IllegalArgumentException(
          "a checkpoint has at most %d characters, this one has %d"
              .formatted(MAX_CHECKPOINT, text.length()));
    }
    jobs.lock.lock();
    try {
      return leases.checkpoint(lease, text, jobs.begin());
    } finally {
      jobs.lock.unlock();
    }
  }
}
