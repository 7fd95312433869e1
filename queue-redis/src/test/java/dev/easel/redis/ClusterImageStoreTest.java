package dev.easel.redis;

import dev.easel.store.ImageStore;
import dev.easel.testkit.ImageStoreContract;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.easel.redis.Chosen#cluster", disabledReason = Chosen.BY)
class ClusterImageStoreTest extends ImageStoreContract {
  private @Nullable RedisBackend backend;

  @Override
  protected ImageStore newStore() {
    backend =
        RedisBackend.builder()
            .uri(Servers.uri(Servers.Kind.CLUSTER))
            .queue("images" + System.nanoTime())
            .imageBytes(CAPACITY)
            .build();
    return backend.images();
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
