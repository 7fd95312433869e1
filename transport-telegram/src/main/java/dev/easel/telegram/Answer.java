package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What is known of a call's fate. Texts bear no secret. */
sealed interface Answer {

  /** It was done. */
  record Ok(JsonNode result) implements Answer {}

  /**
   * It was not done, and the platform says why.
   *
   * @param retryAfter when to come again; zero: not said
   * @param migrateTo where the chat went
   * @param byTelegram whether it is in the platform's form, or our own; otherwise it may be a
   *     proxy's word
   */
  record Refused(
      int code, String why, Duration retryAfter, Optional<Long> migrateTo, boolean byTelegram)
      implements Answer {

    /** Whether its reason contains this, whatever the case. */
    boolean says(String part) {
      return why.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    boolean isUnauthorized() {
      return byTelegram && (code == 401 || code == 404);
    }

    /** Whether asking again is in vain. */
    boolean isForGood() {
      return code != 429 && code < 500;
    }

    /**
     * Whether something on the way refused it, of which the platform knows nothing. What is too
     * large for a proxy stays too large.
     */
    boolean isByAnother() {
      return !byTelegram && code != 413;
    }

    /** A server or a proxy failed before it did anything; 504 is left out: nobody knows then. */
    boolean isServerError() {
      return code == 500 || code == 502 || code == 503;
    }
  }

  /** It seems to have been done, but the answer is not JSON. */
  record Unreadable(byte[] bytes) implements Answer {
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
      return "Unreadable[" + bytes.length + " bytes]";
    }
  }

  /** It was not done: nobody was reached. */
  record NotSent(String why) implements Answer {}

  /** It went out, and what became of it is unknown. */
  record Unknown(String why) implements Answer {}
}
