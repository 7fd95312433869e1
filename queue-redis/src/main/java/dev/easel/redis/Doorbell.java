package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Lane;
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
 * token was lost. A token is a hint: when it is heard, the next who waits is asked for, so that his
 * thread wakes with the answer. If all wait for one lane, that question is sent together with the
 * pop: the server comes to it when the pop ends, and answers both at once.
 */
final class Doorbell implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Doorbell.class);
  private static final long TICK_MILLIS = 5_000;
  private static final double LISTEN_SECONDS = 10;
  private static final long DEAF_AFTER_MILLIS = 12_000;
  private static final long AGAIN_MILLIS = 250;
  private static final long UNANSWERED_MILLIS = 1_000;
  private static final long ANSWER_MILLIS = 3_000;
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
  private CompletableFuture<?> ahead = CompletableFuture.completedFuture(null);
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
      forgetTheLeft();
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
  Optional<List<Object>> await(Lane lane, Bell.Waiter waiter)
      throws InterruptedException, TimeoutException {
    Bell bell = enter(lane, waiter);
    try {
      return waiter.await();
    } catch (InterruptedException e) {
      withdraw(bell);
      throw e;
    } finally {
      lock.lock();
      try {
        bell.leave(waiter);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whoever was interrupted takes nothing along, so what was asked ahead for him is ended. */
  private void withdraw(Bell bell) {
    CompletableFuture<?> asked;
    lock.lock();
    try {
      asked = ahead;
      if (asked.isDone() || bell.isWaitedAt()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    ring(nudge, "60000");
    awaitAnswer(asked);
  }

  private Bell enter(Lane lane, Bell.Waiter waiter) {
    lock.lock();
    try {
      if (closed) {
        throw Failures.ofQueue(new Line.ClosedException());
      }
      forgetTheLeft();
      Bell bell = bells.get(lane);
      if (bell == null) {
        bell = new Bell(waiter.worker());
        bells.put(lane, bell);
        if (listening) {
          ring(nudge, "60000"); // so that the blocking pop begins anew, with this lane
        }
      }
      bell.enter(waiter);
      tickIn(missed ? 0 : TICK_MILLIS);
      missed = false;
      if (!listening) {
        listen();
      }
      return bell;
    } finally {
      lock.unlock();
    }
  }

  private void forgetTheLeft() {
    long before = System.nanoTime() - LEAVE_NANOS;
    bells.values().removeIf(bell -> bell.wasLeftBefore(before));
  }

  private void listen() {
    listening = true;
    byte[][] keys = new byte[bells.size() + 1][];
    int i = 0;
    for (Lane lane : bells.keySet()) {
      keys[i++] = queue.key("b:" + lane);
    }
    keys[i] = queue.key(nudge);
    Optional<Lane> only = onlyLaneWaitedFor();
    double seconds = only.map(this::secondsToAskAhead).orElse(LISTEN_SECONDS);
    var popped = line.<KeyValue<byte[], byte[]>>send(c -> c.blpop(seconds, keys));
    CompletableFuture<Optional<Lane>> round =
        only.map(lane -> askAhead(lane, popped))
            .orElseGet(() -> popped.thenApply(Doorbell::laneOf));
    ScheduledFuture<?> watchdog =
        clock.schedule(
            () -> {
              if (round.completeExceptionally(new Line.SilentException("deaf"))) {
                log.warn("No answer to a blocking pop; will listen on another connection");
                line.replace();
              }
            },
            DEAF_AFTER_MILLIS,
            TimeUnit.MILLISECONDS);
    round.whenComplete(
        (rung, error) -> {
          watchdog.cancel(false);
          if (error == null) {
            heard(rung);
          } else { // this thread may hold a lock of the connection
            later(() -> failed(error), 0);
          }
        });
  }

  /** A lane for which it is worth while to ask ahead. */
  private Optional<Lane> onlyLaneWaitedFor() {
    List<Lane> lanes = bells.keySet().stream().filter(lane -> bell(lane).isWaitedAt()).toList();
    return lanes.size() == 1 && secondsToAskAhead(lanes.get(0)) > 1
        ? Optional.of(lanes.get(0))
        : Optional.empty();
  }

  /** A question that is sent ahead is answered before whoever asks it has waited long enough. */
  private double secondsToAskAhead(Lane lane) {
    Bell.Waiter asker = bell(lane).next();
    return asker == null ? 0 : Math.min(LISTEN_SECONDS, asker.millisLeft() / 1000.0 - 1);
  }

  private Bell bell(Lane lane) {
    return requireNonNull(bells.get(lane), "it is one of those that are listened to");
  }

  /**
   * Sends a question right behind the pop.
   *
   * @return done when both are answered: the lane whose token was popped, unless it was asked for
   */
  private CompletableFuture<Optional<Lane>> askAhead(
      Lane lane, CompletableFuture<KeyValue<byte[], byte[]>> popped) {
    Bell bell = bell(lane);
    Bell.Waiter asker = requireNonNull(bell.next(), "somebody waits for it");
    CompletableFuture<?> asked =
        asker
            .question(line)
            .whenComplete(
                (answer, error) -> {
                  if (answer != null && !tell(bell, asker, answer)) {
                    asker.unheard(answer);
                  }
                });
    remember(asked);
    ahead = asked;
    return popped.thenCombine(
        asked, (token, answer) -> laneOf(token).filter(other -> !other.equals(lane)));
  }

  private boolean tell(Bell bell, Bell.Waiter asker, List<Object> answer) {
    lock.lock();
    try {
      return bell.tell(asker, answer);
    } finally {
      lock.unlock();
    }
  }

  /** So that a close can wait until its answer is in somebody's hands. */
  private void remember(CompletableFuture<?> asked) {
    asking.add(asked);
    asked.whenComplete((answer, error) -> asking.remove(asked));
  }

  private static Optional<Lane> laneOf(@Nullable KeyValue<byte[], byte[]> token) {
    if (token == null || !token.hasValue()) {
      return Optional.empty();
    }
    String key = Queue.utf8(token.getKey());
    int at = key.indexOf("}:b:");
    return at < 0 ? Optional.empty() : Optional.of(Lane.of(key.substring(at + 4)));
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

  private void heard(Optional<Lane> rung) {
    lock.lock();
    try {
      if (!closed) {
        rung.ifPresent(this::heard);
        listenAgain();
      }
    } finally {
      lock.unlock();
    }
  }

  private void heard(Lane lane) {
    Bell bell = bells.get(lane);
    Bell.Waiter waiter = bell == null ? null : bell.next();
    if (waiter != null) {
      remember(waiter.ask(line, () -> passOn(lane)));
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

  /**
   * While nobody waits, tokens stay where they are: for other processes, or until somebody does.
   */
  private void listenAgain() {
    lock.lock();
    try {
      listening = false;
      if (!closed && bells.values().stream().anyMatch(Bell::isWaitedAt)) {
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
      forgetTheLeft();
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
    if (!ahead.isDone()) {
      ring(nudge, "60000"); // so that what was sent behind the pop is answered now
    }
    // what is claimed just now has nobody to work on it any more, so it is given back
    awaitAnswer(CompletableFuture.allOf(asking.toArray(CompletableFuture<?>[]::new)));
  }

  private static void awaitAnswer(CompletableFuture<?> asked) {
    asked
        .copy()
        .orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .handle((answer, error) -> error)
        .join();
  }
}
