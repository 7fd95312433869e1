package dev.easel.memory;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Accepted;
import dev.easel.job.CancelAnswer;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Reason;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes jobs, tells of them, and ends or wakes them for their askers. */
final class MemoryJobQueue implements JobQueue {
  private static final int MAX_JOBS = 1000;
  private static final long MIN_RETRY_MILLIS = 1000;
  private static final long MAX_RETRY_MILLIS = 60_000;

  private final Jobs jobs;

  MemoryJobQueue(Jobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public List<Accepted> accept(List<NewJob> newJobs) {
    if (newJobs.size() > MAX_JOBS) {
      throw new IllegalArgumentException(
          "at most " + MAX_JOBS + " jobs at once, these are " + newJobs.size());
    }
    jobs.lock.lock();
    try {
      long now = jobs.begin();
      List<Accepted> answers = new ArrayList<>(newJobs.size());
      for (NewJob job : newJobs) {
        answers.add(accept(job, now));
      }
      return answers;
    } finally {
      jobs.lock.unlock();
    }
  }

  private Accepted accept(NewJob job, long now) {
    Job known = jobs.find(job.id());
    if (known != null) {
      return new Accepted.Known(jobs.status(known, now));
    }
    Job holder = job.whileActive().map(key -> jobs.byKey.get(key.key())).orElse(null);
    if (holder != null) {
      return new Accepted.Busy(holder.id);
    }
    MemoryLane lane = jobs.lane(job.lane());
    Accepted.Limit full = full(lane, job);
    if (full == null && job.then().isPresent()) {
      lane = jobs.lane(job.then().get().lane());
      full = fullLane(lane, job.body().size());
    }
    if (full != null) {
      return new Accepted.Full(full, retryAfter(lane, now));
    }
    Job added =
        new Job(
            job.id(),
            jobs.lane(job.lane()),
            job.group(),
            job.cost(),
            job.band(),
            job.body(),
            job.retry(),
            job.timeToLive().isZero() ? Long.MAX_VALUE : now + Jobs.millis(job.timeToLive()),
            job.whileActive().orElse(null),
            job.then().orElse(null));
    jobs.start(added, now, job.delay());
    return new Accepted.New(job.id());
  }

  private static Accepted.@Nullable Limit full(MemoryLane lane, NewJob job) {
    Accepted.Limit full = fullLane(lane, job.body().size());
    Group group = lane.order.find(job.group());
    boolean groupFull = group != null && group.unclaimed >= lane.policy.maxJobsPerGroup();
    return full == null && groupFull ? Accepted.Limit.GROUP : full;
  }

  private static Accepted.@Nullable Limit fullLane(MemoryLane lane, int bytes) {
    LanePolicy policy = lane.policy;
    if (lane.jobs >= policy.maxJobs()) {
      return Accepted.Limit.JOBS;
    }
    return lane.bytes + bytes > policy.maxBytes() ? Accepted.Limit.BYTES : null;
  }

  /** When a job will probably have ended. */
  private static Duration retryAfter(MemoryLane lane, long now) {
    Double run = lane.workers.averageRun();
    int slots = lane.workers.slots(now);
    long millis = run == null || slots == 0 ? MAX_RETRY_MILLIS / 4 : (long) (run / slots);
    return Duration.ofMillis(Math.min(MAX_RETRY_MILLIS, Math.max(MIN_RETRY_MILLIS, millis)));
  }

  @Override
  public Optional<JobStatus> find(JobId id) {
    jobs.lock.lock();
    try {
      long now = jobs.begin();
      return Optional.ofNullable(jobs.find(id)).map(job -> jobs.status(job, now));
    } finally {
      jobs.lock.unlock();
    }
  }

  @Override
  public CancelAnswer cancel(JobId id) {
    jobs.lock.lock();
    try {
      long now = jobs.begin();
      Job job = jobs.find(id);
      return job == null ? CancelAnswer.UNKNOWN : cancel(job, now);
    } finally {
      jobs.lock.unlock();
    }
  }

  private CancelAnswer cancel(Job job, long now) {
    if (job.ended()) {
      return CancelAnswer.TOO_LATE;
    }
    if (job.cancelAsked) {
      return CancelAnswer.ASKED;
    }
    boolean waits = job.state == JobState.WAITING || job.state == JobState.DELAYED;
    if (waits && job.nothingToUndo()) {
      Reason reason = Reason.of(Reason.CANCELLED, "asked for");
      jobs.endings.end(job, JobState.CANCELLED, null, reason, now);
      return CancelAnswer.GONE;
    }
    job.cancelAsked = true;
    if (waits || job.state == JobState.PARKED) {
      jobs.toLine(job, true);
    } else {
      jobs.hints.tell(job.id, job.id);
    }
    return CancelAnswer.ASKED;
  }

  @Override
  public boolean wake(JobId id) {
    jobs.lock.lock();
    try {
      jobs.begin();
      Job job = jobs.find(id);
      if (job == null || job.state != JobState.PARKED) {
        return false;
      }
      jobs.toLine(job, true);
      return true;
    } finally {
      jobs.lock.unlock();
    }
  }

  @Override
  public Subscription watch(JobId id, Consumer<JobStatus> hint) {
    requireNonNull(hint, "hint");
    find(id); // says so if the backend is closed
    return jobs.hints.watch(id, changed -> find(changed).ifPresent(hint));
  }
}
