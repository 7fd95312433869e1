package dev.easel.testkit;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Waits for what other threads do, never longer than half a minute. */
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long LOOK_EVERY_NANOS = 1_000_000;

  private Eventually() {}

  static <T> FutureTask<T> inBackground(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    start(task);
    return task;
  }

  static Thread start(Runnable work) {
    Thread thread = new Thread(work, "contract-background");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits until a thread waits. */
  static Thread blocked(Thread thread) {
    is(
        "blocked",
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
    return thread;
  }

  static void is(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS); // the other threads need the processors
    }
  }

  static <T> T get(FutureTask<T> task) throws InterruptedException, ExecutionException {
    try {
      return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not done within " + PATIENCE, e);
    }
  }

  /** Takes from a queue until one is as wanted. */
  static <T> T take(BlockingQueue<T> queue, Predicate<T> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      T next = queue.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("nothing as wanted came within " + PATIENCE);
      }
      if (wanted.test(next)) {
        return next;
      }
    }
  }
}
