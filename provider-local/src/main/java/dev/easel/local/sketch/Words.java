package dev.easel.local.sketch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The words of a prompt, found by how they begin, so that endings do not matter. */
final class Words {
  private final List<String> words;

  Words(String prompt) {
    words =
        Arrays.stream(prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
            .filter(word -> !word.isEmpty())
            .toList();
  }

  /** Short stems stand for the word itself or one with an ending of a few letters. */
  boolean anyOf(List<String> stems) {
    return stems.stream().anyMatch(this::has);
  }

  boolean has(String stem) {
    return words.stream().anyMatch(word -> matches(word, stem));
  }

  List<String> all() {
    return words;
  }

  private static boolean matches(String word, String stem) {
    if (!word.startsWith(stem)) {
      return false;
    }
    int ending = word.length() - stem.length();
    // Latin words grow by a plural or so; Russian ones by case endings
    boolean latin = stem.charAt(0) < 0x80;
    return ending
        <= (latin ? stem.length() > 5 ? 5 : stem.length() > 3 ? 3 : 1 : stem.length() > 3 ? 6 : 3);
  }
}
