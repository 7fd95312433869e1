package dev.easel.job;

import dev.easel.store.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The queue as its askers see it. Thread-safe. Every method throws {@link QueueException} when the
 * backend cannot do it now; then nothing was half done, and asking again with the same ids is
 * harmless.
 */
public interface JobQueue {

  /**
   * Hands jobs over. Each has its own answer, in order; a job that is refused does not affect the
   * others. A job answered {@code New} is kept until it is settled, as durably as the backend is.
   *
   * @param jobs at most 1,000
   */
  List<Accepted> accept(List<NewJob> jobs);

  /** {@link #accept(List)} of one. */
  default Accepted accept(NewJob job) {
    return accept(List.of(job)).get(0);
  }

  /** What is known of a job; empty if it never was, or ended longer ago than its lane remembers. */
  Optional<JobStatus> find(JobId id);

  /**
   * Ends a job. One that waits, has no checkpoint and was never parked is gone at once. One that
   * has a checkpoint or was parked comes next, so that its provider can be told. A running job's
   * worker hears of it with its next heartbeat; whichever settlement comes first holds, so a job
   * that is done after all has succeeded.
   *
   * <p>If instead the running job is handed back ({@link Settlement.Retry}, {@link
   * Settlement.Released}, {@link Settlement.Parked}) or its lease is lost, it is cancelled, unless
   * it has a checkpoint or was parked: then it comes back at once, and its next attempt sees {@link
   * Claimed#cancelAsked}. Without attempts left it is cancelled.
   */
  CancelAnswer cancel(JobId id);

  /**
   * Makes a parked job claimable before its time.
   *
   * @return false if it was not parked
   */
  boolean wake(JobId id);

  /**
   * Tells of changes to a job, from any process. Hints may be missed or come twice, and carry the
   * status as of the hint: whoever needs to know looks with {@link #find} now and then. The
   * consumer is called on a thread of the backend and must return soon.
   */
  Subscription watch(JobId id, Consumer<JobStatus> hint);
}
