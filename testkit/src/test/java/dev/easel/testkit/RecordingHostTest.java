package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordingHostTest {
  private static final ConversationRef HERE =
      ConversationRef.of(new TransportId("web", "test"), "here", ConversationRef.Kind.PRIVATE);

  @Test
  void whoMissedSomethingInItsTimelinesIsToldToBeginAgainAndCan() {
    Timelines timelines = new RecordingHost(new SettableClock()).timelines();
    long first = timelines.put(HERE, "m0", new byte[0], Duration.ofHours(1));
    for (int i = 1; i < Timelines.MAX_MESSAGES + 10; i++) {
      timelines.put(HERE, "m" + i, new byte[0], Duration.ofHours(1));
    }

    Timelines.Page missed = timelines.since(HERE, first, 500);
    assertThat(missed.complete()).isFalse();
    assertThat(missed.rows()).isEmpty();
    assertThat(missed.revision()).isZero();
    Timelines.Page all = timelines.since(HERE, 0, 500);
    assertThat(all.complete()).isTrue();
    assertThat(all.rows()).hasSize(Timelines.MAX_MESSAGES);
  }
}
