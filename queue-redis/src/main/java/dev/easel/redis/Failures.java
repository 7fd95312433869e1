package dev.easel.redis;

import dev.easel.job.QueueException;
import dev.easel.limit.LimiterException;
import dev.easel.store.StoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.util.List;

/** What an error of Redis means to those who asked. */
final class Failures {
  /** Answers of a server that will do it later, or another one that will. */
  private static final List<String> PASSING =
      List.of(
          "OOM",
          "LOADING",
          "BUSY",
          "READONLY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "MOVED",
          "ASK",
          "MISCONF",
          "NOREPLICAS",
          "UNBLOCKED");

  private static final String CLOSED = "the backend is closed";
  private static final String LATER = "Redis cannot be reached now: try again in a moment";

  private Failures() {}

  static QueueException ofQueue(RedisException e) {
    if (e instanceof Line.ClosedException) {
      return new QueueException(QueueException.Kind.MISCONFIGURED, CLOSED, e);
    }
    return isPassing(e)
        ? new QueueException(QueueException.Kind.UNAVAILABLE, LATER, e)
        : new QueueException(
            QueueException.Kind.MISCONFIGURED, "Redis refuses this: " + e.getMessage(), e);
  }

  static StoreException ofStore(RedisException e) {
    return isFull(e)
        ? new StoreException(StoreException.Kind.FULL, "Redis is full", e)
        : new StoreException(StoreException.Kind.UNAVAILABLE, closedOrLater(e), e);
  }

  static LimiterException ofLimiter(RedisException e) {
    return new LimiterException(closedOrLater(e), e);
  }

  private static String closedOrLater(RedisException e) {
    return e instanceof Line.ClosedException ? CLOSED : LATER;
  }

  static boolean isFull(RedisException e) {
    return e instanceof RedisCommandExecutionException && saying(e).contains("OOM command");
  }

  private static boolean isPassing(RedisException e) {
    return !(e instanceof RedisCommandExecutionException)
        || PASSING.stream().anyMatch(code -> isOf(code, saying(e)))
        || isFull(e);
  }

  /** Before Redis 7, a script's error has that of its command somewhere inside. */
  private static boolean isOf(String code, String said) {
    return said.startsWith(code) || said.contains(" -" + code + " ");
  }

  private static String saying(RedisException e) {
    return String.valueOf(e.getMessage());
  }
}
