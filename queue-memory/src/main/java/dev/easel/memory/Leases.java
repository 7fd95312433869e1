package dev.easel.memory;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Claimed;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.Lease;
import dev.easel.job.Payload;
import dev.easel.job.Progress;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How jobs are claimed, kept and handed back. Called with the lock held. */
final class Leases {
  private static final Reason CANCELLED = Reason.of(Reason.CANCELLED, "asked for");

  private final Jobs jobs;

  Leases(Jobs jobs) {
    this.jobs = jobs;
  }

  List<Claimed> claim(MemoryLane lane, Worker worker, int want, long now) {
    if (lane.paused) {
      return List.of();
    }
    List<Claimed> claimed = new ArrayList<>(Math.min(want, 16));
    while (claimed.size() < want) {
      Job job = lane.order.poll();
      if (job == null) {
        break;
      }
      claimed.add(claim(job, worker, now));
    }
    return claimed;
  }

  private Claimed claim(Job job, Worker worker, long now) {
    if (job.attemptSpent) {
      job.attempt++;
      job.attemptSpent = false;
    }
    if (job.lapsed) {
      job.lapsed = false;
      job.lane.reclaimed++;
    }
    long until = leaseUntil(job, now);
    job.token = jobs.nextToken();
    job.claimedAt = now;
    job.progress = Progress.NONE;
    job.expiresAt = Long.MAX_VALUE; // what was claimed once does not expire
    job.worker = worker;
    jobs.run(job, until);
    return new Claimed(
        new Lease(job.id, job.lane.name, job.token, job.attempt, jobs.shown(until)),
        job.groupId,
        requireNonNull(job.body, "body"),
        job.retry,
        Optional.ofNullable(job.checkpoint),
        job.cancelAsked,
        Optional.ofNullable(job.after));
  }

  /** A lease ran out: the attempt is spent, and the job waits at its old place. */
  static void lapse(Jobs jobs, Job job, long now) {
    if (job.cancelAsked && job.nothingToUndo()) {
      jobs.endings.end(job, JobState.CANCELLED, null, CANCELLED, now);
    } else if (job.attempt >= job.retry.maxAttempts()) {
      if (job.cancelAsked) {
        jobs.endings.end(job, JobState.CANCELLED, null, CANCELLED, now);
      } else {
        Reason reason = Reason.of(Reason.LEASE_LOST, "the lease of the last attempt ran out");
        jobs.endings.end(job, JobState.FAILED, null, reason, now);
      }
    } else {
      job.lapsed = true;
      job.attemptSpent = true;
      jobs.toLine(job, job.cancelAsked);
    }
  }

  SettleAnswer settle(Settlement settlement, long now) {
    Lease lease = settlement.lease();
    Job job = jobs.find(lease.job());
    if (job == null) {
      return SettleAnswer.LOST;
    }
    if (lease.token() == job.settledToken) {
      return settlement.getClass() == job.settledAs ? SettleAnswer.TAKEN : SettleAnswer.LOST;
    }
    boolean needsPlace = settlement instanceof Settlement.Parked;
    if (!job.heldWith(lease.token()) || (needsPlace && !hasPlace(job))) {
      return SettleAnswer.LOST;
    }
    job.settledToken = lease.token();
    job.settledAs = settlement.getClass();
    job.lapsed = false;
    apply(settlement, job, now);
    return SettleAnswer.TAKEN;
  }

  private void apply(Settlement settlement, Job job, long now) {
    if (settlement instanceof Settlement.Done done) {
      finish(job, JobState.SUCCEEDED, done.result(), null, done.cost(), now);
    } else if (settlement instanceof Settlement.Failed failed) {
      finish(job, JobState.FAILED, null, failed.reason(), failed.cost(), now);
    } else if (settlement instanceof Settlement.Cancelled) {
      jobs.endings.end(job, JobState.CANCELLED, null, CANCELLED, now);
    } else if (settlement instanceof Settlement.Parked parked) {
      job.attemptSpent = false;
      job.wasParked = true;
      if (job.cancelAsked || parked.checkAfter().isZero()) {
        jobs.toLine(job, true);
      } else {
        jobs.park(job, now + Jobs.millis(parked.checkAfter()));
      }
    } else if (job.cancelAsked && job.nothingToUndo()) {
      jobs.endings.end(job, JobState.CANCELLED, null, CANCELLED, now);
    } else if (settlement instanceof Settlement.Retry retry) {
      retry(job, retry, now);
    } else {
      job.attemptSpent = false;
      jobs.toLine(job, true);
    }
  }

  private void retry(Job job, Settlement.Retry retry, long now) {
    job.attemptSpent = retry.countsAsAttempt();
    if (job.attemptSpent && job.attempt >= job.retry.maxAttempts()) {
      if (job.cancelAsked) {
        jobs.endings.end(job, JobState.CANCELLED, null, CANCELLED, now);
      } else {
        jobs.endings.end(job, JobState.FAILED, null, retry.reason(), now);
      }
    } else if (job.cancelAsked || retry.after().isZero()) {
      jobs.toLine(job, job.cancelAsked);
    } else {
      jobs.delay(job, now + Jobs.millis(retry.after()));
    }
  }

  private void finish(
      Job job,
      JobState end,
      @Nullable Payload result,
      @Nullable Reason reason,
      Optional<Double> cost,
      long now) {
    job.lane.workers.ran(now - job.claimedAt);
    cost.ifPresent(real -> job.lane.order.charge(job, real - job.charged));
    jobs.endings.end(job, end, result, reason, now);
  }

  Beats renew(List<Beat> held, long now) {
    Set<JobId> lost = new HashSet<>();
    Set<JobId> cancelAsked = new HashSet<>();
    for (Beat beat : held) {
      Job job = jobs.find(beat.lease().job());
      if (job == null || !renew(job, beat.lease().token(), now)) {
        lost.add(beat.lease().job());
        continue;
      }
      beat.progress()
          .ifPresent(
              progress -> {
                job.progress = progress;
                jobs.hints.tell(job.id, job.id);
              });
      if (job.cancelAsked) {
        cancelAsked.add(job.id);
      }
    }
    return new Beats(lost, cancelAsked);
  }

  private boolean renew(Job job, long token, long now) {
    if (!hold(job, token, now)) {
      job.lapsed &= job.token != token; // it was told so: now it cannot settle either
      return false;
    }
    jobs.setTimer(job, leaseUntil(job, now));
    if (job.worker != null) {
      job.worker.lastSeen = now;
    }
    return true;
  }

  boolean checkpoint(Lease lease, String text, long now) {
    Job job = jobs.find(lease.job());
    if (job == null || !hold(job, lease.token(), now)) {
      return false;
    }
    job.checkpoint = text.isEmpty() ? null : text;
    return true;
  }

  /** Whether a worker has a job; if its lease ran out, it takes the job back. */
  private boolean hold(Job job, long token, long now) {
    if (!job.heldWith(token) || !hasPlace(job)) {
      return false;
    }
    if (job.lapsed) {
      job.lapsed = false;
      job.attemptSpent = false;
      jobs.run(job, leaseUntil(job, now));
    }
    return true;
  }

  /**
   * Whether a job whose lease ran out may be in flight again: its place may be another's by now.
   */
  private static boolean hasPlace(Job job) {
    Group group = job.group;
    return !job.lapsed || (group != null && group.inFlight < group.limit);
  }

  private static long leaseUntil(Job job, long now) {
    return now + job.lane.policy.lease().toMillis();
  }
}
