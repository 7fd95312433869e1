package dev.easel.job;

/** What became of the wish to end a job. */
public enum CancelAnswer {
  /** It waited and is gone. */
  GONE,
  /**
   * It is running, was parked or has a checkpoint: its worker is told, and may still finish first.
   */
  ASKED,
  /** It had ended before. */
  TOO_LATE,
  /** No such job, or forgotten by now. */
  UNKNOWN
}
