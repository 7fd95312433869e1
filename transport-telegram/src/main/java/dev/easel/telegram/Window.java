package dev.easel.telegram;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets no more messages of this process reach the platform in any second than it takes, however
 * late threads wake and however unevenly the network delivers: a place is free again a second after
 * the answer, and the message arrived before that.
 *
 * <p>An upload may take minutes, and counts when it has arrived. One that is slow gives its places
 * to others meanwhile, or a few of them would keep everybody waiting.
 *
 * <p>The shared limiter spaces what all processes send; this holds when a stall bunches it.
 */
final class Window {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Less than what is final waits. */
  private static final long SLOW = Duration.ofSeconds(2).toNanos();

  /** What one call has from before it until its answer. */
  static final class Places {
    private final int count;
    private final long slowAt;
    private boolean given;

    private Places(int count, long slowAt) {
      this.count = count;
      this.slowAt = slowAt;
    }
  }

  private final int size;
  private final LongSupplier nanos;
  private final Deque<Long> freeAt = new ArrayDeque<>();

  /** Those that are not slow yet, the oldest first. */
  private final Deque<Places> uploads = new ArrayDeque<>();

  private int underWay;

  Window(int perSecond, LongSupplier nanos) {
    this.size = perSecond;
    this.nanos = nanos;
  }

  /** Takes places, if there are so many in time; whoever gets them calls {@link #leave}. */
  synchronized Optional<Places> enter(int messages, boolean upload, Duration patience)
      throws InterruptedException {
    long end = nanos.getAsLong() + patience.toNanos();
    int wanted = Math.min(messages, size);
    while (true) {
      long now = nanos.getAsLong();
      while (!freeAt.isEmpty() && now - freeAt.getFirst() >= 0) {
        freeAt.removeFirst();
      }
      while (!uploads.isEmpty() && now - uploads.getFirst().slowAt >= 0) {
        give(uploads.removeFirst());
      }
      if (underWay + freeAt.size() + wanted <= size) {
        Places places = new Places(wanted, now + SLOW);
        underWay += wanted;
        if (upload) {
          uploads.addLast(places);
        }
        return Optional.of(places);
      }
      if (now - end >= 0) {
        return Optional.empty();
      }
      long until = end;
      if (!freeAt.isEmpty()) {
        until = Math.min(until, freeAt.getFirst());
      }
      if (!uploads.isEmpty()) {
        until = Math.min(until, uploads.getFirst().slowAt);
      }
      wait(Math.max(1, (until - now) / 1_000_000));
    }
  }

  /** There was an answer, or there will be none. */
  synchronized void leave(Places places) {
    uploads.remove(places);
    give(places);
    for (int i = 0; i < places.count; i++) {
      freeAt.addLast(nanos.getAsLong() + SECOND);
    }
    notifyAll();
  }

  private void give(Places places) {
    if (!places.given) {
      places.given = true;
      underWay -= places.count;
    }
  }
}
