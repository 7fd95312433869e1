package dev.easel.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class ScriptTest {
  /**
   * Processes of one queue may speak different languages, some of which have digits of their own.
   */
  @Test
  void scriptsAndKeysAreTheSameInEveryLanguage() {
    ConversationRef chat =
        ConversationRef.of(new TransportId("web", "a"), "chat", ConversationRef.Kind.PRIVATE);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ENGLISH);
      String digest = Script.ofQueue("accept").digest();
      String key = RedisTimelines.write(chat);
      for (String language : new String[] {"fa-IR", "ar-EG", "tr-TR"}) {
        Locale.setDefault(Locale.forLanguageTag(language));

        assertThat(Script.ofQueue("accept").digest()).as(language).isEqualTo(digest);
        assertThat(RedisTimelines.write(chat)).isEqualTo(key);
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
