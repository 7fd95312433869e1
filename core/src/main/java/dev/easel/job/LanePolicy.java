package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The limits of a lane, kept in the backend so that all processes hold the same.
 *
 * @param maxJobs not yet ended, of all groups; above it {@link Accepted.Full}
 * @param maxBytes of their payloads together
 * @param maxJobsPerGroup not yet claimed, of one group (waiting or delayed)
 * @param inFlightPerGroup running or parked at once, of one group, unless its {@link GroupPolicy}
 *     says otherwise
 * @param lease how long a claim lasts without a heartbeat
 * @param remember how long an ended job, dead letters included, can be found and its id answers
 *     {@link Accepted.Known}; longer if its follow-up is not settled yet
 * @param maxDead dead letters kept to be revived, beside those whose follow-up is not settled yet,
 *     which always stay; the oldest goes first. One that went is still found, and its id known, as
 *     long as any ended job
 */
public record LanePolicy(
    int maxJobs,
    long maxBytes,
    int maxJobsPerGroup,
    int inFlightPerGroup,
    Duration lease,
    Duration remember,
    int maxDead) {
  /**
   * What holds until a lane is configured: 10,000 jobs, 256 MB, 1 in flight per group, a lease of
   * 15 s, 24 h remembered.
   */
  public static final LanePolicy DEFAULT =
      new LanePolicy(
          10_000, 256L << 20, 10_000, 1, Duration.ofSeconds(15), Duration.ofHours(24), 10_000);

  public LanePolicy {
    requireNonNull(lease, "lease");
    requireNonNull(remember, "remember");
    if (maxJobs < 1 || maxBytes < 1 || maxJobsPerGroup < 1 || inFlightPerGroup < 1 || maxDead < 0) {
      throw new IllegalArgumentException(
          "limits must be at least 1 (maxDead 0): maxJobs=%d maxBytes=%d maxJobsPerGroup=%d inFlightPerGroup=%d maxDead=%d"
              .formatted(maxJobs, maxBytes, maxJobsPerGroup, inFlightPerGroup, maxDead));
    }
    if (lease.toMillis() < 100 || remember.isNegative()) {
      throw new IllegalArgumentException(
          "lease must be at least 100 ms and remember not negative: " + lease + ", " + remember);
    }
  }

  public LanePolicy withMaxJobs(int jobs) {
    return new LanePolicy(
        jobs, maxBytes, maxJobsPerGroup, inFlightPerGroup, lease, remember, maxDead);
  }

  public LanePolicy withMaxBytes(long bytes) {
    return new LanePolicy(
        maxJobs, bytes, maxJobsPerGroup, inFlightPerGroup, lease, remember, maxDead);
  }

  public LanePolicy withMaxJobsPerGroup(int jobs) {
    return new LanePolicy(maxJobs, maxBytes, jobs, inFlightPerGroup, lease, remember, maxDead);
  }

  public LanePolicy withInFlightPerGroup(int jobs) {
    return new LanePolicy(maxJobs, maxBytes, maxJobsPerGroup, jobs, lease, remember, maxDead);
  }

  public LanePolicy withLease(Duration time) {
    return new LanePolicy(
        maxJobs, maxBytes, maxJobsPerGroup, inFlightPerGroup, time, remember, maxDead);
  }

  public LanePolicy withRemember(Duration time) {
    return new LanePolicy(
        maxJobs, maxBytes, maxJobsPerGroup, inFlightPerGroup, lease, time, maxDead);
  }

  public LanePolicy withMaxDead(int jobs) {
    return new LanePolicy(
        maxJobs, maxBytes, maxJobsPerGroup, inFlightPerGroup, lease, remember, jobs);
  }
}
