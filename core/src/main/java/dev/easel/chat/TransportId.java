package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Names a transport, so that several bots share one backend.
 *
 * @param kind such as {@code telegram}: 1 to 20 of {@code a-z 0-9}
 * @param instance which of them: 1 to 40 of {@code a-z 0-9 . _ -}
 */
public record TransportId(String kind, String instance) {
  private static final Pattern KIND = Pattern.compile("[a-z0-9]{1,20}");
  private static final Pattern INSTANCE = Pattern.compile("[a-z0-9._-]{1,40}");

  public TransportId {
    requireNonNull(kind, "kind");
    requireNonNull(instance, "instance");
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "a transport's kind is 1 to 20 of a-z 0-9, was '" + kind + "'");
    }
    if (!INSTANCE.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "a transport's instance is 1 to 40 of a-z 0-9 . _ -, was '" + instance + "'");
    }
  }

  /** Reads {@code kind:instance}. */
  public static TransportId parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a transport id is kind:instance, was '" + text + "'");
    }
    return new TransportId(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String toString() {
    return kind + ":" + instance;
  }
}
