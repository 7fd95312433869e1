package dev.easel.redis;

import dev.easel.job.Lane;
import dev.easel.job.WorkerId;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for those who wait for jobs. While anybody waits, one blocking pop listens to the bells of
 * all lanes that are waited for, and a tick runs the timers that are due and sees to bells whose
 * token was lost. A token is a hint: when it is heard, the next who waits is asked for at once,
 * over the connection that has just become free, so that his thread wakes with the answer.
 */
final class Doorbell implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Doorbell.class);
  private static final long TICK_MILLIS = 5_000;
  private static final long LISTEN_MILLIS = 10_000;
  private static final long DEAF_AFTER_MILLIS = LISTEN_MILLIS + 2_000;
  private static final long AGAIN_MILLIS = 250;
  private static final long UNANSWERED_MILLIS = 1_000;
  private static final long CLOSE_MILLIS = 3_000;
  private static final long LEAVE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Queue queue;
  private final Line line;
  private final String nudge = "n:" + UUID.randomUUID();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Lane, Bell> bells = new HashMap<>();
  private final Set<CompletableFuture<?>> asking = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "easel-redis-doorbell");
            thread.setDaemon(true);
            return thread;
          });

  private boolean listening;
  private boolean closed;
  private @Nullable ScheduledFuture<?> tick;
  private long tickAt;
  private boolean missed; // a tick was due while nobody waited

  Doorbell(Queue queue, Line line) {
    this.queue = queue;
    this.line = line;
    clock.setRemoveOnCancelPolicy(true); // one watchdog for each token that is heard
  }

  /**
   * Whether an exchange need not ask: the lane was empty, and its bell has been listened to since.
   */
  boolean isQuiet(Lane lane) {
    lock.lock();
    try {
      return bells.containsKey(lane) && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Something happens in the queue by itself in so many milliseconds; below zero: nothing does. */
  void expect(long millis) {
    if (millis >= 0 && millis < TICK_MILLIS) {
      lock.lock();
      try {
        tickIn(millis);
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until there may be a job in a lane, and until it has been asked for.
   *
   * @return what was answered; empty: the caller should ask
   * @throws TimeoutException when the time is over
   */
  Optional<List<Object>> await(Lane lane, WorkerId me, Bell.Waiter waiter, long deadline)
      throws InterruptedException, TimeoutException {
    Bell bell = enter(lane, me, waiter);
    try {
      return waiter.await(deadline);
    } finally {
      lock.lock();
      try {
        bell.leave(waiter);
      } finally {
        lock.unlock();
      }
    }
  }

  private Bell enter(Lane lane, WorkerId me, Bell.Waiter waiter) {
    lock.lock();
    try {
      if (closed) {
        throw Failures.ofQueue(new Line.ClosedException());
      }
      Bell bell = bells.get(lane);
      if (bell == null) {
        bell = new Bell(me);
        bells.put(lane, bell);
        if (listening) {
          ring(nudge, "60000"); // so that the blocking pop begins anew, with this lane
        }
      }
      bell.enter(waiter, me);
      tickIn(missed ? 0 : TICK_MILLIS);
      missed = false;
      if (!listening) {
        listening = true;
        listen();
      }
      return bell;
    } finally {
      lock.unlock();
    }
  }

  private void listen() {
    byte[][] keys = new byte[bells.size() + 1][];
    int i = 0;
    for (Lane lane : bells.keySet()) {
      keys[i++] = queue.key("b:" + lane);
    }
    keys[i] = queue.key(nudge);
    var popped = line.<KeyValue<byte[], byte[]>>send(c -> c.blpop(LISTEN_MILLIS / 1000, keys));
    ScheduledFuture<?> watchdog =
        clock.schedule(
            () -> {
              if (!popped.isDone()) {
                log.warn("No answer to a blocking pop; will listen on another connection");
                line.replace();
                popped.completeExceptionally(new Line.SilentException("deaf"));
              }
            },
            DEAF_AFTER_MILLIS,
            TimeUnit.MILLISECONDS);
    popped.whenComplete(
        (token, error) -> {
          watchdog.cancel(false);
          if (error == null) {
            heard(token);
          } else { // this thread may hold a lock of the connection
            later(() -> failed(error), 0);
          }
        });
  }

  private void failed(Throwable error) {
    log.debug("Will listen again", error);
    lock.lock();
    try {
      bells.values().forEach(Bell::sendAll); // they ask, and see for themselves
      bells.clear(); // a token may be lost, so whoever comes has to ask first
      later(this::listenAgain, AGAIN_MILLIS);
    } finally {
      lock.unlock();
    }
  }

  private void heard(@Nullable KeyValue<byte[], byte[]> token) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (token != null && token.hasValue()) {
        String key = Queue.utf8(token.getKey());
        int at = key.indexOf("}:b:");
        if (at >= 0) {
          heard(Lane.of(key.substring(at + 4)));
        }
      }
      listenAgain();
    } finally {
      lock.unlock();
    }
  }

  private void heard(Lane lane) {
    Bell bell = bells.get(lane);
    Bell.Waiter waiter = bell == null ? null : bell.next();
    if (waiter != null) {
      CompletableFuture<?> asked = waiter.ask(line, () -> passOn(lane));
      asking.add(asked);
      asked.whenComplete((answer, error) -> asking.remove(asked));
      return;
    }
    if (bell != null && !bell.isWaitedAt()) {
      bells.remove(lane); // until somebody waits there
    }
    passOn(lane);
  }

  /** Gives a token back that is of no use here. */
  private void passOn(Lane lane) {
    ring("b:" + lane, "");
  }

  private void listenAgain() {
    lock.lock();
    try {
      long before = System.nanoTime() - LEAVE_NANOS;
      bells.values().removeIf(bell -> bell.wasLeftBefore(before));
      if (bells.isEmpty() || closed) {
        listening = false;
      } else {
        listen();
      }
    } finally {
      lock.unlock();
    }
  }

  private void tickIn(long millis) {
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (closed || tick != null && !tick.isDone() && tickAt - at <= 0) {
      return;
    }
    if (tick != null) {
      tick.cancel(false);
    }
    tickAt = at;
    tick = later(this::tick, millis);
  }

  private void tick() {
    List<Lane> lanes;
    Args args = new Args();
    lock.lock();
    try {
      tick = null;
      missed = bells.isEmpty();
      if (missed || closed) {
        return;
      }
      lanes = new ArrayList<>();
      for (Map.Entry<Lane, Bell> entry : bells.entrySet()) {
        lanes.add(entry.getKey());
        args.add(entry.getKey().name()).add(entry.getValue().worker().value());
      }
    } finally {
      lock.unlock();
    }
    queue.startInTime("tick", args).whenComplete((answer, error) -> ticked(lanes, answer));
  }

  private void ticked(List<Lane> lanes, @Nullable List<Object> answer) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      long next = UNANSWERED_MILLIS;
      if (answer != null) {
        long timer = (Long) answer.get(0);
        next = timer < 0 ? TICK_MILLIS : Math.min(TICK_MILLIS, Math.max(1, timer));
        for (int i = 0; i < lanes.size(); i++) {
          Bell bell = bells.get(lanes.get(i));
          Bell.Waiter waiter = (Long) answer.get(i + 1) == 1 && bell != null ? bell.next() : null;
          if (waiter != null) {
            waiter.send();
          }
        }
      }
      tickIn(next);
    } finally {
      lock.unlock();
    }
  }

  private void ring(String name, String lasts) {
    queue // not over our own line: it blocks
        .line()
        .<Long>start(
            Queue.RING,
            ScriptOutputType.INTEGER,
            queue.prefixKey(),
            Args.of(name, lasts).toArray());
  }

  private @Nullable ScheduledFuture<?> later(Runnable task, long millis) {
    try {
      return clock.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return null; // closed meanwhile
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      bells.values().forEach(Bell::sendAll);
      clock.shutdownNow();
    } finally {
      lock.unlock();
    }
    // what is claimed just now has nobody to work on it any more, so it is given back
    CompletableFuture.allOf(asking.toArray(CompletableFuture<?>[]::new))
        .orTimeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .exceptionally(e -> null)
        .join();
  }
}
