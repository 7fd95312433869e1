package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportId;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.SettableClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final SettableClock clock = new SettableClock();
  private final Pace pace =
      new Pace(
          new RecordingHost(clock).limiter(),
          "telegram:main",
          30,
          Duration.ofSeconds(1),
          () -> 0); // however late this thread wakes, nothing was missed
  private final ConversationRef group =
      ConversationRef.of(new TransportId("telegram", "main"), "-1005", ConversationRef.Kind.GROUP);

  /** Two people's pictures are in the making, and each second one of them has got on. */
  @Test
  void albumInAGroupIsNotKeptWaitingByTheProgressOfOthers() throws Exception {
    for (int second = 0; second < 60; second++) {
      pace.turn(group, 1, Duration.ZERO, true);
      clock.advance(Duration.ofSeconds(1));
    }

    Optional<Duration> wait = Optional.of(Duration.ZERO);
    for (int second = 0; second < 60 && wait.isPresent(); second++) {
      pace.turn(group, 1, Duration.ZERO, true);
      wait = pace.turn(group, 4, Timing.DEFAULT.patience(), false);
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(wait).as("told to come again, for a minute").isEmpty();
  }

  @Test
  void progressInAGroupGetsOnAsOftenAsTheGroupTakesIt() throws Exception {
    int shown = 0;
    for (int second = 0; second < 60; second++) {
      shown += pace.turn(group, 1, Duration.ZERO, true).isEmpty() ? 1 : 0;
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(shown).isEqualTo(15);
  }
}
