package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import java.time.Duration;
import java.util.Optional;

/**
 * One front's duty to keep the message of a job up to date. Runs out with the front, so that
 * another takes it up. Thread-safe.
 */
final class Watch {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration RENEW_AFTER = Duration.ofSeconds(10);

  private final StateStore state;
  private final Key key;
  private final long renewAfter;
  private Optional<Long> version = Optional.empty();
  private long renewAt;
  private boolean left;

  Watch(StateStore state, Key key) {
    this(state, key, RENEW_AFTER);
  }

  Watch(StateStore state, Key key, Duration renewAfter) {
    this.state = requireNonNull(state, "state");
    this.key = requireNonNull(key, "key");
    this.renewAfter = renewAfter.toNanos();
  }

  /** Takes it up or renews it where needed; false if another front has it. */
  synchronized boolean isOurs() {
    long now = System.nanoTime();
    if (left || version.isPresent() && now - renewAt < 0) {
      return !left;
    }
    version = version.flatMap(v -> put(Expect.version(v))).or(() -> put(Expect.absent()));
    renewAt = now + renewAfter;
    return version.isPresent();
  }

  /** Leaves it to another front, for good. */
  synchronized void leave() {
    left = true;
    version.ifPresent(v -> state.remove(key, Expect.version(v)));
  }

  private Optional<Long> put(Expect expect) {
    return state.put(key, new byte[] {1}, LEASE, expect);
  }
}
