package dev.easel.limit;

import java.time.Duration;
import java.util.List;

/**
 * Limits what all processes do together. Thread-safe; never waits by itself.
 *
 * <p>Each key follows the generic cell rate algorithm: a rest earns at most the burst. A key's
 * state is forgotten once it makes no difference.
 */
public interface RateLimiter {

  /**
   * Takes all permits or none.
   *
   * @param all 1 to 16 permits of different keys
   * @param bookAhead a moment up to this far ahead may be booked; zero: only now
   * @throws LimiterException if the backend cannot be reached; nothing was taken
   */
  Decision acquire(List<Permit> all, Duration bookAhead);

  /** Gives back what was granted and not used, as far as it still makes a difference. */
  void refund(List<Permit> permits);

  /**
   * Grants nothing on a key for a while, because a platform said "not before". A longer block in
   * force stays.
   */
  void block(String key, Duration time);
}
