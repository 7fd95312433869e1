package dev.easel.job;

import static java.util.Objects.requireNonNull;

/**
 * A lane's numbers at one moment. The last five count since the lane began.
 *
 * @param bytes of the payloads of jobs that have not ended
 * @param groups with jobs that have not ended
 * @param reclaimed leases that ran out and were given to another
 */
public record LaneStatistics(
    Lane lane,
    boolean paused,
    long waiting,
    long delayed,
    long running,
    long parked,
    long dead,
    long bytes,
    long groups,
    long succeeded,
    long failed,
    long cancelled,
    long expired,
    long reclaimed) {
  public LaneStatistics {
    requireNonNull(lane, "lane");
  }
}
