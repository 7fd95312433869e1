package dev.easel.memory;

import dev.easel.Backend;
import dev.easel.testkit.JobQueueContract;
import dev.easel.testkit.SettableClock;
import java.time.Duration;

class MemoryQueueTest extends JobQueueContract {
  private final SettableClock clock = new SettableClock();

  @Override
  protected Backend newBackend() {
    return MemoryBackend.builder().clock(clock).build();
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  protected long held(Backend backend) {
    return ((MemoryBackend) backend).held();
  }
}
