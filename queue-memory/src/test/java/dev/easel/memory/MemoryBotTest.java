package dev.easel.memory;

import dev.easel.Backend;
import dev.easel.testkit.BotContract;

class MemoryBotTest extends BotContract {
  @Override
  protected Backend newBackend() {
    return MemoryBackend.create();
  }
}
