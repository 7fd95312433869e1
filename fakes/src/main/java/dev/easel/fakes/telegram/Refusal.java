package dev.easel.fakes.telegram;

/** How the platform says no. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;
  private final int retryAfter;
  private final long migrateTo;

  private Refusal(int code, String description, int retryAfter, long migrateTo) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
    this.migrateTo = migrateTo;
  }

  static Refusal bad(String what) {
    return new Refusal(400, "Bad Request: " + what, 0, 0);
  }

  static Refusal forbidden(String what) {
    return new Refusal(403, "Forbidden: " + what, 0, 0);
  }

  static Refusal conflict(String what) {
    return new Refusal(409, "Conflict: " + what, 0, 0);
  }

  static Refusal unauthorized() {
    return new Refusal(401, "Unauthorized", 0, 0);
  }

  static Refusal notFound() {
    return new Refusal(404, "Not Found", 0, 0);
  }

  static Refusal tooLarge() {
    return new Refusal(413, "Request Entity Too Large", 0, 0);
  }

  static Refusal tooMany(int seconds) {
    return new Refusal(429, "Too Many Requests: retry after " + seconds, seconds, 0);
  }

  static Refusal migrated(long to) {
    return new Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", 0, to);
  }

  int code() {
    return code;
  }

  /** Seconds; 0: not said. */
  int retryAfter() {
    return retryAfter;
  }

  /** 0: not said. */
  long migrateTo() {
    return migrateTo;
  }
}
