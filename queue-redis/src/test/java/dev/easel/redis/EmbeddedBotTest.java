package dev.easel.redis;

import dev.easel.Backend;
import dev.easel.testkit.BotContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.easel.redis.Chosen#embedded", disabledReason = Chosen.BY)
class EmbeddedBotTest extends BotContract {
  @Override
  protected Backend newBackend() {
    return Servers.open(Servers.Kind.EMBEDDED);
  }
}
