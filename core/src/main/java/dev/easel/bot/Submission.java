package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Accepted.Limit;
import java.time.Duration;

/** The answer to an order. */
public sealed interface Submission {
  /**
   * It will end, in pictures or in a reason.
   *
   * @param isNew false if the same id was ordered before
   */
  record InLine(Ticket ticket, boolean isNew) implements Submission {
    public InLine {
      requireNonNull(ticket, "ticket");
    }
  }

  /** There is no room; nothing was kept. */
  record Full(Limit limit, Duration retryAfter) implements Submission {
    public Full {
      requireNonNull(limit, "limit");
      requireNonNull(retryAfter, "retryAfter");
    }
  }
}
