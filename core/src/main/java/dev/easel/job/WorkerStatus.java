package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A process that claims jobs of a lane, or did within the last minute.
 *
 * @param lastSeen by the backend's clock
 * @param running jobs whose lease it holds
 */
public record WorkerStatus(WorkerId id, Lane lane, Instant lastSeen, int running) {
  public WorkerStatus {
    requireNonNull(id, "id");
    requireNonNull(lane, "lane");
    requireNonNull(lastSeen, "lastSeen");
  }
}
