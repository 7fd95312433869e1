package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.Backend;
import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.WorkerId;
import dev.easel.store.Subscription;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Over a client of the caller's, which is used and left open. */
@Timeout(60)
class OwnClientTest {
  @Test
  void clientOfTheCallersIsUsedAndLeftOpen() throws Exception {
    try (TestServer server = TestServer.embedded()) {
      RedisClient own = RedisClient.create(server.uri());
      try (StatefulRedisConnection<String, String> before = own.connect()) {
        try (Backend backend = RedisBackend.builder().uri(server.uri()).client(own).build()) {
          worksThrough(backend);
        }
        assertThat(before.sync().ping()).isEqualTo("PONG");
        try (StatefulRedisConnection<String, String> after = own.connect()) {
          assertThat(after.sync().ping()).isEqualTo("PONG");
        }
        Patiently.until(
            "only its owner's connection is left",
            () -> server.info("clients", "connected_clients") == 2); // and that of the question
      } finally {
        own.shutdown(0, 2, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  @EnabledIf(value = "dev.easel.redis.Chosen#cluster", disabledReason = Chosen.BY)
  void clusterClientOfTheCallersIsUsedAndLeftOpen() throws Exception {
    String uri = Servers.uri(Servers.Kind.CLUSTER);
    RedisClusterClient own =
        RedisClusterClient.create(RedisURI.create(uri.substring(0, uri.indexOf(','))));
    try {
      try (Backend backend =
          RedisBackend.builder().uri(uri).queue("own-client").client(own).build()) {
        worksThrough(backend);
      }
      try (var after = own.connect()) {
        assertThat(after.sync().ping()).isEqualTo("PONG");
      }
    } finally {
      own.shutdown(0, 2, TimeUnit.SECONDS);
    }
  }

  private static void worksThrough(Backend backend) throws InterruptedException {
    JobId id = JobId.of("a");
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    NewJob job =
        NewJob.of(
            id, Lane.RENDER, GroupId.of("group"), new Payload("test", 1, "body".getBytes(UTF_8)));
    try (Subscription watch = backend.queue().watch(id, hints::add)) {
      assertThat(watch).isNotNull();
      assertThat(backend.queue().accept(job)).isInstanceOf(Accepted.New.class);
      assertThat(
              backend
                  .source()
                  .exchange(WorkerId.of("ann"), Lane.RENDER, List.of(), 1, Duration.ofSeconds(10))
                  .claimed())
          .hasSize(1);
      assertThat(hints.poll(10, TimeUnit.SECONDS)).as("told of the claim").isNotNull();
    }
  }
}
