package dev.easel.bot;

import dev.easel.job.QueueException;
import dev.easel.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats a call while the backend is away: what was made, or paid for, outlives an outage. */
final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long FIRST_PAUSE = 200;
  private static final long LONGEST_PAUSE = 5_000;

  private Outage() {}

  /**
   * Calls until the backend answers, the work is to stop in favour of somebody else, or ten minutes
   * have passed.
   *
   * @param call may be carried out twice
   * @throws QueueException or StoreException, the last one, once there is no more patience
   */
  static <T> T outlast(Held held, Supplier<T> call) throws InterruptedException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    for (long pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        return call.get();
      } catch (QueueException | StoreException e) {
        if (!passes(e) || mustStop(held) || System.nanoTime() > giveUp) {
          throw e;
        }
        log.warn(
            "The backend is away, will try again: job={} pause={}ms reason={}",
            held.lease().job(),
            pause,
            e.getMessage());
        Thread.sleep(pause);
      }
    }
  }

  private static boolean passes(RuntimeException e) {
    return e instanceof QueueException queue && queue.kind() == QueueException.Kind.UNAVAILABLE
        || e instanceof StoreException store && store.kind() != StoreException.Kind.REJECTED;
  }

  private static boolean mustStop(Held held) {
    Optional<Held.Stop> stop = held.stopped();
    return stop.equals(Optional.of(Held.Stop.CLOSING))
        || stop.equals(Optional.of(Held.Stop.LEASE_LOST));
  }
}
