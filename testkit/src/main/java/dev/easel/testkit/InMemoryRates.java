package dev.easel.testkit;

import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The generic cell rate algorithm over a map, for tests of what is limited. */
final class InMemoryRates implements RateLimiter {
  private final Map<String, Instant> nextFree = new HashMap<>();
  private final Map<String, Instant> blocked = new HashMap<>();
  private final InstantSource time;

  InMemoryRates(InstantSource time) {
    this.time = time;
  }

  @Override
  public synchronized Decision acquire(List<Permit> all, Duration bookAhead) {
    Instant now = time.instant();
    Duration longest = Duration.ZERO;
    for (Permit permit : all) {
      Duration wait = waitFor(permit, now);
      longest = wait.compareTo(longest) > 0 ? wait : longest;
    }
    if (longest.compareTo(bookAhead) > 0) {
      return new Decision.Limited(longest);
    }
    for (Permit permit : all) {
      Instant free = nextFree.getOrDefault(permit.key(), now);
      nextFree.put(permit.key(), (free.isBefore(now) ? now : free).plus(time(permit)));
    }
    return new Decision.Granted(longest);
  }

  @Override
  public synchronized void refund(List<Permit> permits) {
    for (Permit permit : permits) {
      nextFree.computeIfPresent(permit.key(), (key, free) -> free.minus(time(permit)));
    }
  }

  @Override
  public synchronized void block(String key, Duration howLong) {
    Instant until = time.instant().plus(howLong);
    blocked.merge(key, until, (a, b) -> a.isAfter(b) ? a : b);
  }

  private Duration waitFor(Permit permit, Instant now) {
    Instant free = nextFree.getOrDefault(permit.key(), now);
    Duration interval = permit.rate().per().dividedBy(permit.rate().count());
    Instant allowed =
        (free.isBefore(now) ? now : free)
            .plus(time(permit))
            .minus(interval.multipliedBy(permit.rate().burst()));
    Instant unblocked = blocked.getOrDefault(permit.key(), now);
    Instant from = unblocked.isAfter(allowed) ? unblocked : allowed;
    return from.isAfter(now) ? Duration.between(now, from) : Duration.ZERO;
  }

  private static Duration time(Permit permit) {
    return permit.rate().per().dividedBy(permit.rate().count()).multipliedBy(permit.amount());
  }
}
