package dev.easel.job;

import static java.util.Objects.requireNonNull;

/** The queue cannot do what it was asked, now. Nothing was half done. */
public final class QueueException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What to do next. */
  public enum Kind {
    /** Not reachable: try again in a moment. */
    UNAVAILABLE,
    /** It refuses to work as it is set up or closed: trying again does not help. */
    MISCONFIGURED
  }

  private final Kind kind;

  public QueueException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public QueueException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
