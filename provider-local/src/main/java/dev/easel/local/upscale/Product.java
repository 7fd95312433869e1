package dev.easel.local.upscale;

/**
 * Adds up weighted taps for a chunk of pixels: where nearly all the time goes.
 *
 * <p>The inner loop is written for the JIT compiler, which turns it into vector instructions as it
 * stands: all arrays are read at the same index, the body is small enough to be unrolled, and each
 * pixel is summed in the same order wherever it lies, so that tiles give exactly what the whole
 * gives. Multiplications and additions are apart, since a fused one is very slow where the machine
 * has none.
 */
final class Product {
  /** Pixels of a chunk. With {@link #BLOCK} taps they fit into the first cache. */
  static final int CHUNK = 768;

  /** Taps that are gathered at a time; a multiple of 3. */
  private static final int BLOCK = 6;

  private final float[][] taps = new float[BLOCK][CHUNK];

  /** Copies taps next to each other, so that one index fits all. */
  @FunctionalInterface
  interface Source {
    void copy(int tap, float[] to);
  }

  /**
   * Adds to the sums.
   *
   * @param sums one array for each output, and one more if their number is odd
   */
  void add(Matrix matrix, Source source, float[][] sums) {
    for (int first = 0; first < matrix.taps; first += BLOCK) {
      int count = Math.min(BLOCK, matrix.taps - first);
      for (int k = 0; k < count; k++) { // what is left from before gets a weight of zero
        source.copy(first + k, taps[k]);
      }
      for (int pair = 0; pair < (matrix.outputs + 1) / 2; pair++) {
        int group = pair * matrix.triples + first / 3;
        for (int t = 0; t < (count + 2) / 3; t++) {
          if (!matrix.empty[group + t]) {
            multiply(
                sums[2 * pair],
                sums[2 * pair + 1],
                taps[3 * t],
                taps[3 * t + 1],
                taps[3 * t + 2],
                matrix.weights,
                6 * (group + t));
          }
        }
      }
    }
  }

  private static void multiply(
      float[] sum0,
      float[] sum1,
      float[] tap0,
      float[] tap1,
      float[] tap2,
      float[] weights,
      int at) {
    float a0 = weights[at];
    float a1 = weights[at + 1];
    float a2 = weights[at + 2];
    float b0 = weights[at + 3];
    float b1 = weights[at + 4];
    float b2 = weights[at + 5];
    for (int i = 0; i < CHUNK; i++) {
      float x0 = tap0[i];
      float x1 = tap1[i];
      float x2 = tap2[i];
      sum0[i] = sum0[i] + a0 * x0 + a1 * x1 + a2 * x2;
      sum1[i] = sum1[i] + b0 * x0 + b1 * x1 + b2 * x2;
    }
  }
}
