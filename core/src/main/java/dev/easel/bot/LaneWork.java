package dev.easel.bot;

import dev.easel.job.Claimed;
import dev.easel.job.Settlement;

/** What is done with a job of a lane. */
@FunctionalInterface
interface LaneWork {
  /**
   * Works on a job.
   *
   * @param held keeps the lease alive until this returns
   * @return how the job is handed back
   */
  Settlement work(Claimed job, Held held) throws InterruptedException;
}
