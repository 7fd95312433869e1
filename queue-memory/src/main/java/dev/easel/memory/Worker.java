package dev.easel.memory;

import dev.easel.job.WorkerId;

/** A process that claims from a lane. */
final class Worker {
  final WorkerId id;
  long lastSeen;
  int running;

  /** How many jobs it would take at once. */
  int slots;

  Worker(WorkerId id) {
    this.id = id;
  }
}
