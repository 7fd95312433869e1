package dev.easel.redis;

import dev.easel.Backend;
import dev.easel.testkit.RateLimiterContract;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.easel.redis.Chosen#embedded", disabledReason = Chosen.BY)
class EmbeddedRateLimiterTest extends RateLimiterContract {
  @Override
  protected Backend newBackend() {
    return Servers.open(Servers.Kind.EMBEDDED);
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
