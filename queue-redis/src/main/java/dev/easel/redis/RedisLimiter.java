package dev.easel.redis;

import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts permits on the server's clock; one round trip for all of a decision. */
final class RedisLimiter implements RateLimiter {
  private static final int MAX_PERMITS = 16;
  private static final Script ACQUIRE = Script.of("acquire");
  private static final Script REFUND = Script.of("refund");
  private static final Script BLOCK = Script.of("block");

  private final Queue queue;

  RedisLimiter(Queue queue) {
    this.queue = queue;
  }

  @Override
  public Decision acquire(List<Permit> all, Duration bookAhead) {
    check(all);
    Args args = Args.of(micros(bookAhead));
    for (Permit permit : all) {
      args.add(interval(permit.rate()))
          .add(String.valueOf(permit.rate().burst()))
          .add(String.valueOf(permit.amount()));
    }
    List<Object> answer = run(ACQUIRE, ScriptOutputType.MULTI, keys(all), args);
    // rounded up: who waits as long as he was told must not come too early
    Duration wait = Duration.ofMillis(((Long) answer.get(1) + 999) / 1000);
    return (Long) answer.get(0) == 1 ? new Decision.Granted(wait) : new Decision.Limited(wait);
  }

  @Override
  public void refund(List<Permit> permits) {
    if (permits.isEmpty()) {
      return;
    }
    check(permits);
    Args args = new Args();
    for (Permit permit : permits) {
      args.add(interval(permit.rate())).add(String.valueOf(permit.amount()));
    }
    run(REFUND, ScriptOutputType.INTEGER, keys(permits), args);
  }

  @Override
  public void block(String key, Duration time) {
    if (time.isNegative() || time.isZero()) {
      return;
    }
    run(BLOCK, ScriptOutputType.INTEGER, List.of(key(key)), Args.of(micros(time)));
  }

  private <T> T run(Script script, ScriptOutputType type, List<byte[]> keys, Args args) {
    try {
      return queue.line().run(script, type, queue.prefixAnd(keys), args.toArray());
    } catch (RedisException e) {
      throw Failures.ofLimiter(e);
    }
  }

  private static void check(List<Permit> permits) {
    Set<String> keys = new HashSet<>();
    permits.forEach(permit -> keys.add(permit.key()));
    if (permits.isEmpty() || permits.size() > MAX_PERMITS || keys.size() < permits.size()) {
      throw new IllegalArgumentException(
          "1 to " + MAX_PERMITS + " permits of different keys, these are " + permits.size());
    }
  }

  private List<byte[]> keys(List<Permit> permits) {
    List<byte[]> keys = new ArrayList<>();
    permits.forEach(permit -> keys.add(key(permit.key())));
    return keys;
  }

  private byte[] key(String key) {
    return queue.key("q:" + key);
  }

  private static String interval(Rate rate) {
    return String.valueOf(micros(rate.per()) / (double) rate.count());
  }

  private static long micros(Duration time) {
    return Math.min(time.toMillis(), Duration.ofDays(3650).toMillis()) * 1000
        + time.toNanosPart() % 1_000_000 / 1000;
  }
}
