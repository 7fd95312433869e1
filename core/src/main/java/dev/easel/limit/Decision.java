package dev.easel.limit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Whether permits were given. */
public sealed interface Decision {
  /**
   * All were given, for a moment that is booked.
   *
   * @param delay until that moment; zero: now
   */
  record Granted(Duration delay) implements Decision {
    public Granted {
      requireNonNull(delay, "delay");
    }
  }

  /**
   * None was given, nothing was taken.
   *
   * @param retryAfter when all could be given, without booking ahead, if nobody else came first
   */
  record Limited(Duration retryAfter) implements Decision {
    public Limited {
      requireNonNull(retryAfter, "retryAfter");
    }
  }
}
