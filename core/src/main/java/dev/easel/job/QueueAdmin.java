package dev.easel.job;

import java.util.List;
import java.util.Optional;

/**
 * The queue as its keeper sees it. Thread-safe; throws {@link QueueException} as {@link JobQueue}
 * does.
 */
public interface QueueAdmin {
  /** The longest page, in rows. */
  int MAX_PAGE = 100;

  /** Sets a lane's limits for all processes. Jobs already kept stay, also above a new limit. */
  void configure(Lane lane, LanePolicy policy);

  /** Sets what differs for one group; {@link GroupPolicy#DEFAULT} removes it. */
  void configure(Lane lane, GroupId group, GroupPolicy policy);

  /** Stops claims from a lane; running jobs go on, new ones are accepted. */
  void pause(Lane lane);

  void resume(Lane lane);

  /** Stops claims of one group. */
  void pause(Lane lane, GroupId group);

  void resume(Lane lane, GroupId group);

  LaneStatistics statistics(Lane lane);

  /**
   * The lane's jobs that are not ended, in a stable order by id.
   *
   * @param state not one that {@linkplain JobState#ended() ends} a job
   * @param after the last id of the page before
   * @param max 1 to {@link #MAX_PAGE}
   */
  List<JobStatus> page(Lane lane, JobState state, Optional<JobId> after, int max);

  /** Dead letters, the oldest first. */
  List<JobStatus> dead(Lane lane, Optional<JobId> after, int max);

  /**
   * Puts a dead letter at the end of its line as if it were new, with all its attempts and without
   * its checkpoint and its time to live; room is not asked for. It takes up its {@link Dedup} key
   * again only if nobody else holds it. Its follow-up is queued again when it ends again.
   *
   * @return false if there is no such dead letter, or its follow-up is not settled yet, or it is
   *     itself the follow-up of a job that was revived
   */
  boolean revive(JobId id);

  /**
   * Revives dead letters, the oldest first.
   *
   * @param max 1 to {@link #MAX_PAGE}
   * @return how many were revived; call again until 0
   */
  int reviveAll(Lane lane, int max);

  /** Workers seen within the last minute. */
  List<WorkerStatus> workers(Lane lane);
}
