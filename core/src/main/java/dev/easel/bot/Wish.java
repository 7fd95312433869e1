package dev.easel.bot;

import dev.easel.image.AspectRatio;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.Size;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person wants, taken apart: words, and after them how the picture is to be made, as in
 * {@code a fox --n 2 --size 768x512 --ar 16:9 --seed 42 --steps 30 --no fog, people}.
 *
 * @param words what is left without the options
 */
record Wish(String words, ImageOptions options) {
  /** Dashes that somebody meant; what else begins with dashes stays among the words. */
  private static final Pattern OPTION =
      Pattern.compile(
          "(?:^|(?<=\\s))(?:--|\u2014)(n|size|ar|seed|steps|no)(?:[ \\t=]+|$)",
          Pattern.CASE_INSENSITIVE);

  private static final int MAX_SHOWN = 20;

  private static final Pattern VALUE = Pattern.compile("\\S*");
  private static final Pattern SIDES = Pattern.compile("(\\d{1,5})[x\u00d7\u0445*](\\d{1,5})");
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,3}):(\\d{1,3})");

  /** An option whose value cannot be. */
  static final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1;

    private final String option;

    NotUnderstood(String option) {
      super("an option of a prompt was not understood");
      this.option = option;
    }

    /** As the person wrote it, shortened. */
    String option() {
      return option;
    }
  }

  static Wish of(String text) throws NotUnderstood {
    Matcher option = OPTION.matcher(text);
    if (!option.find()) {
      return new Wish(text, ImageOptions.DEFAULT);
    }
    StringBuilder words = new StringBuilder(text.substring(0, option.start()));
    ImageOptions.Builder options = ImageOptions.builder();
    boolean more = true;
    while (more) {
      String name = option.group(1).toLowerCase(java.util.Locale.ROOT);
      int from = option.end();
      more = option.find();
      String rest = text.substring(from, more ? option.start() : text.length()).strip();
      if (name.equals("no")) {
        set(name, rest, value -> options.negativePrompt(words(value)));
      } else {
        Matcher value = VALUE.matcher(rest);
        value.lookingAt();
        set(name, value.group(), setter(name, options));
        words.append(' ').append(rest.substring(value.end()).strip());
      }
    }
    try {
      return new Wish(words.toString().strip(), options.build());
    } catch (IllegalArgumentException e) {
      throw new NotUnderstood("--size --ar"); // each is right, both together are not
    }
  }

  private static void set(String name, String value, Consumer<String> setter) throws NotUnderstood {
    try {
      setter.accept(value);
    } catch (IllegalArgumentException e) {
      throw new NotUnderstood(("--" + name + " " + shortly(value)).strip());
    }
  }

  private static String shortly(String value) {
    if (value.length() <= MAX_SHOWN) {
      return value;
    }
    // half a character would be refused by a platform, and the person would hear nothing
    int end = Character.isHighSurrogate(value.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
    return value.substring(0, end) + "\u2026";
  }

  private static Consumer<String> setter(String name, ImageOptions.Builder options) {
    switch (name) {
      case "n":
        return value -> options.n(within(Integer.parseInt(value), ImageOptions.MAX_PICTURES));
      case "steps":
        return value -> options.steps(within(Integer.parseInt(value), 1000));
      case "seed":
        return value -> options.seed(Long.parseLong(value));
      case "ar":
        return value -> {
          Matcher sides = matched(SHAPE, value);
          options.aspectRatio(
              new AspectRatio(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2))));
        };
      case "size":
        return value -> {
          Matcher sides = matched(SIDES, value);
          options.size(
              new Size(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2))));
        };
      default:
        throw new IllegalStateException("not an option: " + name);
    }
  }

  private static Matcher matched(Pattern pattern, String value) {
    Matcher matcher = pattern.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not of the form " + pattern);
    }
    return matcher;
  }

  private static int within(int number, int max) {
    if (number < 1 || number > max) {
      throw new IllegalArgumentException("must be 1 to " + max);
    }
    return number;
  }

  private static String words(String value) {
    if (value.isEmpty() || value.length() > ImageTask.MAX_PROMPT) {
      throw new IllegalArgumentException("must be 1 to " + ImageTask.MAX_PROMPT + " characters");
    }
    return value;
  }
}
