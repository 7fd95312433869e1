package dev.easel.redis;

import dev.easel.Backend;
import dev.easel.testkit.JobQueueContract;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Half of its time it sleeps, since the server keeps time; and a cluster is slow to open. */
@Execution(ExecutionMode.CONCURRENT)
@EnabledIf(value = "dev.easel.redis.Chosen#cluster", disabledReason = Chosen.BY)
class ClusterJobQueueTest extends JobQueueContract {
  @Override
  protected Backend newBackend() {
    return Servers.open(Servers.Kind.CLUSTER);
  }

  @Override
  protected Backend anotherProcess(Backend first) {
    return Servers.again(Servers.Kind.CLUSTER, first);
  }

  @Override
  protected long held(Backend backend) throws IOException {
    return Held.keys(Servers.keys(Servers.Kind.CLUSTER, backend));
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
