package dev.easel.memory;

import java.time.Instant;
import java.time.InstantSource;

/** The system's time as of the start, and how long ago that was: nobody can set it. */
final class SteadyClock implements InstantSource {
  private final Instant then = Instant.now();
  private final long nanos = System.nanoTime();

  @Override
  public Instant instant() {
    return then.plusNanos(System.nanoTime() - nanos);
  }
}
