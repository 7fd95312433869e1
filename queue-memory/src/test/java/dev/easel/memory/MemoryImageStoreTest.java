package dev.easel.memory;

import dev.easel.store.ImageStore;
import dev.easel.testkit.ImageStoreContract;
import dev.easel.testkit.SettableClock;
import java.time.Duration;

class MemoryImageStoreTest extends ImageStoreContract {
  private final SettableClock clock = new SettableClock();

  @Override
  protected ImageStore newStore() {
    return MemoryBackend.builder().clock(clock).maxImageBytes(CAPACITY).build().images();
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }
}
