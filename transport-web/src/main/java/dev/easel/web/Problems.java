package dev.easel.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import org.eclipse.jetty.http.HttpStatus;

/** Words problems, in English and Russian. */
final class Problems {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String BUNDLE = "dev.easel.web.problems";

  private Problems() {}

  static byte[] json(Problem problem, Optional<Locale> locale) {
    ObjectNode node = JSON.createObjectNode();
    node.put("type", "urn:easel:problem:" + problem.kind().code());
    node.put("title", HttpStatus.getMessage(problem.kind().status()));
    node.put("status", problem.kind().status());
    node.put("detail", sentence(problem, locale));
    problem.retryAfter().ifPresent(time -> node.put("retryAfter", seconds(time)));
    try {
      return JSON.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sentence(Problem problem, Optional<Locale> locale) {
    boolean russian = locale.filter(l -> l.getLanguage().equals("ru")).isPresent();
    Locale known = russian ? Locale.forLanguageTag("ru") : Locale.ROOT;
    String pattern = ResourceBundle.getBundle(BUNDLE, known).getString(problem.kind().code());
    return new MessageFormat(pattern, known).format(problem.arguments().toArray());
  }

  /** In whole seconds, at least one: what {@code Retry-After} can say. */
  static long seconds(Duration time) {
    return Math.max(1, time.plusMillis(999).toSeconds());
  }
}
