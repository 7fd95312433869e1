package dev.easel.local.upscale;

import static dev.easel.local.upscale.Product.CHUNK;

import java.util.Arrays;

/**
 * Convolves planes two rows at a time, by {@link Winograd}. A chunk runs over pairs of rows as if
 * each pair were one row. For one thread.
 */
final class PairConvolution {
  /** What a chunk reads beyond itself on each side, for filters up to five columns wide. */
  private static final int BESIDE = 2;

  private static final int WIDE = CHUNK + 2 * BESIDE;
  private static final int MOST = 6;

  private final Convolution.Stop stop;
  private final Product product = new Product();
  private final float[][] rows = new float[MOST][WIDE];
  private final float[][][] combined;
  private final float[][] sums;
  private final float[][][] results;
  private final float[] added = new float[CHUNK];

  PairConvolution(int mostChannels, Convolution.Stop stop) {
    this.stop = stop;
    this.combined = new float[MOST][mostChannels][WIDE];
    this.sums = new float[mostChannels][CHUNK];
    this.results = new float[2][mostChannels][CHUNK];
  }

  /**
   * Computes rows of the output.
   *
   * @param more planes that are added to the result; may have none
   * @param range whole pairs, or up to the last row
   */
  void apply(Layer layer, Planes in, float[][] more, Planes out, Rows range) {
    int stride = in.stride;
    int end = (range.to() + 1) / 2 * stride;
    for (int start = range.from() / 2 * stride; start < end; start += CHUNK) {
      stop.check();
      combine(layer, in, start);
      for (int i = 0; i < layer.outputs; i++) {
        Arrays.fill(results[0][i], layer.bias[i]);
        Arrays.fill(results[1][i], layer.bias[i]);
      }
      for (int k = 0; k < layer.forPairs.length; k++) {
        float[][] from = combined[k];
        for (int i = 0; i < layer.outputs; i++) {
          Arrays.fill(sums[i], 0);
        }
        product.add(
            layer.forPairs[k],
            (tap, to) -> {
              int shift = BESIDE + tap % layer.side - layer.radius();
              System.arraycopy(from[tap / layer.side], shift, to, 0, CHUNK);
            },
            sums);
        spread(layer, k);
      }
      int last = Math.min(end, start + CHUNK);
      store(layer, more, out, range, start, last);
    }
  }

  /** Prepares the inputs of all products. */
  private void combine(Layer layer, Planes in, int start) {
    int products = layer.forPairs.length;
    for (int c = 0; c < layer.inputs; c++) {
      for (int r = 0; r < products; r++) {
        gather(in, in.data[c], start - BESIDE, r - layer.radius(), rows[r]);
      }
      for (int k = 0; k < products; k++) {
        float[] to = combined[k][c];
        float[] w = Winograd.rows(layer.side, k);
        if (products == 4) {
          weigh(to, rows[0], w[0], rows[1], w[1], rows[2], w[2], rows[3], w[3]);
        } else {
          // no product takes both the first and the last row
          boolean first = w[0] != 0;
          int other = first ? 0 : 5;
          weigh(to, rows[1], w[1], rows[2], w[2], rows[3], w[3], rows[4], w[4]);
          if (w[other] != 0) {
            weigh(to, to, 1, rows[other], w[other]);
          }
        }
      }
    }
  }

  /**
   * Copies, for each pair of rows that the chunk touches, the row that is so far from its first.
   */
  private static void gather(Planes in, float[] plane, int start, int offset, float[] to) {
    int done = 0;
    while (done < WIDE) {
      int pair = Math.floorDiv(start + done, in.stride);
      int column = start + done - pair * in.stride;
      int count = Math.min(WIDE - done, in.stride - column);
      int row = 2 * pair + offset;
      if (pair < 0 || row >= in.height + Planes.BORDER) {
        Arrays.fill(to, done, done + count, 0);
      } else {
        System.arraycopy(plane, in.at(column, row), to, done, count);
      }
      done += count;
    }
  }

  private static void weigh(
      float[] to,
      float[] a,
      float wa,
      float[] b,
      float wb,
      float[] c,
      float wc,
      float[] d,
      float wd) {
    for (int i = 0; i < WIDE; i++) {
      to[i] = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
    }
  }

  private static void weigh(float[] to, float[] a, float wa, float[] b, float wb) {
    for (int i = 0; i < WIDE; i++) {
      to[i] = wa * a[i] + wb * b[i];
    }
  }

  /** Adds a product to the two rows of results. */
  private void spread(Layer layer, int product) {
    for (int row = 0; row < 2; row++) {
      float weight = Winograd.result(layer.side, row, product);
      if (weight != 0) {
        for (int i = 0; i < layer.outputs; i++) {
          addTo(results[row][i], sums[i], weight);
        }
      }
    }
  }

  private static void addTo(float[] to, float[] from, float weight) {
    for (int i = 0; i < CHUNK; i++) {
      to[i] += weight * from[i];
    }
  }

  private void store(Layer layer, float[][] more, Planes out, Rows range, int start, int end) {
    for (int at = start; at < end; ) {
      int pair = at / out.stride;
      int column = at - pair * out.stride;
      int count = Math.min(end - at, out.stride - column);
      int inside = Math.min(count, out.width - column); // the border stays zero
      for (int row = 0; row < 2 && inside > 0; row++) {
        if (2 * pair + row < range.to()) {
          int to = out.at(column, 2 * pair + row);
          for (int i = 0; i < layer.outputs; i++) {
            store(layer, results[row][i], at - start, more, i, out.data[i], to, inside);
          }
        }
      }
      at += count;
    }
  }

  private void store(
      Layer layer,
      float[] result,
      int from,
      float[][] more,
      int output,
      float[] plane,
      int to,
      int count) {
    if (more.length > 0) {
      System.arraycopy(more[output], to, added, from, count);
      for (int i = from; i < from + count; i++) {
        result[i] += added[i];
      }
    }
    if (layer.relu) {
      for (int i = from; i < from + count; i++) {
        result[i] = Math.max(0, result[i]);
      }
    }
    System.arraycopy(result, from, plane, to, count);
  }
}
