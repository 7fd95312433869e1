package dev.easel.memory;

/**
 * The lines of one band: those that can be claimed from, in the order of what they were served.
 *
 * <p>This is start-time fair queueing: a claim charges its line the job's cost, the line that was
 * charged least goes next, and a line that had nothing to do starts where the others are now.
 */
final class Band {
  /**
   * Empty lines that were served ahead of the others: remembered, so that coming back is no gain.
   */
  static final int MAX_INDEBTED = 10_000;

  private static final double SMOOTHING = 0.1;

  /** Who was served least goes first; between equals, who came first. */
  final RankedSet<Line> ready = new RankedSet<>();

  /** Empty ones that were served more than the others, in the same order. */
  final RankedSet<Line> indebted = new RankedSet<>();

  /** Where the line that was claimed from last stood. */
  double now;

  /** Jobs in all lines, also in those that are not ready. */
  int waiting;

  /** Lines that are not empty. */
  int lines;

  private double averageCharge;

  /** Where a line starts that had nothing to do, or had but was held back by its group's limit. */
  double start(Line line, boolean heldBack) {
    // being held back earns a little at most: as much as two usual jobs
    return Math.max(line.served, heldBack ? now - 2 * averageCharge : now);
  }

  void charged(double charge) {
    averageCharge += averageCharge == 0 ? charge : SMOOTHING * (charge - averageCharge);
  }
}
