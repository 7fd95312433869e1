package dev.easel.chat;

import static java.util.Objects.requireNonNull;

/** A platform could not do what it was asked. The message names no secret. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What to do next. */
  public enum Kind {
    /** Try again in a moment. */
    UNAVAILABLE,
    /** It will not come back. */
    GONE,
    /** The platform does not know the bot: a wrong token, or none. */
    UNAUTHORIZED
  }

  private final Kind kind;

  public TransportException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public TransportException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
