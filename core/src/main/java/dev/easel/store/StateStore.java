package dev.easel.store;

import java.time.Duration;
import java.util.Optional;

/**
 * Keeps small states with a time to live, for all processes. Thread-safe. Throws {@link
 * StoreException} when it cannot be reached.
 */
public interface StateStore {
  /** The largest value, in bytes. */
  int MAX_BYTES = 64 * 1024;

  Optional<Versioned> get(Key key);

  /**
   * Writes a state if the expectation holds.
   *
   * @param value at most {@link #MAX_BYTES}
   * @param timeToLive from now; above zero
   * @return the new version; empty if the expectation did not hold and nothing was written
   * @throws StoreException {@code FULL} when there is no room
   */
  Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect);

  /**
   * Removes a state if the expectation holds.
   *
   * @return whether it was there and is gone
   */
  boolean remove(Key key, Expect expect);
}
