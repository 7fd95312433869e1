package dev.easel.job;

import java.time.Duration;
import java.util.List;

/**
 * Where workers get jobs and hand them back. Thread-safe; each process uses one {@link WorkerId} of
 * its own.
 *
 * <p>Every method throws {@link QueueException} if the backend cannot be reached.
 */
public interface JobSource {
  /** The longest checkpoint, in UTF-16 units. */
  int MAX_CHECKPOINT = 8 * 1024;

  /**
   * Settles finished jobs, then claims up to {@code want} new ones, in one step of the backend.
   * Also runs timers that are due in any lane.
   *
   * @param done at most 100; of one lane or several
   * @param want 0 to 100; 0 only settles
   * @param maxWait how long to wait for a first job once {@code done} is settled; zero returns at
   *     once
   * @return the claimed jobs, and for each settlement whether it was taken or its lease had been
   *     lost
   * @throws QueueException if the backend cannot be reached; the settlements may be repeated. A
   *     claim whose answer was lost comes back when its lease runs out
   */
  Exchange exchange(WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait)
      throws InterruptedException;

  /**
   * Renews leases and reports progress. A lease that ran out can still be renewed, as its job can
   * still be settled and checkpointed, as long as the job was not given to another and has an
   * attempt left.
   *
   * @param held at most 1,000
   */
  Beats renew(List<Beat> held);

  /**
   * Keeps a short text with the job for its next attempt, replacing the one before; an empty text
   * removes it. Durable when it returns, as far as the backend is.
   *
   * @param text at most {@link #MAX_CHECKPOINT} UTF-16 units
   * @return false if the lease is lost; then nothing was kept
   */
  boolean checkpoint(Lease lease, String text);
}
