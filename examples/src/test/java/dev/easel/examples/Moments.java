package dev.easel.examples;

import java.util.HashMap;
import java.util.Map;

/**
 * What a worker does, act by act, and the moment at which it stops for good. From then on none of
 * its threads gets past any act: it is as good as dead, and waits to be killed.
 */
final class Moments {
  private final String last;
  private final Map<String, Integer> counts = new HashMap<>();
  private boolean stopped;

  /**
   * @param last such as {@code before submit 1}; the acts of a kind are counted from 1
   */
  Moments(String last) {
    this.last = last;
  }

  /** Passes the moment before the next act of a kind. */
  synchronized void before(String act) {
    pass("before " + act + " " + counts.merge(act, 1, Integer::sum));
  }

  /** Passes the moment after an act. */
  synchronized void after(String act) {
    pass("after " + act + " " + counts.getOrDefault(act, 0));
  }

  private void pass(String moment) {
    if (moment.equals(last)) {
      stopped = true;
      System.out.println(DoomedWorker.STOPPED + moment);
    }
    while (stopped) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.interrupted(); // the dead do not hear
      }
    }
  }
}
