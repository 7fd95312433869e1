package dev.easel.fakes.images;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a fake service is to do to one request instead of, or to, its usual answer. */
public sealed interface Fault {

  /** Answers this at once; nothing is run. */
  static Answer json(int status, String body) {
    return new Answer(
        status, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers this at once, as a proxy in front of the service would. */
  static Answer html(int status, String body) {
    return new Answer(
        status, Map.of("Content-Type", "text/html"), body.getBytes(StandardCharsets.UTF_8));
  }

  /** The connection ends before anything is run. */
  static Fault resetBeforeRun() {
    return new Reset(false);
  }

  /** The work is done, and the connection ends instead of the answer. */
  static Fault resetAfterRun() {
    return new Reset(true);
  }

  /** The work is done, and the answer ends in its middle. */
  static Fault cutOff() {
    return new CutOff();
  }

  /** The work is done, and the answer comes in ten parts with a pause before each. */
  static Fault slow(Duration pause) {
    return new Slow(pause);
  }

  /** The request is read, and no answer comes until the service is closed. Nothing is run. */
  static Fault hang() {
    return new Hang();
  }

  /** An answer that has nothing to do with the request. */
  record Answer(int status, Map<String, String> headers, byte[] body) implements Fault {
    public Answer {
      headers = Map.copyOf(headers);
      requireNonNull(body, "body");
    }

    public Answer header(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, body);
    }

    @Override
    public boolean equals(Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public String toString() {
      return "Answer[" + status + "]";
    }
  }

  /** An end of the connection without an answer. */
  record Reset(boolean afterRun) implements Fault {}

  /** Half an answer. */
  record CutOff() implements Fault {}

  /** An answer that drips. */
  record Slow(Duration pause) implements Fault {
    public Slow {
      requireNonNull(pause, "pause");
    }
  }

  /** No answer. */
  record Hang() implements Fault {}
}
