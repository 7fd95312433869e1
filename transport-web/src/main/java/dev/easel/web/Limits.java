package dev.easel.web;

import dev.easel.chat.TransportId;
import dev.easel.limit.Decision;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.util.List;

/**
 * What one address may do, over all its conversations and all processes.
 *
 * @param conversations new ones in an hour; 0: any number
 * @param messages in a minute; 0: any number
 */
record Limits(TransportId transport, int conversations, int messages) {
  private static final int WRONG_TOKENS = 20;

  void countMessage(RateLimiter limiter, String address) {
    acquire(limiter, "messages", address, messages, Duration.ofMinutes(1), Problem.Kind.TOO_FAST);
  }

  void countConversation(RateLimiter limiter, String address) {
    acquire(
        limiter,
        "conversations",
        address,
        conversations,
        Duration.ofHours(1),
        Problem.Kind.TOO_MANY_CONVERSATIONS);
  }

  void countWrongToken(RateLimiter limiter, String address) {
    acquire(
        limiter,
        "wrong-token",
        address,
        WRONG_TOKENS,
        Duration.ofMinutes(10),
        Problem.Kind.TOO_FAST);
  }

  private void acquire(
      RateLimiter limiter, String what, String address, int count, Duration per, Problem.Kind no) {
    if (count == 0) {
      return;
    }
    Permit permit = Permit.of(transport + "/" + what + "/" + address, Rate.of(count, per));
    try {
      if (limiter.acquire(List.of(permit), Duration.ZERO) instanceof Decision.Limited limited) {
        throw Problem.later(no, limited.retryAfter());
      }
    } catch (LimiterException e) {
      throw Problem.later(Problem.Kind.UNAVAILABLE, Duration.ofSeconds(2));
    }
  }
}
