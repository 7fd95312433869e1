package dev.easel.bot;

import dev.easel.chat.Receipt;
import java.time.Duration;

/** The platform takes a message later, so the event that it answers is handled again then. */
final class TryLater extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Duration after;

  private TryLater(Duration after) {
    super("the platform wants it later, in " + after, null, false, false);
    this.after = after;
  }

  /** Goes on, unless the platform said later. */
  static void ifDeferred(Receipt receipt) {
    if (receipt instanceof Receipt.Deferred deferred) {
      throw new TryLater(deferred.retryAfter());
    }
  }

  Duration after() {
    return after;
  }
}
