package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a job may be tried, and how long to wait in between.
 *
 * @param maxAttempts at least 1; failures and lost leases count, rate limits, parking and releasing
 *     do not
 * @param base the first wait's upper bound; it doubles with each attempt
 * @param cap no wait is longer
 */
public record Retry(int maxAttempts, Duration base, Duration cap) {
  /** Three attempts, waits of up to 2 s, 4 s, ... and at most a minute. */
  public static final Retry DEFAULT = new Retry(3, Duration.ofSeconds(2), Duration.ofMinutes(1));

  /** One attempt. */
  public static final Retry NEVER = new Retry(1, Duration.ZERO, Duration.ZERO);

  public Retry {
    requireNonNull(base, "base");
    requireNonNull(cap, "cap");
    if (maxAttempts < 1 || maxAttempts > 1000) {
      throw new IllegalArgumentException("maxAttempts must be 1 to 1000, was " + maxAttempts);
    }
    if (base.isNegative() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "base must not be negative and cap not below it: " + base + ", " + cap);
    }
  }

  public Retry withMaxAttempts(int attempts) {
    return new Retry(attempts, base, cap);
  }

  /**
   * The wait after the given attempt (from 1): anything up to the doubled base, so that a crowd
   * spreads out.
   */
  public Duration delayAfter(int attempt, RandomGenerator random) {
    double bound =
        Math.min(cap.toMillis(), base.toMillis() * Math.pow(2, Math.min(attempt - 1, 40)));
    return Duration.ofMillis((long) (random.nextDouble() * bound));
  }
}
