package dev.easel.job;

/** Where a job is in its life. The same words stand in the documentation and in every metric. */
public enum JobState {
  /** In line. */
  WAITING(false),
  /** Not yet due: asked for later, or waiting to be tried again. */
  DELAYED(false),
  /** Claimed by a worker that holds its lease. */
  RUNNING(false),
  /** Worked on by a remote service; holds no worker, but counts in its group's limit. */
  PARKED(false),
  /** Done, with a result. */
  SUCCEEDED(true),
  /** Refused, or out of attempts: a dead letter that can be revived. */
  FAILED(true),
  /** Ended by its owner or an administrator. */
  CANCELLED(true),
  /** Never claimed within its time to live. */
  EXPIRED(true);

  private final boolean ended;

  JobState(boolean ended) {
    this.ended = ended;
  }

  /** Whether nothing more will happen to the job, unless it is revived. */
  public boolean ended() {
    return ended;
  }
}
