package dev.easel.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** So many places, of which nobody holds more than a share. Thread-safe. */
final class Places {
  private final int all;
  private final int share;
  private final Map<Object, Integer> held = new HashMap<>();
  private int count;

  /**
   * @param share of one holder; at least 1
   */
  Places(int all, int share) {
    this.all = all;
    this.share = share;
  }

  /** Takes a place if there is one now. */
  synchronized boolean take(Object holder) {
    if (count >= all || held.getOrDefault(holder, 0) >= share) {
      return false;
    }
    held.merge(holder, 1, Integer::sum);
    count++;
    return true;
  }

  /** Takes a place as soon as there is one. */
  synchronized boolean take(Object holder, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!take(holder)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized void leave(Object holder) {
    held.computeIfPresent(holder, (h, places) -> places == 1 ? null : places - 1);
    count--;
    notifyAll();
  }

  synchronized int taken() {
    return count;
  }
}
