package dev.easel.memory;

/** A thread that waits for a job, and meanwhile looks after the timers. */
final class Waiter {
  final MemoryLane lane;

  /** When it wakes by itself, in milliseconds of the steady clock. */
  long looksAt = Long.MAX_VALUE;

  Waiter(MemoryLane lane) {
    this.lane = lane;
  }
}
