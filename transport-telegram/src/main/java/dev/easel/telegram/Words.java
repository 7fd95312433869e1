package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody wrote, as it is meant for the bot. Offsets count UTF-16 units, as {@code String}
 * does; they come from outside and are checked.
 *
 * @param text without the bot's name and without the command
 * @param command in lower case
 * @param named whether the bot's name stands in it
 * @param forAnother whether it is a command of another bot
 */
record Words(String text, Optional<String> command, boolean named, boolean forAnother) {
  static final Words NONE = new Words("", Optional.empty(), false, false);

  private static final Pattern COMMAND = Pattern.compile("[a-z0-9_]{1,32}");

  static Words of(String text, JsonNode entities, Me me) {
    StringBuilder rest = new StringBuilder(text);
    Optional<String> command = Optional.empty();
    boolean named = false;
    boolean forAnother = false;
    // from the end, so that the offsets before stay right
    for (int i = Math.min(entities.size(), 200) - 1; i >= 0; i--) {
      JsonNode e = entities.path(i);
      int start = e.path("offset").asInt(-1);
      int end = start + e.path("length").asInt(-1);
      if (start < 0 || end <= start || end > rest.length()) {
        continue;
      }
      String part = text.substring(start, end);
      String type = e.path("type").asText("");
      if (isOurName(type, part, e, me)) {
        named = true;
        rest.delete(start, end);
      } else if (type.equals("bot_command") && onlyOurNameBefore(text, start, me)) {
        String[] halves = part.substring(1).split("@", 2);
        boolean ours = halves.length < 2 || halves[1].equalsIgnoreCase(me.username());
        String name = halves[0].toLowerCase(Locale.ROOT);
        if (ours && COMMAND.matcher(name).matches()) {
          command = Optional.of(name);
          named |= halves.length == 2;
          rest.delete(start, end);
        } else {
          forAnother = !ours;
        }
      }
    }
    return new Words(rest.toString().strip(), command, named, forAnother);
  }

  private static boolean isOurName(String type, String part, JsonNode entity, Me me) {
    return type.equals("mention") && part.equalsIgnoreCase("@" + me.username())
        || type.equals("text_mention") && entity.path("user").path("id").asLong() == me.id();
  }

  /** A command stands at the beginning; the bot may be called first. */
  private static boolean onlyOurNameBefore(String text, int start, Me me) {
    String before = text.substring(0, start).strip();
    return before.isEmpty() || before.equalsIgnoreCase("@" + me.username());
  }
}
