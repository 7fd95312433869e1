package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds commands and mentions in what a person wrote, with offsets in UTF-16 units. */
final class Entities {
  private static final Pattern FORM =
      Pattern.compile("(?<![\\w/@])(/[A-Za-z0-9_]{1,64}(?:@\\w{3,32})?|@\\w{3,32})(?![\\w@])");

  private Entities() {}

  static ArrayNode of(String text) {
    ArrayNode entities = JsonNodeFactory.instance.arrayNode();
    Matcher m = FORM.matcher(text);
    while (m.find()) {
      entities
          .addObject()
          .put("type", m.group().startsWith("/") ? "bot_command" : "mention")
          .put("offset", m.start())
          .put("length", m.end() - m.start());
    }
    return entities;
  }
}
