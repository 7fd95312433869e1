package dev.easel.web;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What cannot be taken, as the client is told: it becomes an {@code application/problem+json}. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Each has a sentence of its name in {@code problems.properties}. */
  enum Kind {
    MALFORMED(400),
    BAD_CONVERSATION(400),
    BAD_KEY(400),
    NOTHING_SAID(400),
    BAD_ACTION(400),
    UNAUTHORIZED(401),
    FOREIGN_ORIGIN(403),
    EXPOSED(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    TOO_SLOW(408),
    TOO_LARGE(413),
    TEXT_TOO_LONG(413),
    IMAGE_TOO_LARGE(413),
    UNSUPPORTED(415),
    NOT_AN_IMAGE(415),
    BAD_HOST(421),
    TOO_MANY_IMAGES(422),
    DAMAGED_IMAGE(422),
    TOO_MANY_PIXELS(422),
    UNKNOWN_IMAGE(422),
    TOO_FAST(429),
    TOO_MANY_CONVERSATIONS(429),
    TOO_MANY_STREAMS(429),
    CONVERSATION_BUSY(429),
    FAILED(500),
    BUSY(503),
    UNAVAILABLE(503),
    STOPPING(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }

    /** As it stands in the answer. */
    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Kind kind;
  private final transient List<Object> arguments;
  private final transient Optional<Duration> retryAfter;

  private Problem(Kind kind, List<Object> arguments, Optional<Duration> retryAfter) {
    // an answer, not a failure: nobody reads its stack
    super(kind.code(), null, false, false);
    this.kind = kind;
    this.arguments = arguments;
    this.retryAfter = retryAfter;
  }

  static Problem of(Kind kind, Object... arguments) {
    return new Problem(kind, List.of(arguments), Optional.empty());
  }

  static Problem later(Kind kind, Duration retryAfter) {
    return new Problem(kind, List.of(), Optional.of(retryAfter));
  }

  Kind kind() {
    return kind;
  }

  List<Object> arguments() {
    return arguments;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
