package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The right to work on one job for a while.
 *
 * @param token rises with every claim of the job; the queue refuses a settlement that bears an
 *     older one
 * @param attempt from 1; a claim after a release or a park has the same number
 * @param until by the backend's clock; renew well before it
 */
public record Lease(JobId job, Lane lane, long token, int attempt, Instant until) {
  public Lease {
    requireNonNull(job, "job");
    requireNonNull(lane, "lane");
    requireNonNull(until, "until");
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt must be at least 1, was " + attempt);
    }
  }
}
