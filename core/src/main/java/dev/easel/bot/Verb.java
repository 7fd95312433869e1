package dev.easel.bot;

import java.util.Locale;
import java.util.Optional;

/** What a button does. */
enum Verb {
  AGAIN,
  VARY,
  UPSCALE,
  ORIGINAL,
  CANCEL,
  RETRY;

  /**
   * A button's whole meaning.
   *
   * @param card names the {@link Card}
   * @param argument a factor or an index; empty where there is none
   */
  record Token(String card, Verb verb, String argument) {
    String text() {
      return card
          + '.'
          + verb.name().toLowerCase(Locale.ROOT)
          + (argument.isEmpty() ? "" : "." + argument);
    }

    /** Reads what a platform handed back; anything may come. */
    static Optional<Token> parse(String text) {
      String[] parts = text.split("\\.", 3);
      if (parts.length < 2) {
        return Optional.empty();
      }
      for (Verb verb : Verb.values()) {
        if (verb.name().toLowerCase(Locale.ROOT).equals(parts[1])) {
          return Optional.of(new Token(parts[0], verb, parts.length == 3 ? parts[2] : ""));
        }
      }
      return Optional.empty();
    }
  }
}
