package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Text with typed spans instead of markup, so that nothing a person wrote is ever read as markup.
 *
 * @param spans within the text, in order of their start
 */
public record Text(String plain, List<Span> spans) {
  public static final Text EMPTY = new Text("", List.of());

  /**
   * A part that looks different.
   *
   * @param start in UTF-16 units, as {@code String} counts
   * @param url of a {@code LINK}
   */
  public record Span(Style style, int start, int length, Optional<String> url) {
    public Span {
      requireNonNull(style, "style");
      requireNonNull(url, "url");
      if (start < 0 || length < 1) {
        throw new IllegalArgumentException(
            "start and length must not be negative: " + start + ", " + length);
      }
    }
  }

  /** How a span looks. */
  public enum Style {
    BOLD,
    ITALIC,
    CODE,
    QUOTE,
    LINK
  }

  public Text {
    requireNonNull(plain, "plain");
    spans = List.copyOf(spans);
    for (Span span : spans) {
      if (span.start() + span.length() > plain.length()) {
        throw new IllegalArgumentException("a span ends behind the text: " + span);
      }
    }
  }

  public static Text of(String plain) {
    return new Text(plain, List.of());
  }
}
