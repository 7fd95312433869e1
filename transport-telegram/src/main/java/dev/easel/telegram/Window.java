package dev.easel.telegram;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Lets no more messages of this process reach the platform in any second than it takes, however
 * late threads wake and however unevenly the network delivers: a place is free again a second after
 * the answer, and the message arrived before that.
 *
 * <p>The shared limiter spaces what all processes send; this holds when a stall bunches it.
 */
final class Window {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int size;
  private final LongSupplier nanos;
  private final Deque<Long> freeAt = new ArrayDeque<>();
  private int underWay;

  Window(int perSecond, LongSupplier nanos) {
    this.size = perSecond;
    this.nanos = nanos;
  }

  /** Takes places, if there are so many in time. */
  synchronized boolean enter(int messages, Duration patience) throws InterruptedException {
    long end = nanos.getAsLong() + patience.toNanos();
    int wanted = places(messages);
    while (true) {
      long now = nanos.getAsLong();
      while (!freeAt.isEmpty() && now - freeAt.getFirst() >= 0) {
        freeAt.removeFirst();
      }
      if (underWay + freeAt.size() + wanted <= size) {
        underWay += wanted;
        return true;
      }
      long until = freeAt.isEmpty() ? end : Math.min(end, freeAt.getFirst());
      if (now - end >= 0) {
        return false;
      }
      wait(Math.max(1, (until - now) / 1_000_000));
    }
  }

  /** There was an answer, or there will be none. */
  synchronized void leave(int messages) {
    int back = places(messages);
    underWay -= back;
    for (int i = 0; i < back; i++) {
      freeAt.addLast(nanos.getAsLong() + SECOND);
    }
    notifyAll();
  }

  private int places(int messages) {
    return Math.min(messages, size);
  }
}
