package dev.easel.redis;

import dev.easel.Backend;
import dev.easel.testkit.TimelinesContract;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.easel.redis.Chosen#installed", disabledReason = Chosen.BY)
class InstalledTimelinesTest extends TimelinesContract {
  @Override
  protected Backend newBackend() {
    return Servers.open(Servers.Kind.INSTALLED);
  }

  @Override
  protected Backend anotherProcess(Backend first) {
    return Servers.again(Servers.Kind.INSTALLED, first);
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
