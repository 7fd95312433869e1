package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d)");

  private static Properties bundle(String name) {
    Properties all = new Properties();
    try (var in =
        new InputStreamReader(TextsTest.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
      all.load(in);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TreeSet<String> placeholders(String text) {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void languagesHaveTheSameKeysAndPlaceholders() {
    Properties english = bundle("messages.properties");
    Properties russian = bundle("messages_ru.properties");
    assertThat(russian.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (String key : english.stringPropertyNames()) {
      assertThat(placeholders(russian.getProperty(key)))
          .as(key)
          .isEqualTo(placeholders(english.getProperty(key)));
    }
  }

  @Test
  void everyTextCanBeFormatted() {
    for (Locale locale : new Locale[] {Locale.ENGLISH, Locale.forLanguageTag("ru")}) {
      Texts texts = Texts.in(locale);
      for (String key : bundle("messages.properties").stringPropertyNames()) {
        assertThat(texts.get(key, 1, 2, 3)).as(key).isNotBlank().doesNotContain("{");
      }
    }
  }

  @Test
  void anUnknownLanguageIsEnglishWhateverTheMachineSpeaks() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ru"));
      assertThat(Texts.in(Locale.JAPAN).get("cancelled")).isEqualTo("Stopped.");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void timesAreRounded() {
    Texts texts = Texts.in(Locale.ENGLISH);
    assertThat(texts.about(Duration.ZERO)).isEqualTo("1 s");
    assertThat(texts.about(Duration.ofSeconds(12))).isEqualTo("15 s");
    assertThat(texts.about(Duration.ofSeconds(100))).isEqualTo("2 min");
    assertThat(texts.about(Duration.ofHours(3))).isEqualTo("3 h");
    assertThat(texts.took(Duration.ofMillis(1234))).isEqualTo("1.2 s");
  }
}
