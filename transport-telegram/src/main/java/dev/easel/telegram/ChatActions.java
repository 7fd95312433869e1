package dev.easel.telegram;

import dev.easel.chat.Activity;
import dev.easel.chat.ConversationRef;
import dev.easel.limit.LimiterException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.send.SendChatAction;

/** Shows that the bot is at work, where nothing more important wants to go out. */
final class ChatActions {
  private static final Logger log = LoggerFactory.getLogger(ChatActions.class);

  /** The platform shows it for five seconds. */
  private static final Duration SHOWN = Duration.ofSeconds(4);

  private static final int KEPT = 5_000;

  private final BotApi api;
  private final Pace pace;
  private final LongSupplier nanos;
  private final Map<String, Long> shown = new LinkedHashMap<>();

  ChatActions(BotApi api, Pace pace, LongSupplier nanos) {
    this.api = api;
    this.pace = pace;
    this.nanos = nanos;
  }

  void show(ConversationRef where, Activity what) {
    String key = where.key() + "/" + what;
    if (isShown(key)) {
      return;
    }
    try {
      if (!pace.takeIfFree()) {
        forget(key); // it was not shown
        return;
      }
      Answer answer =
          api.call(
              SendChatAction.builder()
                  .chatId(where.chat())
                  .messageThreadId(where.thread().map(Integer::valueOf).orElse(null))
                  .action(what == Activity.TYPING ? "typing" : "upload_photo")
                  .build());
      if (answer instanceof Answer.Refused refused && refused.code() == 429) {
        pace.refused(where, refused.retryAfter());
      }
    } catch (LimiterException e) {
      log.debug("No activity is shown: the rate limiter cannot be reached", e);
    }
  }

  private boolean isShown(String key) {
    long now = nanos.getAsLong();
    synchronized (shown) {
      Long at = shown.get(key);
      if (at != null && now - at < SHOWN.toNanos()) {
        return true;
      }
      shown.remove(key);
      shown.put(key, now);
      if (shown.size() > KEPT) {
        shown.remove(shown.keySet().iterator().next());
      }
      return false;
    }
  }

  private void forget(String key) {
    synchronized (shown) {
      shown.remove(key);
    }
  }
}
