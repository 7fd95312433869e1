package dev.easel.memory;

import dev.easel.Backend;
import dev.easel.testkit.RateLimiterContract;
import dev.easel.testkit.SettableClock;
import java.time.Duration;

class MemoryRateLimiterTest extends RateLimiterContract {
  private final SettableClock clock = new SettableClock();

  @Override
  protected Backend newBackend() {
    return MemoryBackend.builder().clock(clock).build();
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }
}
