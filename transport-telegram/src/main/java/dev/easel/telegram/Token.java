package dev.easel.telegram;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/** A bot's token, which must show up in no log and no message. */
final class Token {
  private static final Pattern FORM = Pattern.compile("[0-9]{1,18}:[A-Za-z0-9_-]{3,200}");

  private final String value;

  Token(String value) {
    requireNonNull(value, "token");
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a bot token is digits, a colon and a secret; this one has "
              + value.length()
              + " characters and another form");
    }
    this.value = value;
  }

  String value() {
    return value;
  }

  /** The text without this token, whoever put it there. */
  String hiddenIn(String text) {
    String secret = value.substring(value.indexOf(':') + 1);
    return text.replace(value, "<token>").replace(secret, "<token>");
  }

  @Override
  public String toString() {
    return "<token>";
  }
}
