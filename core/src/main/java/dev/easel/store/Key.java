package dev.easel.store;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Names a state.
 *
 * @param space who it belongs to: 1 to 64 of {@code a-z 0-9 : . _ -}
 * @param name any text of 1 to 400 characters
 */
public record Key(String space, String name) {
  private static final Pattern SPACE = Pattern.compile("[a-z0-9:._-]{1,64}");

  public Key {
    requireNonNull(space, "space");
    requireNonNull(name, "name");
    if (!SPACE.matcher(space).matches()) {
      throw new IllegalArgumentException(
          "a key's space is 1 to 64 of a-z 0-9 : . _ -, was '" + space + "'");
    }
    if (name.isEmpty() || name.length() > 400) {
      throw new IllegalArgumentException(
          "a key's name has 1 to 400 characters, this one has " + name.length());
    }
  }
}
