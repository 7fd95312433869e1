package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What goes wrong with a call, as a test plans it. */
public sealed interface Fault {

  /** Answers this instead of doing anything; a body that is not JSON is fine. */
  record Answer(int status, String contentType, String body) implements Fault {
    public Answer {
      requireNonNull(contentType, "contentType");
      requireNonNull(body, "body");
    }
  }

  /** Answers 429 and does nothing. */
  record TooMany(int retryAfterSeconds) implements Fault {}

  /** Does what was asked, later. */
  record Late(Duration by) implements Fault {
    public Late {
      requireNonNull(by, "by");
    }
  }

  /** Does what was asked once the test lets it go, however long that takes. */
  record Held(CountDownLatch until) implements Fault {
    public Held {
      requireNonNull(until, "until");
    }
  }

  /** Does what was asked at once, and says so later. */
  record LateAnswer(Duration by) implements Fault {
    public LateAnswer {
      requireNonNull(by, "by");
    }
  }

  /** Ends the connection and does nothing. */
  record CutBefore() implements Fault {}

  /** Does what was asked and ends the connection without an answer. */
  record CutAfter() implements Fault {}

  /** Of a download: sends half and then nothing, with the connection open. */
  record Stall() implements Fault {}

  /** Of a download: sends twice as much as was announced. */
  record Oversize() implements Fault {}

  /** An answer in the platform's form. */
  static Answer error(int status, String description) {
    return new Answer(
        status,
        "application/json",
        "{\"ok\":false,\"error_code\":"
            + status
            + ",\"description\":\""
            + description.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\"}");
  }

  /** What a proxy in front of the platform says. */
  static Answer html(int status) {
    return new Answer(
        status,
        "text/html",
        "<html><head><title>" + status + "</title></head><body>nginx</body></html>");
  }
}
