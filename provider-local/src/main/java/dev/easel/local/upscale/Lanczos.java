package dev.easel.local.upscale;

import dev.easel.local.filter.Raster;
import java.util.Arrays;

/** Enlarges by a windowed sine, the sharpest of the classic filters. */
public final class Lanczos {
  static final int LOBES = 3;

  private Lanczos() {}

  /** Hears how far the work is; throws to stop it. */
  @FunctionalInterface
  public interface Watcher {
    void at(double fraction) throws InterruptedException;
  }

  /** Makes a picture larger by a whole factor, on the calling thread. */
  public static Raster upscale(Raster in, int factor, Watcher watcher) throws InterruptedException {
    int[] out = new int[in.argb().length * factor * factor];
    Raster seen = Bleed.into(in, 2 * LOBES);
    int[] shifts = {24, 16, 8, 0};
    for (int i = 0; i < shifts.length; i++) {
      double from = i / 4.0;
      enlarge(seen, shifts[i], factor, out, share -> watcher.at(from + share / 4));
    }
    return new Raster(in.width() * factor, in.height() * factor, out);
  }

  /** Sets the opacity of an enlarged picture. */
  static void opacity(Raster in, int factor, int[] out) {
    if (in.opaque()) {
      for (int i = 0; i < out.length; i++) {
        out[i] |= 0xff000000;
      }
      return;
    }
    try {
      enlarge(in, 24, factor, out, share -> {});
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody asked for it", e);
    }
  }

  /** One channel, into bits of the output that are zero so far. */
  private static void enlarge(Raster in, int shift, int factor, int[] out, Watcher watcher)
      throws InterruptedException {
    float[][] kernels = kernels(factor);
    int width = in.width();
    int height = in.height();
    int wide = width * factor;
    float[] column = new float[width];
    for (int y = 0; y < height * factor; y++) {
      float[] vertical = kernels[y % factor];
      int firstRow = first(y, factor);
      Arrays.fill(column, 0);
      for (int k = 0; k < vertical.length; k++) {
        int row = Math.max(0, Math.min(height - 1, firstRow + k));
        for (int x = 0; x < width; x++) {
          column[x] += vertical[k] * (in.argb()[row * width + x] >>> shift & 0xff);
        }
      }
      for (int x = 0; x < wide; x++) {
        float[] horizontal = kernels[x % factor];
        int firstColumn = first(x, factor);
        float sum = 0;
        for (int k = 0; k < horizontal.length; k++) {
          sum += horizontal[k] * column[Math.max(0, Math.min(width - 1, firstColumn + k))];
        }
        out[y * wide + x] |= Math.max(0, Math.min(255, Math.round(sum))) << shift;
      }
      watcher.at((y + 1.0) / (height * factor));
    }
  }

  private static int first(int at, int factor) {
    return (int) Math.floor((at + 0.5) / factor - 0.5) - LOBES + 1;
  }

  /** The weights for each place within a pixel; they add up to 1. */
  private static float[][] kernels(int factor) {
    float[][] kernels = new float[factor][2 * LOBES];
    for (int i = 0; i < factor; i++) {
      double centre = (i + 0.5) / factor - 0.5;
      double sum = 0;
      for (int k = 0; k < 2 * LOBES; k++) {
        kernels[i][k] = (float) window(centre - Math.floor(centre) + LOBES - 1 - k);
        sum += kernels[i][k];
      }
      for (int k = 0; k < 2 * LOBES; k++) {
        kernels[i][k] /= (float) sum;
      }
    }
    return kernels;
  }

  private static double window(double x) {
    if (Math.abs(x) < 1e-9) {
      return 1;
    }
    if (Math.abs(x) >= LOBES) {
      return 0;
    }
    double t = Math.PI * x;
    return LOBES * Math.sin(t) * Math.sin(t / LOBES) / (t * t);
  }
}
