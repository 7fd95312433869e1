package dev.easel.memory;

/** Something that at most one timer is set for. */
abstract class Timed {
  /** When it is due, in milliseconds of the steady clock. */
  long timerAt;

  /** Its place in the heap; below zero while no timer is set. */
  int timerIndex = -1;
}
