package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportException;
import dev.easel.limit.Decision;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a turn, so that all processes together keep Telegram's limits: a number of messages a
 * second in all, about one a second in a private chat, 20 a minute in a group.
 *
 * <p>First the chat's turn, then the common one: booked together, the common one would be spent
 * long before the message goes out.
 *
 * @see <a
 *     href="https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this">FAQ</a>
 */
final class Pace {
  private static final Logger log = LoggerFactory.getLogger(Pace.class);

  /** Five at once and one each four seconds: in no minute more than 20. */
  static final Rate GROUP = new Rate(15, Duration.ofMinutes(1), 5);

  /** An album counts as many, but must be sendable: what it owes is booked afterwards. */
  private static final Duration DEBT = Duration.ofMinutes(10);

  private static final Duration SECOND_CHAT = Duration.ofSeconds(10);

  /** Who wakes later than this has missed the common turn. */
  private static final Duration LATE = Duration.ofMillis(50);

  private static final int MAX_MISSED = 3;

  private final RateLimiter limiter;
  private final String keys;
  private final Rate all;
  private final Rate chat;
  private final LongSupplier nanos;
  private String lastRefused = "";
  private long lastRefusedAt;

  Pace(
      RateLimiter limiter,
      String transport,
      int messagesPerSecond,
      Duration chat,
      LongSupplier nanos) {
    this.limiter = limiter;
    this.keys = transport;
    // evenly, and a little below: what leaves here evenly may arrive in a bunch
    this.all = new Rate(Math.max(1, messagesPerSecond * 14 / 15), Duration.ofSeconds(1), 1);
    this.chat = new Rate(1, chat, 3); // after a rest three at once
    this.nanos = nanos;
  }

  /**
   * Waits for a turn, at most {@code patience}.
   *
   * @param yields whether it leaves to others what a group takes at once: an album needs several
   *     turns together, and would find none as long as progress is shown there
   * @return empty: go; otherwise nothing was taken, and it may work later
   */
  Optional<Duration> turn(ConversationRef to, int messages, Duration patience, boolean yields)
      throws InterruptedException {
    try {
      Rate rate = rateOf(to, yields);
      Permit own = new Permit(chatKey(to), Math.min(messages, rate.burst()), rate);
      long end = nanos.getAsLong() + patience.toNanos();
      Optional<Duration> wait = take(own, end);
      if (wait.isPresent()) {
        return wait;
      }
      wait = takeInTime(Permit.of(allKey(), all), end);
      if (wait.isPresent()) {
        limiter.refund(List.of(own));
        return wait;
      }
      owe(messages - own.amount(), chatKey(to), rate);
      owe(messages - 1, allKey(), all);
      return Optional.empty();
    } catch (LimiterException e) {
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE, "the rate limiter cannot be reached", e);
    }
  }

  /** Takes a turn for something small, if there is one right now. */
  boolean takeIfFree() {
    return limiter.acquire(List.of(Permit.of(allKey(), all)), Duration.ZERO)
        instanceof Decision.Granted;
  }

  /** The platform said "not before"; when it says so of a second chat, it means everybody. */
  void refused(ConversationRef to, Duration retryAfter) {
    try {
      block(to, retryAfter);
    } catch (LimiterException e) {
      log.warn("Other processes do not know that they are to wait: to={}", to, e);
    }
  }

  private void block(ConversationRef to, Duration retryAfter) {
    limiter.block(chatKey(to), retryAfter);
    boolean everybody;
    synchronized (this) {
      long now = nanos.getAsLong();
      everybody =
          !lastRefused.isEmpty()
              && !lastRefused.equals(to.chat())
              && now - lastRefusedAt < SECOND_CHAT.toNanos();
      lastRefused = to.chat();
      lastRefusedAt = now;
    }
    if (everybody) {
      limiter.block(allKey(), retryAfter);
    }
  }

  /**
   * Takes a turn and is there for it: a process that stalled would otherwise use its missed turns
   * all at once, on top of everybody else's.
   */
  private Optional<Duration> takeInTime(Permit permit, long end) throws InterruptedException {
    for (int missed = 0; ; missed++) {
      long asked = nanos.getAsLong();
      Decision decision = limiter.acquire(List.of(permit), left(end));
      if (decision instanceof Decision.Limited limited) {
        return Optional.of(limited.retryAfter());
      }
      Duration delay = ((Decision.Granted) decision).delay();
      sleep(delay);
      Duration late = Duration.ofNanos(nanos.getAsLong() - asked).minus(delay);
      if (late.compareTo(LATE) < 0 || missed == MAX_MISSED) {
        return Optional.empty();
      }
    }
  }

  private Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }

  private Optional<Duration> take(Permit permit, long end) throws InterruptedException {
    Decision decision = limiter.acquire(List.of(permit), left(end));
    if (decision instanceof Decision.Granted granted) {
      sleep(granted.delay());
      return Optional.empty();
    }
    return Optional.of(((Decision.Limited) decision).retryAfter());
  }

  private static void sleep(Duration time) throws InterruptedException {
    if (!time.isZero()) {
      Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000);
    }
  }

  private void owe(int amount, String key, Rate rate) {
    for (int i = 0; i < amount; i++) {
      limiter.acquire(List.of(Permit.of(key, rate)), DEBT);
    }
  }

  private Rate rateOf(ConversationRef to, boolean yields) {
    if (to.kind() == ConversationRef.Kind.PRIVATE) {
      return chat;
    }
    return yields ? GROUP.withBurst(1) : GROUP;
  }

  private String allKey() {
    return keys + "/all";
  }

  private String chatKey(ConversationRef to) {
    return keys + "/chat/" + to.chat();
  }
}
