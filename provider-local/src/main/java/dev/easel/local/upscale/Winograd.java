package dev.easel.local.upscale;

/**
 * Winograd's minimal filtering, for two rows at a time: two results of a filter of three rows take
 * four products instead of six, of five rows six instead of ten. Rows are combined before, products
 * after; see Lavin and Gray, <a href="https://arxiv.org/abs/1509.09308">Fast Algorithms for
 * Convolutional Neural Networks</a>, whose F(2,3) and F(4,3) these matrices are, the latter turned
 * into F(2,5).
 */
final class Winograd {
  /** How each product's input comes from the rows. */
  private static final float[][] ROWS3 = {
    {1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}
  };

  private static final float[][] ROWS5 = {
    {4, 0, -5, 0, 1, 0},
    {0, -4, -4, 1, 1, 0},
    {0, 4, -4, -1, 1, 0},
    {0, -2, -1, 2, 1, 0},
    {0, 2, -1, -2, 1, 0},
    {0, 4, 0, -5, 0, 1}
  };

  private static final double[][] WEIGHTS3 = {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}};

  private static final double[][] WEIGHTS5 = {
    {1 / 4.0, 0, 0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 2 / 24.0, 4 / 24.0, 8 / 24.0, 16 / 24.0},
    {1 / 24.0, -2 / 24.0, 4 / 24.0, -8 / 24.0, 16 / 24.0},
    {0, 0, 0, 0, 1}
  };

  private static final float[][] RESULTS3 = {{1, 1, 1, 0}, {0, 1, -1, -1}};
  private static final float[][] RESULTS5 = {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 1}};

  private Winograd() {}

  /** How many products two rows take, and from how many rows of the input. */
  static int products(int side) {
    return side + 1;
  }

  /** How a product's weight comes from the filter's rows. */
  static double[] weights(int side, int product) {
    return side == 3 ? WEIGHTS3[product] : WEIGHTS5[product];
  }

  /** How a product's input comes from the rows. */
  static float[] rows(int side, int product) {
    return side == 3 ? ROWS3[product] : ROWS5[product];
  }

  /** With which sign and strength a product goes into the first or second row. */
  static float result(int side, int row, int product) {
    return side == 3 ? RESULTS3[row][product] : RESULTS5[row][product];
  }
}
