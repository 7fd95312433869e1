package dev.easel.telegram;

import dev.easel.chat.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shortens a text to so many UTF-16 units, between characters as a reader sees them. */
final class Cut {
  private static final Pattern CHARACTER = Pattern.compile("\\X");
  private static final String MORE = "…";

  private Cut() {}

  static Text to(Text text, int max) {
    String plain = text.plain();
    if (plain.length() <= max) {
      return text;
    }
    int end = 0;
    Matcher characters = CHARACTER.matcher(plain);
    while (characters.find() && characters.end() <= max - MORE.length()) {
      end = characters.end();
    }
    List<Text.Span> spans = new ArrayList<>();
    for (Text.Span span : text.spans()) {
      int length = Math.min(span.length(), end - span.start());
      if (length > 0) {
        spans.add(new Text.Span(span.style(), span.start(), length, span.url()));
      }
    }
    return new Text(plain.substring(0, end) + MORE, spans);
  }

  static String to(String text, int max) {
    return to(Text.of(text), max).plain();
  }
}
