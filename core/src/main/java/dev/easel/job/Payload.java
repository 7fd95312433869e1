package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What a job carries. A queue never looks inside; a reader that meets a newer version than it knows
 * leaves the job for a newer reader.
 *
 * @param type names the form of the bytes: 1 to 64 of {@code a-z 0-9 . -}
 * @param version of the form, from 1
 * @param bytes at most {@link #MAX_BYTES}; pictures travel as ids. The array is copied on the way
 *     in and out
 */
public record Payload(String type, int version, byte[] bytes) {
  /** The largest payload, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final Pattern TYPE = Pattern.compile("[a-z0-9.-]{1,64}");

  public Payload {
    requireNonNull(type, "type");
    requireNonNull(bytes, "bytes");
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException(
          "a payload's type is 1 to 64 of a-z 0-9 . -, was '" + type + "'");
    }
    if (version < 1) {
      throw new IllegalArgumentException("version must be at least 1, was " + version);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a payload has at most " + MAX_BYTES + " bytes, this one has " + bytes.length);
    }
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes there are, without copying them. */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Payload p
        && type.equals(p.type)
        && version == p.version
        && Arrays.equals(bytes, p.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + version) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return type
        + "/"
        + version
        + "["
        + bytes.length
        + " bytes]"; // never the content: it holds prompts
  }
}
