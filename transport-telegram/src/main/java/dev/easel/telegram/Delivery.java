package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one call to an end: waits for its turn, and tries again where the platform certainly did
 * nothing. A call whose outcome is unknown is repeated only if doing it twice does no harm.
 */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_TRIES = 4;

  /** How a call ended: an answer, or when to come again. */
  sealed interface Outcome {
    record Answered(Answer answer) implements Outcome {}

    record Later(Duration retryAfter) implements Outcome {}
  }

  /** What a call does. Doing a change twice is as good as once. */
  enum Act {
    SEND,
    CHANGE,
    /** A change after which another one will come. */
    PROGRESS
  }

  /** One try of a call. */
  interface Shot {
    Answer fire();
  }

  private static final Duration WINDOW = Duration.ofSeconds(1);

  private final Pace pace;
  private final Window window;
  private final Duration firstPause;
  private final LongSupplier nanos;

  Delivery(Pace pace, Window window, Duration firstPause, LongSupplier nanos) {
    this.pace = pace;
    this.window = window;
    this.firstPause = firstPause;
    this.nanos = nanos;
  }

  /**
   * Makes a call.
   *
   * @param messages how many messages it is, for the limits
   * @param kind how long a try may take
   * @param patience how long it may wait in all for limits and pauses
   * @throws TransportException {@code UNAVAILABLE} if nobody could be reached
   */
  Outcome perform(
      ConversationRef to, int messages, BotApi.Kind kind, Duration patience, Act act, Shot shot)
      throws InterruptedException {
    long end = nanos.getAsLong() + patience.toNanos();
    Duration pause = firstPause;
    for (int tries = 1; ; tries++) {
      Optional<Duration> wait = pace.turn(to, messages, left(end), act == Act.PROGRESS);
      if (wait.isPresent()) {
        return new Outcome.Later(wait.get());
      }
      Optional<Window.Places> places =
          window.enter(messages, kind == BotApi.Kind.UPLOAD, left(end));
      if (places.isEmpty()) {
        return new Outcome.Later(WINDOW);
      }
      Answer answer;
      try {
        answer = shot.fire();
      } finally {
        window.leave(places.get());
      }
      Duration again;
      if (answer instanceof Answer.Refused refused && refused.code() == 429) {
        again = refused.retryAfter().isZero() ? Duration.ofSeconds(1) : refused.retryAfter();
        pace.refused(to, again);
        log.info("Telegram says to wait: seconds={} to={}", again.toSeconds(), to);
      } else if (isWorthAnotherTry(answer, act)) {
        again = pause;
        pause = pause.multipliedBy(3);
        log.info("Not done, trying again: to={} delay={} answer={}", to, again, answer);
      } else {
        return new Outcome.Answered(answer);
      }
      if (tries == MAX_TRIES || again.compareTo(left(end)) > 0) {
        return giveUp(answer, again);
      }
      Thread.sleep(again.toMillis());
    }
  }

  private static boolean isWorthAnotherTry(Answer answer, Act act) {
    return answer instanceof Answer.NotSent
        || answer instanceof Answer.Refused refused && refused.isServerError()
        || answer instanceof Answer.Unknown && act != Act.SEND;
  }

  private static Outcome giveUp(Answer answer, Duration again) {
    if (answer instanceof Answer.Refused refused) {
      return new Outcome.Later(refused.isServerError() ? Duration.ofSeconds(5) : again);
    }
    String why = answer instanceof Answer.NotSent n ? n.why() : ((Answer.Unknown) answer).why();
    throw new TransportException(
        TransportException.Kind.UNAVAILABLE, "Telegram cannot be reached: " + why);
  }

  private Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }
}
