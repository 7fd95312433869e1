package dev.easel.memory;

import dev.easel.job.Ended;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Progress;
import dev.easel.job.Reason;
import dev.easel.job.Then;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How jobs end, what follows, and how long they are remembered. Called with the lock held. */
final class Endings {
  private final Jobs jobs;
  private final int maxRemembered;
  private final long maxRememberedBytes;

  /** In all lanes together. */
  private int remembered;

  private long rememberedBytes;

  Endings(Jobs jobs, int maxRemembered, long maxRememberedBytes) {
    this.jobs = jobs;
    this.maxRemembered = maxRemembered;
    this.maxRememberedBytes = maxRememberedBytes;
  }

  int remembered() {
    return remembered;
  }

  void end(Job job, JobState end, @Nullable Payload result, @Nullable Reason reason, long now) {
    MemoryLane lane = job.lane;
    Ended after = job.after; // gone below, if the job itself is a dead letter that is not kept
    jobs.enter(job, null);
    lane.jobs--;
    lane.bytes -= job.bodySize();
    if (job.key != null) {
      jobs.byKey.remove(job.key.key(), job);
    }
    job.state = end;
    job.result = result;
    job.reason = reason;
    job.endedAt = now;
    job.lapsed = false;
    job.checkpoint = null;
    count(lane, end);
    if (job.then != null) {
      job.followUpOpen = true;
      follow(job, job.then, end, now);
    }
    if (end == JobState.FAILED) {
      lane.dead.add(job);
      capDead(lane, now);
    }
    if (after != null) {
      followUpSettled(after.id(), now);
    }
    if (!job.followUpOpen) {
      rest(job, now);
    }
    jobs.hints.tell(job.id, job.id);
  }

  /** Puts a dead letter back into its line. */
  boolean revive(Job job, long now) {
    if (!job.lane.dead.has(job) || job.followUpOpen || !reopen(job)) {
      return false;
    }
    job.lane.dead.remove(job);
    jobs.clearTimer(job);
    job.state = null;
    job.attempt = 0;
    job.attemptSpent = true;
    job.charged = 0;
    job.reason = null;
    job.cancelAsked = false;
    job.wasParked = false;
    job.progress = Progress.NONE;
    jobs.start(job, now, Duration.ZERO);
    return true;
  }

  void forget(Job job) {
    wakeUp(job);
    job.lane.dead.remove(job);
    jobs.forget(job);
  }

  /** Forgets all of a lane whose time is over. */
  void forgetDue(Remembered list, long now) {
    for (Job job = list.first(); job != null; job = list.first()) {
      if (job.forgetAt > now) {
        jobs.setTimer(list, job.forgetAt);
        return;
      }
      forget(job);
    }
  }

  /** It is ended, but something may happen to it again. */
  private void wakeUp(Job job) {
    if (job.resting) {
      job.lane.remembered.remove(job);
      remembered--;
      rememberedBytes -= job.keptBytes();
    }
  }

  /** A revived follow-up is waited for again; not while its job lives a second life itself. */
  private boolean reopen(Job followUp) {
    Job job = followUp.after == null ? null : jobs.find(followUp.after.id());
    if (job == null) {
      return true;
    }
    if (!job.ended()) {
      return false;
    }
    wakeUp(job);
    jobs.clearTimer(job);
    job.followUpOpen = true;
    job.lane.dead.followUpChanged(job);
    return true;
  }

  private void follow(Job job, Then then, JobState end, long now) {
    Payload body = job.body;
    if (body == null) {
      throw new IllegalStateException("a job without a body: " + job.id);
    }
    Ended ended =
        new Ended(
            job.id, end, body, Optional.ofNullable(job.result), Optional.ofNullable(job.reason));
    JobId id = job.id.followUp();
    Job before = jobs.find(id);
    if (before != null && !before.ended()) {
      tellInstead(before, ended);
      return;
    }
    if (before != null) {
      forget(before);
    }
    Job next =
        new Job(
            id,
            jobs.lane(then.lane()),
            then.group(),
            1,
            NewJob.DEFAULT_BAND,
            body,
            Then.RETRY,
            Long.MAX_VALUE,
            null,
            null);
    next.after = ended;
    jobs.start(next, now, Duration.ZERO);
  }

  /** A follow-up of an earlier life of an id is open again: its owner hears of the later one. */
  private void tellInstead(Job followUp, Ended ended) {
    followUp.lane.bytes += ended.body().size() - followUp.bodySize();
    followUp.body = ended.body();
    followUp.after = ended;
    followUp.token = jobs.nextToken(); // whoever has it knows of the earlier one only
    followUp.lapsed = false;
    if (followUp.state == JobState.RUNNING) {
      followUp.attemptSpent = false;
      jobs.toLine(followUp, true);
    }
  }

  private void followUpSettled(JobId id, long now) {
    Job job = jobs.find(id);
    if (job == null || !job.followUpOpen) {
      return;
    }
    job.followUpOpen = false;
    job.lane.dead.followUpChanged(job);
    capDead(job.lane, now);
    rest(job, now);
  }

  /** Nobody waits for the job any more: it stays as long as its lane remembers. */
  private void rest(Job job, long now) {
    if (job.lane.dead.has(job)) {
      jobs.setTimer(job, forgetAt(job, now));
    } else {
      remember(job, now);
    }
  }

  private static long forgetAt(Job job, long now) {
    return Math.max(now, job.endedAt + Jobs.millis(job.lane.policy.remember()));
  }

  private void capDead(MemoryLane lane, long now) {
    Job dropped = lane.dead.pollAbove(lane.policy.maxDead(), lane.policy.maxBytes());
    while (dropped != null) {
      remember(dropped, now);
      dropped = lane.dead.pollAbove(lane.policy.maxDead(), lane.policy.maxBytes());
    }
  }

  /** Keeps the id and the result of a job that nothing more happens to. */
  private void remember(Job job, long now) {
    job.body = null;
    job.after = null;
    jobs.clearTimer(job);
    if (!job.resting) {
      Remembered list = job.lane.remembered;
      job.forgetAt = forgetAt(job, now);
      if (list.isEmpty()) {
        jobs.setTimer(list, job.forgetAt);
      }
      list.add(job);
      remembered++;
      rememberedBytes += job.keptBytes();
    }
    while (remembered > maxRemembered || rememberedBytes > maxRememberedBytes) {
      forget(jobs.oldestRemembered());
    }
  }

  private static void count(MemoryLane lane, JobState end) {
    switch (end) {
      case SUCCEEDED -> lane.succeeded++;
      case FAILED -> lane.failed++;
      case CANCELLED -> lane.cancelled++;
      case EXPIRED -> lane.expired++;
      default -> throw new IllegalArgumentException("no end: " + end);
    }
  }
}
