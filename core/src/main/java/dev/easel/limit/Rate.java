package dev.easel.limit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * So many in a while, evenly, with some at once.
 *
 * @param count how many in {@code per}; at least 1
 * @param burst how many may come at once after a rest; at least 1
 */
public record Rate(int count, Duration per, int burst) {
  public Rate {
    requireNonNull(per, "per");
    if (count < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "count and burst must be at least 1: " + count + ", " + burst);
    }
    if (per.compareTo(Duration.ofMillis(1)) < 0 || per.compareTo(Duration.ofDays(31)) > 0) {
      throw new IllegalArgumentException("per must be 1 ms to 31 days, was " + per);
    }
  }

  /** {@code count} in {@code per}, all of which may come at once. */
  public static Rate of(int count, Duration per) {
    return new Rate(count, per, count);
  }

  public Rate withBurst(int atOnce) {
    return new Rate(count, per, atOnce);
  }
}
