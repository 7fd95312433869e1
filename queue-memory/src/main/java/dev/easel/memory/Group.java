package dev.easel.memory;

import dev.easel.job.GroupId;
import org.jspecify.annotations.Nullable;

/** Whom fairness is between: its lines, one for each band, and what it has in flight. */
final class Group {
  final GroupId id;
  final @Nullable Line[] lines = new Line[FairOrder.BANDS];

  double weight = 1;
  int limit = 1;
  boolean paused;

  /** Running or parked. */
  int inFlight;

  /** Waiting or delayed. */
  int unclaimed;

  /** Lines that have been served ahead of the others, and must not be forgotten yet. */
  int debts;

  Group(GroupId id) {
    this.id = id;
  }

  boolean open() {
    return !paused && inFlight < limit;
  }

  boolean hasJobs() {
    return inFlight + unclaimed > 0;
  }
}
