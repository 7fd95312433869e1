package dev.easel.bot;

import dev.easel.job.Lane;
import dev.easel.job.LaneStatistics;
import dev.easel.job.QueueAdmin;
import dev.easel.job.QueueException;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a lane to be worked off, where what is left in it would end with the process. */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  private static final long LOOK_EVERY_MILLIS = 20;

  private Drain() {}

  /** Until nothing is left, or the time is over. */
  static void await(QueueAdmin admin, Lane lane, ToLongFunction<LaneStatistics> left, Duration time)
      throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      while (left.applyAsLong(admin.statistics(lane)) > 0 && System.nanoTime() - deadline < 0) {
        Thread.sleep(LOOK_EVERY_MILLIS);
      }
    } catch (QueueException e) {
      log.warn("The queue is away while stopping: lane={}", lane, e);
    }
  }

  /** What has not ended. */
  static long open(LaneStatistics lane) {
    return unclaimed(lane) + lane.running();
  }

  /** What has not ended and is in nobody's hands. */
  static long unclaimed(LaneStatistics lane) {
    return lane.waiting() + lane.delayed() + lane.parked();
  }
}
