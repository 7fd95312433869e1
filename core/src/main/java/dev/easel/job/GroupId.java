package dev.easel.job;

import static java.util.Objects.requireNonNull;

/**
 * Whom fairness, order and limits are between within a lane: a user in {@code render}, a
 * conversation elsewhere.
 *
 * @param value 1 to 256 UTF-16 units of well-formed Unicode; it often comes from a platform, so no
 *     character has a meaning
 */
public record GroupId(String value) {
  public static final int MAX_LENGTH = 256;

  public GroupId {
    requireNonNull(value, "value");
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a group id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
    }
    // half a surrogate pair cannot be written as UTF-8: two such groups would become one
    if (value
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new IllegalArgumentException(
          "a group id is well-formed Unicode, this one has half a surrogate pair");
    }
  }

  public static GroupId of(String value) {
    return new GroupId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
