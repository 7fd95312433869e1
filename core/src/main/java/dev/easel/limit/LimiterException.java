package dev.easel.limit;

/** The limiter cannot be reached; nothing was taken. */
public final class LimiterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LimiterException(String message, Throwable cause) {
    super(message, cause);
  }
}
