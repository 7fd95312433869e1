package dev.easel.memory;

import static java.util.Objects.requireNonNull;

import dev.easel.limit.Decision;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts permits by the generic cell rate algorithm: of each key it keeps the moment up to which
 * its permits are used up. Times are nanoseconds since 1970.
 */
final class MemoryRateLimiter implements RateLimiter {
  private static final int MAX_PERMITS = 16;
  private static final long MILLI = 1_000_000;
  private static final long MAX_NANOS = Duration.ofDays(365).toNanos();

  /** How long one has to wait when there are too many keys to keep. */
  private static final Duration CROWDED = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final int maxKeys;
  private final Map<String, Cell> cells = new HashMap<>();
  private final Timers<Cell> timers = new Timers<>();
  private boolean closed;

  MemoryRateLimiter(InstantSource clock, int maxKeys) {
    this.clock = clock;
    this.maxKeys = maxKeys;
  }

  @Override
  public synchronized Decision acquire(List<Permit> all, Duration bookAhead) {
    if (all.isEmpty() || all.size() > MAX_PERMITS) {
      throw new IllegalArgumentException(
          "1 to " + MAX_PERMITS + " permits at once, these are " + all.size());
    }
    if (all.stream().map(Permit::key).distinct().count() < all.size()) {
      throw new IllegalArgumentException("the permits' keys must differ");
    }
    requireNonNull(bookAhead, "bookAhead");
    long now = begin();
    long delay = 0;
    int added = 0;
    for (Permit permit : all) {
      Cell cell = cells.get(permit.key());
      added += cell == null ? 1 : 0;
      long start = start(cell, now);
      long from = start + cost(permit) - span(permit.rate(), permit.rate().burst());
      delay = Math.max(delay, Math.max(from, cell == null ? 0 : cell.blockedUntil) - now);
    }
    if (delay > nanos(bookAhead)) {
      return new Decision.Limited(Duration.ofNanos(delay));
    }
    if (cells.size() + added > maxKeys) {
      return new Decision.Limited(CROWDED);
    }
    for (Permit permit : all) {
      Cell cell = cells.computeIfAbsent(permit.key(), Cell::new);
      cell.usedUntil = start(cell, now) + cost(permit);
      keep(cell);
    }
    return new Decision.Granted(Duration.ofNanos(delay));
  }

  @Override
  public synchronized void refund(List<Permit> permits) {
    long now = begin();
    for (Permit permit : permits) {
      Cell cell = cells.get(permit.key());
      if (cell != null && cell.usedUntil > now) {
        cell.usedUntil -= cost(permit);
        keep(cell);
      }
    }
    begin(); // forgets what is full again
  }

  @Override
  public synchronized void block(String key, Duration time) {
    long now = begin();
    if (cells.size() / 2 >= maxKeys && !cells.containsKey(key)) {
      return; // so many platforms say "not before" that nobody will be granted much
    }
    Cell cell = cells.computeIfAbsent(key, Cell::new);
    cell.blockedUntil = Math.max(cell.blockedUntil, now + nanos(time));
    keep(cell);
  }

  synchronized void close() {
    closed = true;
  }

  synchronized int held() {
    return cells.size();
  }

  /** Forgets keys that make no difference any more. */
  private long begin() {
    if (closed) {
      throw new LimiterException(
          "the backend is closed", new IllegalStateException("used after close"));
    }
    Instant instant = clock.instant();
    long now = instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    Cell idle = timers.pollDue(now / MILLI);
    while (idle != null) {
      cells.remove(idle.key);
      idle = timers.pollDue(now / MILLI);
    }
    return now;
  }

  private void keep(Cell cell) {
    timers.set(cell, Math.max(cell.usedUntil, cell.blockedUntil) / MILLI + 1);
  }

  /** From when a permit counts: what comes after a block is not earned during it. */
  private static long start(@Nullable Cell cell, long now) {
    return cell == null ? now : Math.max(now, Math.max(cell.usedUntil, cell.blockedUntil));
  }

  private static long cost(Permit permit) {
    return span(permit.rate(), permit.amount());
  }

  /** How long so many permits take to come back. */
  private static long span(Rate rate, int amount) {
    long each = Math.max(1, (rate.per().toNanos() + rate.count() - 1) / rate.count());
    return each > MAX_NANOS / amount ? MAX_NANOS : each * amount;
  }

  private static long nanos(Duration time) {
    return time.compareTo(Duration.ofNanos(MAX_NANOS)) > 0 ? MAX_NANOS : time.toNanos();
  }

  private static final class Cell extends Timed {
    private final String key;
    private long usedUntil;
    private long blockedUntil;

    private Cell(String key) {
      this.key = key;
    }
  }
}
