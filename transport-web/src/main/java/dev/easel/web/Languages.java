package dev.easel.web;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;

/** Finds the language that a client asks for. */
final class Languages {
  private Languages() {}

  /** The first choice of {@code Accept-Language}. */
  static Optional<Locale> of(Context ctx) {
    return parse(Guard.header(ctx, "Accept-Language"));
  }

  static Optional<Locale> parse(Optional<String> header) {
    String ranges = header.filter(h -> h.length() <= 300).orElse("");
    if (ranges.isBlank()) {
      return Optional.empty();
    }
    try {
      return Locale.LanguageRange.parse(ranges).stream()
          .filter(r -> r.getWeight() > 0 && !r.getRange().startsWith("*"))
          .map(r -> Locale.forLanguageTag(r.getRange()))
          .filter(l -> !l.getLanguage().isEmpty())
          .findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
