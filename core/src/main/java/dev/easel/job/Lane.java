package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * One line of a queue, with its own groups and limits.
 *
 * @param name 1 to 128 of {@code a-z 0-9 : . _ -}
 */
public record Lane(String name) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9:._-]{1,128}");

  /** Where pictures wait to be made, unless a task is sent to workers of another kind. */
  public static final Lane RENDER = new Lane("render");

  public Lane {
    requireNonNull(name, "name");
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a lane's name is 1 to 128 of a-z 0-9 : . _ -, was '" + name + "'");
    }
  }

  public static Lane of(String name) {
    return new Lane(name);
  }

  /** Where what came in through a transport waits for the dialogue. */
  public static Lane inbox(String transport) {
    return new Lane("inbox:" + transport);
  }

  /**
   * Where what ended waits to be told to its owner: a transport's name, or one that an embedding
   * program chose.
   */
  public static Lane deliver(String name) {
    return new Lane("deliver:" + name);
  }

  @Override
  public String toString() {
    return name;
  }
}
