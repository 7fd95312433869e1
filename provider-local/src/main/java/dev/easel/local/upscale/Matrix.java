package dev.easel.local.upscale;

/**
 * Weights in the order in which {@link Product} reads them: those of three taps for two outputs
 * stand together. A tap is one input plane at one shift.
 */
final class Matrix {
  final int taps;
  final int outputs;
  final int triples;
  final float[] weights;

  /** Which groups of six weights are all zero, so that they can be left out. */
  final boolean[] empty;

  /** Gives the weight of a tap for an output. */
  @FunctionalInterface
  interface Weight {
    double of(int tap, int output);
  }

  Matrix(int taps, int outputs, Weight weight) {
    this.taps = taps;
    this.outputs = outputs;
    this.triples = (taps + 2) / 3;
    this.weights = new float[(outputs + 1) / 2 * triples * 6];
    for (int output = 0; output < outputs; output++) {
      for (int tap = 0; tap < taps; tap++) {
        int at = ((output / 2 * triples + tap / 3) * 2 + output % 2) * 3 + tap % 3;
        weights[at] = (float) weight.of(tap, output);
      }
    }
    this.empty = new boolean[weights.length / 6];
    for (int i = 0; i < empty.length; i++) {
      empty[i] = true;
      for (int k = 6 * i; k < 6 * i + 6; k++) {
        empty[i] &= weights[k] == 0;
      }
    }
  }
}
