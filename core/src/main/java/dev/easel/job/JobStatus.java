package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What is known of a job at one moment.
 *
 * @param ahead how many jobs will probably be claimed before this one; 0 unless it is waiting
 * @param estimate how long until it is probably claimed
 * @param attempt the current or last attempt, from 1; 0 if it was never claimed
 * @param cancelAsked whether its end was asked for and has not happened yet
 * @param result present once succeeded; a backend may drop it once a follow-up was settled
 * @param reason present once failed, cancelled or expired
 */
public record JobStatus(
    JobId id,
    Lane lane,
    GroupId group,
    JobState state,
    int attempt,
    int ahead,
    Wait estimate,
    Progress progress,
    boolean cancelAsked,
    Optional<Payload> result,
    Optional<Reason> reason) {
  public JobStatus {
    requireNonNull(id, "id");
    requireNonNull(lane, "lane");
    requireNonNull(group, "group");
    requireNonNull(state, "state");
    requireNonNull(estimate, "estimate");
    requireNonNull(progress, "progress");
    requireNonNull(result, "result");
    requireNonNull(reason, "reason");
    if (attempt < 0 || ahead < 0) {
      throw new IllegalArgumentException(
          "attempt and ahead must not be negative: " + attempt + ", " + ahead);
    }
  }
}
