package dev.easel.memory;

import dev.easel.Backend;
import dev.easel.testkit.SettableClock;
import dev.easel.testkit.StateStoreContract;
import java.time.Duration;

class MemoryStateStoreTest extends StateStoreContract {
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
