package dev.easel.job;

/** Whether a settlement held. */
public enum SettleAnswer {
  /** It did, now or when it was sent before. */
  TAKEN,
  /** The lease had been lost: another worker has the job, it ended, or was settled otherwise. */
  LOST
}
