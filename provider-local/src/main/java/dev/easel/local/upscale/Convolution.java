package dev.easel.local.upscale;

import static dev.easel.local.upscale.Product.CHUNK;

import java.util.Arrays;

/** Convolves planes, row by row and a chunk of pixels at a time. For one thread. */
final class Convolution {
  private final Stop stop;
  private final Product product = new Product();
  private final float[][] sums;

  /** Throws if the work is to end; asked many times a second. */
  @FunctionalInterface
  interface Stop {
    void check();
  }

  Convolution(int mostOutputs, Stop stop) {
    this.sums = new float[mostOutputs + mostOutputs % 2][CHUNK];
    this.stop = stop;
  }

  /**
   * Computes rows of the output, one tap after another.
   *
   * @param added planes that are added to the result; may have none
   */
  void apply(Layer layer, Planes in, float[][] added, Planes out, Rows rows) {
    int end = out.at(0, rows.to()) - Planes.BORDER;
    for (int start = out.at(0, rows.from()); start < end; start += CHUNK) {
      stop.check();
      begin(layer, added, start);
      product.add(layer.matrix, shifted(layer, in, start), sums);
      store(layer, out, start, Math.min(CHUNK, end - start));
    }
    for (int y = rows.from(); y < rows.to(); y++) {
      for (float[] plane : out.data) { // the border between rows was written over
        Arrays.fill(plane, out.at(out.width, y), out.at(out.width, y) + Planes.BORDER, 0);
      }
    }
  }

  private static Product.Source shifted(Layer layer, Planes in, int start) {
    int area = layer.side * layer.side;
    int radius = layer.radius();
    return (tap, to) -> {
      int place = tap % area;
      int shift = (place / layer.side - radius) * in.stride + place % layer.side - radius;
      System.arraycopy(in.data[tap / area], start + shift, to, 0, CHUNK);
    };
  }

  private void begin(Layer layer, float[][] added, int start) {
    for (int i = 0; i < layer.outputs; i++) {
      if (added.length == 0) {
        Arrays.fill(sums[i], layer.bias[i]);
      } else {
        System.arraycopy(added[i], start, sums[i], 0, CHUNK);
        addTo(sums[i], layer.bias[i]);
      }
    }
  }

  private void store(Layer layer, Planes out, int start, int count) {
    for (int i = 0; i < layer.outputs; i++) {
      if (layer.relu) {
        relu(sums[i]);
      }
      System.arraycopy(sums[i], 0, out.data[i], start, count);
    }
  }

  static void relu(float[] values) {
    for (int i = 0; i < CHUNK; i++) {
      values[i] = Math.max(0, values[i]);
    }
  }

  private static void addTo(float[] values, float more) {
    for (int i = 0; i < CHUNK; i++) {
      values[i] += more;
    }
  }
}
