package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** Where a transport puts what came in. Thread-safe. */
@FunctionalInterface
public interface Inbox {
  /**
   * Keeps an event until it has been handled. Only then may the platform be told that it arrived.
   * The same event id again, within 24 h, is harmless.
   *
   * @return empty: it is kept, as durably as the backend is; otherwise why not
   */
  Optional<NotAccepted> accept(InboundEvent event);

  /** Why an event was not kept. */
  record NotAccepted(Why why, Duration retryAfter) {
    public NotAccepted {
      requireNonNull(why, "why");
      requireNonNull(retryAfter, "retryAfter");
    }
  }

  /** What was in the way. */
  enum Why {
    /** This conversation has too many unhandled events. */
    CONVERSATION_BUSY,
    /** There is no room for anyone. */
    FULL,
    /** The backend cannot be reached. */
    UNAVAILABLE,
    /** The bot is being stopped. */
    STOPPING
  }
}
