package dev.easel.telegram;

import dev.easel.health.Health;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Knows how receiving goes. */
final class Pulse {
  private final LongSupplier nanos;
  private @Nullable Health trouble = Health.down("not started");
  private @Nullable Duration expected;
  private long lastGood;

  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** All is well, and within this time it should be said again. */
  synchronized void good(Duration again) {
    trouble = null;
    expected = again;
    lastGood = nanos.getAsLong();
  }

  /** All is well until told otherwise. */
  synchronized void good() {
    trouble = null;
    expected = null;
  }

  synchronized void trouble(Health health) {
    trouble = health;
  }

  synchronized Health health() {
    if (trouble != null) {
      return trouble;
    }
    long silence = nanos.getAsLong() - lastGood;
    return expected != null && silence > expected.toNanos()
        ? Health.down(
            "Telegram has not answered for " + Duration.ofNanos(silence).toSeconds() + " s")
        : Health.up();
  }
}
