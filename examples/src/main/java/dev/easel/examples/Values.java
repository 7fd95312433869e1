package dev.easel.examples;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads settings as what they mean, and says in one sentence what is wrong with one. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private final Map<Setting, String> values;

  Values(Map<Setting, String> given) {
    values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, given.getOrDefault(setting, setting.otherwise()).strip());
    }
  }

  /** As it was given; may be empty. */
  String text(Setting setting) {
    return values.getOrDefault(setting, "");
  }

  boolean isSet(Setting setting) {
    return !text(setting).isEmpty();
  }

  int number(Setting setting, int least, int most) {
    try {
      int number = Integer.parseInt(text(setting));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the sentence below is the same
    }
    throw new BadSetting(
        setting, "is '" + text(setting) + "'", "give a whole number from " + least + " to " + most);
  }

  boolean flag(Setting setting) {
    switch (text(setting)) {
      case "true":
        return true;
      case "false":
      case "":
        return false;
      default:
        throw new BadSetting(setting, "is '" + text(setting) + "'", "give true or false");
    }
  }

  Duration duration(Setting setting, Duration least, Duration most) {
    Matcher matcher = DURATION.matcher(text(setting));
    if (matcher.matches()) {
      Duration duration =
          Duration.ofMillis(Long.parseLong(matcher.group(1)) * millis(matcher.group(2)));
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    }
    throw new BadSetting(
        setting,
        "is '" + text(setting) + "'",
        "give a time from "
            + shown(least)
            + " to "
            + shown(most)
            + ", such as 90s, 15m, 12h or 7d");
  }

  /** Splits at commas; blanks do not count. */
  List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  /** A list whose parts all look as they should. */
  List<String> listOf(Setting setting, Pattern form, String todo) {
    List<String> parts = list(setting);
    for (String part : parts) {
      if (!form.matcher(part).matches()) {
        throw new BadSetting(setting, "holds '" + part + "'", todo);
      }
    }
    return parts;
  }

  String oneOf(Setting setting, List<String> allowed) {
    if (allowed.contains(text(setting))) {
      return text(setting);
    }
    throw new BadSetting(
        setting, "is '" + text(setting) + "'", "give " + String.join(" or ", allowed));
  }

  private static long millis(String unit) {
    switch (unit) {
      case "ms":
        return 1;
      case "s":
        return 1_000;
      case "m":
        return 60_000;
      case "h":
        return 3_600_000;
      default:
        return 86_400_000;
    }
  }

  private static String shown(Duration time) {
    if (time.toDays() > 0) {
      return time.toDays() + "d";
    }
    if (time.toMinutes() > 0) {
      return time.toMinutes() + "m";
    }
    return time.toSeconds() + "s";
  }
}
