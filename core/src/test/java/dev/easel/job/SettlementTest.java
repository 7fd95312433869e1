package dev.easel.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettlementTest {
  private static final Lease LEASE =
      new Lease(JobId.of("a"), Lane.RENDER, 1, 1, Instant.parse("2026-01-01T00:00:00Z"));
  private static final Payload RESULT = new Payload("result", 1, new byte[0]);
  private static final Reason REASON = Reason.of("broken", "it broke");

  @Test
  void costThatWouldStopALanesClockIsRefused() {
    for (double cost : List.of(-1.0, 1e7, Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Settlement.Done(LEASE, RESULT, Optional.of(cost)))
          .withMessageContaining("" + cost);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Settlement.Failed(LEASE, REASON, Optional.of(cost)));
    }
    assertThat(new Settlement.Done(LEASE, RESULT, Optional.of(0.0)).cost()).contains(0.0);
  }
}
