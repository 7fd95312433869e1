package dev.easel.bot;

import java.text.MessageFormat;
import java.time.Duration;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.Set;

/** What the bot says, in one language. */
final class Texts {
  private static final String BUNDLE = "dev.easel.bot.messages";
  private static final Set<String> OTHERS = Set.of("ru");

  private final ResourceBundle bundle;
  private final Locale locale;

  private Texts(ResourceBundle bundle, Locale locale) {
    this.bundle = bundle;
    this.locale = locale;
  }

  /** The nearest language there is; English where there is none. */
  static Texts in(Locale locale) {
    // asked for by an exact name: a bundle's own search falls back to the machine's language, which
    // is not the
    // person's, and cannot be told otherwise within a named module
    Locale spoken =
        OTHERS.contains(locale.getLanguage())
            ? Locale.forLanguageTag(locale.getLanguage())
            : Locale.ROOT;
    return new Texts(ResourceBundle.getBundle(BUNDLE, spoken), locale);
  }

  Locale locale() {
    return locale;
  }

  String get(String key, Object... arguments) {
    return new MessageFormat(bundle.getString(key), locale).format(arguments);
  }

  /** The text for a key, or for another if there is none. */
  String getOr(String key, String other) {
    try {
      return get(key);
    } catch (MissingResourceException e) {
      return get(other);
    }
  }

  /** A time as a person would say it: rounded, never below a second. */
  String about(Duration time) {
    long seconds = Math.max(1, time.toMillis() / 1000 + (time.toMillis() % 1000 > 0 ? 1 : 0));
    if (seconds < 10) {
      return get("time.seconds", seconds);
    }
    if (seconds < 90) {
      return get("time.seconds", (seconds + 4) / 5 * 5);
    }
    if (seconds < 90 * 60) {
      return get("time.minutes", (seconds + 30) / 60);
    }
    return get("time.hours", (seconds + 1800) / 3600);
  }

  /** How long something took. */
  String took(Duration time) {
    return get("time.took", time.toMillis() / 1000.0);
  }
}
