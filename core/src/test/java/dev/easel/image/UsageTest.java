package dev.easel.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static Usage cost(String amount, String currency) {
    return new Usage(
        Optional.of(3L),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new BigDecimal(amount)),
        Optional.of(currency));
  }

  @Test
  void sumsWhatEitherSays() {
    assertThat(Usage.ofTokens(2).plus(Usage.ofTokens(5))).isEqualTo(Usage.ofTokens(7));
    assertThat(Usage.ofSeconds(1.5).plus(Usage.UNKNOWN)).isEqualTo(Usage.ofSeconds(1.5));
    assertThat(Usage.UNKNOWN.plus(cost("0.04", "USD"))).isEqualTo(cost("0.04", "USD"));
    assertThat(cost("0.04", "USD").plus(cost("0.02", "USD")).cost())
        .contains(new BigDecimal("0.06"));
  }

  @Test
  void doesNotAddTwoCurrencies() {
    Usage both = cost("1", "USD").plus(cost("1", "EUR"));
    assertThat(both.cost()).isEmpty();
    assertThat(both.currency()).isEmpty();
    assertThat(both.tokens()).contains(6L);
  }
}
