package dev.easel.local.upscale;

import java.util.Arrays;

/**
 * Feature maps of one size, each a plane of its own with a border of zeros. Rows follow each other
 * with two zeros between, which are the right border of one row and the left border of the next.
 */
final class Planes {
  static final int BORDER = 2;

  final int width;
  final int height;
  final int stride;
  final float[][] data;

  private Planes(int width, int height, float[][] data) {
    this.width = width;
    this.height = height;
    this.stride = width + BORDER;
    this.data = data;
  }

  /** All zeros, in arrays that were used before if those are large enough. */
  static Planes of(int count, int width, int height, float[][] reusable) {
    int length = (height + 2 * BORDER) * (width + BORDER) + BORDER + Product.CHUNK;
    float[][] data = new float[count][];
    for (int i = 0; i < count; i++) {
      if (reusable[i] == null || reusable[i].length < length) {
        reusable[i] = new float[length];
      } else {
        Arrays.fill(reusable[i], 0, length, 0);
      }
      data[i] = reusable[i];
    }
    return new Planes(width, height, data);
  }

  /** These planes and more after them. */
  Planes and(Planes more) {
    float[][] all = Arrays.copyOf(data, data.length + more.data.length);
    System.arraycopy(more.data, 0, all, data.length, more.data.length);
    return new Planes(width, height, all);
  }

  /** Where a pixel stands; one row or column outside is zero. */
  int at(int x, int y) {
    return (y + BORDER) * stride + BORDER + x;
  }
}
