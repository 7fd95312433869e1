package dev.easel.redis;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what must come, and not longer than it may take. */
final class Patiently {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private Patiently() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LONGEST.toSeconds() + " s: " + what);
      }
      Thread.sleep(10);
    }
  }

  /** Tries again while the backend cannot be reached. */
  static <T> T get(Callable<T> call) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      try {
        return call.call();
      } catch (RuntimeException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }
}
