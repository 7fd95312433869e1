package dev.easel.redis;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The server's time as of the start, and how long ago that was: this machine's clock may be wrong.
 */
final class ServerClock implements InstantSource {
  private final Instant then;
  private final long nanos = System.nanoTime();

  /**
   * @param then the server's time just now
   */
  ServerClock(Instant then) {
    this.then = then;
  }

  @Override
  public Instant instant() {
    return then.plusNanos(System.nanoTime() - nanos);
  }
}
