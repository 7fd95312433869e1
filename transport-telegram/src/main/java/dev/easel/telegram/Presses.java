package dev.easel.telegram;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Notice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.AnswerCallbackQuery;

/**
 * Sees to it that each press is answered in time: with what the bot says within five seconds, with
 * nothing after that. What it says later has to be a message.
 */
final class Presses {
  private static final Logger log = LoggerFactory.getLogger(Presses.class);
  private static final int KEPT = 10_000;

  /** A press in another process is taken for answered a little earlier. */
  private static final Duration CLOCKS = Duration.ofMillis(500);

  private final BotApi api;
  private final InstantSource time;
  private final ScheduledExecutorService timer;
  private final Duration patience;

  /** Presses of this process: the timer of those that wait, null once answered by the bot. */
  private final Map<String, @Nullable Future<?>> presses = new LinkedHashMap<>();

  Presses(BotApi api, InstantSource time, ScheduledExecutorService timer, Duration patience) {
    this.api = api;
    this.time = time;
    this.timer = timer;
    this.patience = patience;
  }

  /** Names a press so that any process can tell how old it is. */
  static String name(String callbackId, Instant at) {
    return callbackId + "@" + at.toEpochMilli();
  }

  private static String callbackOf(String name) {
    int mark = name.lastIndexOf('@');
    return mark < 0 ? name : name.substring(0, mark);
  }

  private Duration ageOf(String name) {
    int mark = name.lastIndexOf('@');
    try {
      long at = Long.parseLong(name.substring(mark + 1));
      return Duration.ofMillis(time.instant().toEpochMilli() - at);
    } catch (NumberFormatException e) {
      return patience;
    }
  }

  /** A press came in: from now on it has to be answered. */
  void pressed(ActionRef press) {
    String name = press.id();
    synchronized (presses) {
      if (presses.containsKey(name)) {
        return;
      }
      try {
        presses.put(
            name, timer.schedule(() -> late(name), patience.toMillis(), TimeUnit.MILLISECONDS));
      } catch (RejectedExecutionException e) {
        return; // being closed
      }
      if (presses.size() > KEPT) {
        presses.remove(presses.keySet().iterator().next());
      }
    }
  }

  /** Answers a press that nothing else will come of. */
  void dismiss(String callbackId) {
    answer(callbackId, Notice.EMPTY);
  }

  /**
   * Answers a press.
   *
   * @return whether the notice was shown, or need not be; false: it has to be a message
   */
  boolean answer(ActionRef press, Notice notice) {
    String name = press.id();
    synchronized (presses) {
      if (presses.containsKey(name)) {
        Future<?> waiting = presses.get(name);
        if (waiting == null) {
          return true; // the bot answered before
        }
        boolean inTime = waiting.cancel(false);
        presses.put(name, null);
        if (!inTime) {
          return notice.text().isEmpty();
        }
      } else if (ageOf(name).compareTo(patience.minus(CLOCKS)) >= 0) {
        return notice.text().isEmpty();
      }
    }
    return answer(callbackOf(name), notice) || notice.text().isEmpty();
  }

  private void late(String name) {
    log.debug("A press was not answered in time, answering with nothing");
    answer(callbackOf(name), Notice.EMPTY);
  }

  /** Whether it may have been shown: only a refusal is certain. */
  private boolean answer(String callbackId, Notice notice) {
    AnswerCallbackQuery call =
        AnswerCallbackQuery.builder()
            .callbackQueryId(callbackId)
            .text(notice.text().isEmpty() ? null : Cut.to(notice.text(), Limits.MAX_NOTICE))
            .showAlert(notice.alert() ? true : null)
            .build();
    Answer answer = api.call(call);
    if (answer instanceof Answer.NotSent
        || answer instanceof Answer.Refused refused && refused.isServerError()) {
      answer = api.call(call);
    }
    if (answer instanceof Answer.Refused refused) {
      log.debug("Telegram did not take the answer to a press: because={}", refused.why());
      return false;
    }
    return !(answer instanceof Answer.NotSent);
  }
}
