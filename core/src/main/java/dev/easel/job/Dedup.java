package dev.easel.job;

import static java.util.Objects.requireNonNull;

/**
 * Refuses a second job of the same key until the first has ended.
 *
 * @param key 1 to 200 characters; its own space in each queue
 */
public record Dedup(String key) {
  public Dedup {
    requireNonNull(key, "key");
    if (key.isEmpty() || key.length() > 200) {
      throw new IllegalArgumentException(
          "a dedup key has 1 to 200 characters, this one has " + key.length());
    }
  }
}
