package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The follow-up a job carries from the moment it is accepted. Whatever ends the job, the backend
 * queues the follow-up in the same step: its id is {@link JobId#followUp()}, its payload the ended
 * job's, and its claim brings {@link Ended} along. It costs 1, stands in the middle band ({@link
 * NewJob#DEFAULT_BAND}), is never refused for room, has no time to live, and is tried as {@link
 * #RETRY} says.
 *
 * <p>So that follow-ups cannot pile up without end, a job that carries one is accepted only while
 * the follow-up's lane has room too ({@link LanePolicy#maxJobs}, {@link LanePolicy#maxBytes}).
 */
public record Then(Lane lane, GroupId group) {
  /**
   * How a follow-up is tried: practically until it is settled; only a poisonous one, that takes
   * down a thousand workers, ends as a dead letter.
   */
  public static final Retry RETRY = new Retry(1000, Duration.ofSeconds(2), Duration.ofMinutes(1));

  public Then {
    requireNonNull(lane, "lane");
    requireNonNull(group, "group");
  }
}
