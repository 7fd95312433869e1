package dev.easel.store;

import static java.util.Objects.requireNonNull;

/** A store cannot do what it was asked. Nothing was half done. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What to do next. */
  public enum Kind {
    /** Not reachable: try again in a moment. */
    UNAVAILABLE,
    /** No room: try again when something has expired. */
    FULL,
    /** It will never take this. */
    REJECTED
  }

  private final Kind kind;

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
