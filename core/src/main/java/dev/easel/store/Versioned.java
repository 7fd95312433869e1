package dev.easel.store;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A state as it was read.
 *
 * @param version changes with every write and is never used twice for a key while the store
 *     remembers it
 */
public record Versioned(byte[] value, long version) {
  public Versioned {
    requireNonNull(value, "value");
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Versioned v && version == v.version && Arrays.equals(value, v.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(value) + Long.hashCode(version);
  }

  @Override
  public String toString() {
    return "version " + version + " [" + value.length + " bytes]";
  }
}
