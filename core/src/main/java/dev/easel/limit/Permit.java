package dev.easel.limit;

import static java.util.Objects.requireNonNull;

/**
 * A wish to do something.
 *
 * @param key what is limited: 1 to 300 characters; all permits of a key are counted together, at
 *     the rate each brings
 * @param amount how much of the rate this takes, 1 to the rate's burst
 */
public record Permit(String key, int amount, Rate rate) {
  public Permit {
    requireNonNull(key, "key");
    requireNonNull(rate, "rate");
    if (key.isEmpty() || key.length() > 300) {
      throw new IllegalArgumentException(
          "a permit's key has 1 to 300 characters, this one has " + key.length());
    }
    if (amount < 1 || amount > rate.burst()) {
      throw new IllegalArgumentException(
          "amount must be 1 to the burst of " + rate.burst() + ", was " + amount);
    }
  }

  public static Permit of(String key, Rate rate) {
    return new Permit(key, 1, rate);
  }
}
