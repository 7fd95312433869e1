package dev.easel.redis;

import dev.easel.Backend;
import dev.easel.testkit.TimelinesContract;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.easel.redis.Chosen#embedded", disabledReason = Chosen.BY)
class EmbeddedTimelinesTest extends TimelinesContract {
  @Override
  protected Backend newBackend() {
    return Servers.open(Servers.Kind.EMBEDDED);
  }

  @Override
  protected Backend anotherProcess(Backend first) {
    return Servers.again(Servers.Kind.EMBEDDED, first);
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
