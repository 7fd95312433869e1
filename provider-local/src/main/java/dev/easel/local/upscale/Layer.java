package dev.easel.local.upscale;

/** One convolution of the network, its weights prepared. */
final class Layer {
  final int inputs;
  final int outputs;
  final int side;
  final boolean relu;
  final float[] bias;

  /** Taps by input, row, column. */
  final Matrix matrix;

  /** Taps by input and column, one matrix for each product of {@link Winograd}. */
  final Matrix[] forPairs;

  /**
   * @param kernel as it was published: row, column, input, output
   * @param inPairs whether rows are to be computed in pairs, which saves a third of the work and
   *     pays where there are many outputs
   */
  Layer(
      int side,
      int inputs,
      int outputs,
      float[] kernel,
      float[] bias,
      boolean relu,
      boolean inPairs) {
    this.side = side;
    this.inputs = inputs;
    this.outputs = outputs;
    this.bias = bias;
    this.relu = relu;
    int area = side * side;
    this.matrix =
        new Matrix(
            inputs * area,
            outputs,
            (tap, output) -> kernel[(tap % area * inputs + tap / area) * outputs + output]);
    this.forPairs = new Matrix[inPairs ? Winograd.products(side) : 0];
    for (int i = 0; i < forPairs.length; i++) {
      double[] combination = Winograd.weights(side, i);
      forPairs[i] =
          new Matrix(
              inputs * side,
              outputs,
              (tap, output) -> {
                double sum = 0;
                for (int row = 0; row < side; row++) {
                  int place = row * side + tap % side;
                  sum +=
                      combination[row] * kernel[(place * inputs + tap / side) * outputs + output];
                }
                return sum;
              });
    }
  }

  boolean inPairs() {
    return forPairs.length > 0;
  }

  int radius() {
    return side / 2;
  }

  /** Multiplications for each pixel, as the network was published. */
  long work() {
    return (long) inputs * side * side * outputs;
  }
}
