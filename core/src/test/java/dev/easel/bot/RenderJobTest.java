package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.job.JobId;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RenderJobTest {
  @Test
  void aProviderReadsTheBackendsClock() {
    Instant backends = Instant.parse("2001-01-01T00:00:00Z");
    HeartbeatTest.Renewals source = held -> HeartbeatTest.NOTHING_NEW;
    Lease lease = new Lease(JobId.of("job"), Lane.RENDER, 1, 1, Instant.EPOCH);
    Held held = new Held(lease, new Heartbeat(source, Duration.ofSeconds(5)));

    RenderJob context =
        new RenderJob(
            held,
            source,
            new RequestsTest.Room(),
            Runnable::run,
            RenderRecord.NOTHING,
            Duration.ofMinutes(1),
            () -> backends);

    assertThat(context.now()).isEqualTo(backends);
  }
}
