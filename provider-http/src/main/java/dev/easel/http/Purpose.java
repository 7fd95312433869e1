package dev.easel.http;

/** What a call is for, and so what its failure means. */
enum Purpose {
  /** Orders work that costs money: a failure after it was sent leaves the outcome unknown. */
  ORDER,
  /** Orders work that costs nothing: may simply be ordered again. */
  FREE_ORDER,
  /** Asks about, or fetches, work that was ordered: may be repeated, and the work stays paid. */
  FOLLOW,
  /** Asks or prepares something that has no price. */
  ASK;

  /** Whether a failure leaves paid work behind. */
  boolean leavesPaidWork(boolean sent) {
    return this == FOLLOW || this == ORDER && sent;
  }
}
