package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link RateLimiter} promises. Extend it once for each backend and say how to open one
 * and how time passes; the tests sleep for a few seconds where a server keeps time.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class RateLimiterContract extends BackendContract {
  /** Slow against calls, so that a test is not overtaken by the clock. */
  private static final Rate SLOW = Rate.of(3, Duration.ofHours(3));

  private static final Rate QUICK = new Rate(2, Duration.ofSeconds(1), 1);
  private static final Duration NOW = Duration.ZERO;

  /** For subclasses. */
  protected RateLimiterContract() {}

  private RateLimiter limiter() {
    return backend().limiter();
  }

  @Test
  void burstIsGrantedAtOnceAndThenNoMore() {
    granted(SLOW, 3);

    assertThat(limited("key", SLOW)).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
  }

  @Test
  void permitsComeBackEvenly() throws Exception {
    granted(QUICK, 1);
    Duration wait = limitedAtLast(QUICK);
    assertThat(wait).isBetween(Duration.ofNanos(1), Duration.ofMillis(500));

    pass(wait.plusMillis(20));

    granted(QUICK, 1);
  }

  @Test
  void restEarnsAtMostTheBurst() throws Exception {
    Rate rate = new Rate(5, Duration.ofSeconds(1), 2);
    granted(rate, 2);
    pass(Duration.ofMillis(1500));

    long start = System.nanoTime();
    granted(rate, 2);
    int more = 0;
    while (acquire(Permit.of("key", rate)) instanceof Decision.Granted) {
      more++;
      assertThat(more)
          .as("given since, one in 200 ms")
          .isLessThanOrEqualTo((int) ((System.nanoTime() - start) / 200_000_000));
    }
  }

  @Test
  void permitMayTakeSeveral() {
    assertThat(acquire(new Permit("key", 2, SLOW))).isEqualTo(now());
    assertThat(acquire(new Permit("key", 2, SLOW))).isInstanceOf(Decision.Limited.class);
    assertThat(acquire(new Permit("key", 1, SLOW))).isEqualTo(now());
  }

  @Test
  void keysAreApart() {
    granted(SLOW, 3);

    assertThat(acquire(Permit.of("another", SLOW))).isEqualTo(now());
    assertThat(acquire(Permit.of("\u4e16 {} : *", SLOW))).isEqualTo(now());
    assertThat(acquire(Permit.of("x".repeat(300), SLOW))).isEqualTo(now());
  }

  @Test
  void severalPermitsAreGivenAllOrNone() {
    granted(SLOW, 3);
    Permit used = Permit.of("key", SLOW);
    Permit fresh = new Permit("fresh", 3, SLOW);

    assertThat(acquire(fresh, used)).isInstanceOf(Decision.Limited.class);
    assertThat(acquire(used, fresh)).isInstanceOf(Decision.Limited.class);

    assertThat(acquire(fresh)).as("nothing had been taken").isEqualTo(now());
  }

  @Test
  void waitIsThatOfTheSlowestKey() {
    Rate slower = new Rate(1, Duration.ofHours(10), 1);
    granted(SLOW, 3);
    assertThat(acquire(Permit.of("slower", slower))).isEqualTo(now());

    Decision decision = acquire(Permit.of("key", SLOW), Permit.of("slower", slower));

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Limited.class,
            limited ->
                assertThat(limited.retryAfter())
                    .isBetween(Duration.ofHours(9), Duration.ofHours(10)));
  }

  @Test
  void momentsAreBookedAheadOneAfterTheOther() {
    granted(SLOW, 3);

    for (int i = 1; i <= 3; i++) {
      assertThat(limiter().acquire(List.of(Permit.of("key", SLOW)), Duration.ofHours(3)))
          .isInstanceOfSatisfying(
              Decision.Granted.class, booked -> assertThat(booked.delay()).isPositive());
    }
    assertThat(limiter().acquire(List.of(Permit.of("key", SLOW)), Duration.ofHours(3)))
        .isInstanceOfSatisfying(
            Decision.Limited.class,
            limited ->
                assertThat(limited.retryAfter())
                    .isBetween(Duration.ofMinutes(230), Duration.ofHours(4)));
  }

  @Test
  void bookedMomentIsJustFarEnoughAway() {
    Rate rate = new Rate(1, Duration.ofHours(1), 1);
    assertThat(acquire(Permit.of("key", rate))).isEqualTo(now());

    assertThat(limiter().acquire(List.of(Permit.of("key", rate)), Duration.ofHours(5)))
        .isInstanceOfSatisfying(
            Decision.Granted.class,
            booked ->
                assertThat(booked.delay()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1)));
  }

  @Test
  void bookingForOneKeyDoesNotHoldUpTheOthers() {
    granted(SLOW, 3);
    Permit wide = Permit.of("wide", SLOW);
    assertThat(limiter().acquire(List.of(Permit.of("key", SLOW), wide), Duration.ofHours(3)))
        .isInstanceOf(Decision.Granted.class);

    assertThat(acquire(wide)).isEqualTo(now());
  }

  @Test
  void refundedPermitCanBeUsedAgain() {
    granted(SLOW, 3);
    limiter().refund(List.of(Permit.of("key", SLOW)));

    granted(SLOW, 1);
    limited("key", SLOW);
  }

  @Test
  void refundNeverEarnsMoreThanTheBurst() {
    limiter().refund(List.of(new Permit("key", 3, SLOW)));
    limiter().refund(List.of(new Permit("key", 3, SLOW)));

    granted(SLOW, 3);
    limited("key", SLOW);
  }

  @Test
  void blockedKeyGrantsNothingUntilItsTimeIsOver() throws Exception {
    limiter().block("long", Duration.ofHours(1));
    limiter().block("key", Duration.ofMillis(500));
    assertThat(limited("long", SLOW)).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
    assertThat(acquire(Permit.of("long", SLOW), new Permit("another", 3, SLOW)))
        .isInstanceOf(Decision.Limited.class);
    assertThat(acquire(new Permit("another", 3, SLOW))).isEqualTo(now());

    pass(Duration.ofMillis(600));

    granted(SLOW, 3);
    limited("key", SLOW);
  }

  @Test
  void shorterBlockDoesNotReplaceALongerOne() {
    limiter().block("key", Duration.ofMinutes(10));
    limiter().block("key", Duration.ofSeconds(1));

    assertThat(limited("key", SLOW)).isGreaterThan(Duration.ofMinutes(9));
  }

  @Test
  void momentAfterABlockCanBeBookedWithinTheRate() {
    Rate one = new Rate(1, Duration.ofHours(1), 1);
    limiter().block("key", Duration.ofHours(2));

    assertThat(limiter().acquire(List.of(Permit.of("key", one)), Duration.ofHours(10)))
        .isInstanceOfSatisfying(
            Decision.Granted.class,
            booked ->
                assertThat(booked.delay()).isBetween(Duration.ofMinutes(110), Duration.ofHours(2)));
    assertThat(limiter().acquire(List.of(Permit.of("key", one)), Duration.ofHours(10)))
        .isInstanceOfSatisfying(
            Decision.Granted.class,
            booked ->
                assertThat(booked.delay())
                    .as("an hour after the first")
                    .isBetween(Duration.ofMinutes(170), Duration.ofHours(3)));
  }

  @Test
  void refundDoesNotLiftABlock() {
    granted(SLOW, 2);
    limiter().block("key", Duration.ofMinutes(10));
    limiter().refund(List.of(Permit.of("key", SLOW)));

    limited("key", SLOW);
  }

  @Test
  void largeRatesAreExact() {
    Rate rate = new Rate(1_000_000, Duration.ofDays(31), 1000);
    assertThat(acquire(new Permit("key", 1000, rate))).isEqualTo(now());
    assertThat(acquire(Permit.of("key", rate))).isInstanceOf(Decision.Limited.class);
  }

  @Test
  void callsBeyondTheirLimitsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> limiter().acquire(List.of(), NOW));
    List<Permit> tooMany =
        IntStream.range(0, 17).mapToObj(i -> Permit.of("key" + i, SLOW)).toList();
    assertThatIllegalArgumentException().isThrownBy(() -> limiter().acquire(tooMany, NOW));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> limiter().acquire(List.of(Permit.of("a", SLOW), Permit.of("a", SLOW)), NOW));
  }

  @Test
  void permitsTakenAtTheSameTimeAreNeverMoreThanTheBurst() throws Exception {
    Rate rate = new Rate(50, Duration.ofHours(10), 50);
    List<FutureTask<Integer>> threads =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    Eventually.inBackground(
                        () -> {
                          int granted = 0;
                          for (int n = 0; n < 50; n++) {
                            granted +=
                                acquire(Permit.of("key", rate)) instanceof Decision.Granted ? 1 : 0;
                          }
                          return granted;
                        }))
            .toList();
    int granted = 0;
    for (FutureTask<Integer> thread : threads) {
      granted += Eventually.get(thread);
    }

    assertThat(granted).isEqualTo(50);
  }

  private Decision acquire(Permit... permits) {
    return limiter().acquire(List.of(permits), NOW);
  }

  private void granted(Rate rate, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(acquire(Permit.of("key", rate))).as("permit " + (i + 1)).isEqualTo(now());
    }
  }

  /** Takes what has come back meanwhile, on a machine that stalls. */
  private Duration limitedAtLast(Rate rate) {
    for (int i = 0; i < 100; i++) {
      if (acquire(Permit.of("key", rate)) instanceof Decision.Limited limited) {
        return limited.retryAfter();
      }
    }
    throw new AssertionError("a hundred permits at once, of " + rate);
  }

  private Duration limited(String key, Rate rate) {
    Decision decision = acquire(Permit.of(key, rate));
    assertThat(decision).isInstanceOf(Decision.Limited.class);
    return ((Decision.Limited) decision).retryAfter();
  }

  private static Decision now() {
    return new Decision.Granted(Duration.ZERO);
  }
}
