package dev.easel.health;

import static java.util.Objects.requireNonNull;

/**
 * How a part is.
 *
 * @param detail one sentence for a person who runs the bot, without secrets; may be empty when up
 */
public record Health(Status status, String detail) {
  /** From best to worst. */
  public enum Status {
    UP,
    /** Nobody has looked yet, which alarms nobody. */
    UNKNOWN,
    /** Works, but something needs a look. */
    DEGRADED,
    DOWN
  }

  public Health {
    requireNonNull(status, "status");
    requireNonNull(detail, "detail");
  }

  public static Health up() {
    return new Health(Status.UP, "");
  }

  public static Health unknown(String detail) {
    return new Health(Status.UNKNOWN, detail);
  }

  public static Health degraded(String detail) {
    return new Health(Status.DEGRADED, detail);
  }

  public static Health down(String detail) {
    return new Health(Status.DOWN, detail);
  }
}
