package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** The answer to one job that was handed over. */
public sealed interface Accepted {
  /**
   * The job is kept. Its place in line is a question of its own ({@link JobQueue#find}), since most
   * askers do not ask.
   */
  record New(JobId id) implements Accepted {
    public New {
      requireNonNull(id, "id");
    }
  }

  /** The same id was accepted before; nothing was added. */
  record Known(JobStatus status) implements Accepted {
    public Known {
      requireNonNull(status, "status");
    }
  }

  /** Another job of the same {@link Dedup} key has not ended; nothing was kept. */
  record Busy(JobId holder) implements Accepted {
    public Busy {
      requireNonNull(holder, "holder");
    }
  }

  /** There is no room; nothing was kept. */
  record Full(Limit limit, Duration retryAfter) implements Accepted {
    public Full {
      requireNonNull(limit, "limit");
      requireNonNull(retryAfter, "retryAfter");
    }
  }

  /** What ran out. */
  enum Limit {
    /** {@link LanePolicy#maxJobs}. */
    JOBS,
    /** {@link LanePolicy#maxBytes}. */
    BYTES,
    /** {@link LanePolicy#maxJobsPerGroup}. */
    GROUP,
    /** The backend's own memory. */
    BACKEND
  }
}
