package dev.easel.image;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * What a call took, as far as the service says.
 *
 * @param currency of {@code cost}, as ISO 4217
 */
public record Usage(
    Optional<Long> tokens,
    Optional<BigDecimal> credits,
    Optional<Double> seconds,
    Optional<BigDecimal> cost,
    Optional<String> currency) {
  public static final Usage UNKNOWN =
      new Usage(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Usage {
    requireNonNull(tokens, "tokens");
    requireNonNull(credits, "credits");
    requireNonNull(seconds, "seconds");
    requireNonNull(cost, "cost");
    requireNonNull(currency, "currency");
  }

  public static Usage ofTokens(long tokens) {
    return new Usage(
        Optional.of(tokens),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public static Usage ofSeconds(double seconds) {
    return new Usage(
        Optional.empty(),
        Optional.empty(),
        Optional.of(seconds),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Of two calls together. What only one of them says is taken; costs in two currencies are not.
   */
  public Usage plus(Usage other) {
    boolean oneCurrency =
        currency.isEmpty() || other.currency.isEmpty() || currency.equals(other.currency);
    return new Usage(
        sum(tokens, other.tokens, Long::sum),
        sum(credits, other.credits, BigDecimal::add),
        sum(seconds, other.seconds, Double::sum),
        oneCurrency ? sum(cost, other.cost, BigDecimal::add) : Optional.empty(),
        oneCurrency ? currency.or(other::currency) : Optional.empty());
  }

  private static <T> Optional<T> sum(Optional<T> a, Optional<T> b, BinaryOperator<T> plus) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(plus.apply(a.get(), b.get()))
        : a.or(() -> b);
  }
}
