package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.Activity;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportId;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** By a clock that the test moves. */
class ChatActionsTest {
  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");
  private final ConversationRef where =
      ConversationRef.of(
          new TransportId("telegram", "main"),
          Long.toString(ann.chat()),
          ConversationRef.Kind.PRIVATE);
  private final BotApi api =
      new BotApi(
          new Token(bed.token),
          HttpUrl.get(bed.api.url()),
          Optional.empty(),
          Duration.ofSeconds(50),
          Duration.ofSeconds(20));
  private final AtomicBoolean isFree = new AtomicBoolean(true);
  private final AtomicLong nanos = new AtomicLong();
  private final ChatActions actions =
      new ChatActions(
          api, new Pace(limiter(), "x", 30, Duration.ofSeconds(1), nanos::get), nanos::get);

  @AfterEach
  void close() {
    api.close();
  }

  private RateLimiter limiter() {
    return new RateLimiter() {
      @Override
      public Decision acquire(List<Permit> all, Duration bookAhead) {
        return isFree.get()
            ? new Decision.Granted(Duration.ZERO)
            : new Decision.Limited(Duration.ofMillis(30));
      }

      @Override
      public void refund(List<Permit> permits) {}

      @Override
      public void block(String key, Duration time) {}
    };
  }

  private int timesShown() {
    return bed.bot.calls("sendChatAction").size();
  }

  @Test
  void typingIsShownButNotForEveryCall() {
    for (int i = 0; i < 5; i++) {
      actions.show(where, Activity.TYPING);
    }
    assertThat(timesShown()).isEqualTo(1);

    nanos.addAndGet(Duration.ofSeconds(4).toNanos());
    actions.show(where, Activity.TYPING);
    assertThat(timesShown()).isEqualTo(2);
  }

  @Test
  void whatHadToStandBackIsShownTheNextTime() {
    isFree.set(false);
    actions.show(where, Activity.TYPING);
    assertThat(timesShown()).isZero();

    isFree.set(true);
    actions.show(where, Activity.TYPING);
    assertThat(timesShown()).isEqualTo(1);
  }
}
