package dev.easel.local.upscale;

import dev.easel.local.filter.Raster;

/**
 * Gives what is invisible the colour of what is visible beside it. Editors leave black there, which
 * a filter that looks at neighbours would draw into the visible edge as a dark seam.
 */
final class Bleed {
  private Bleed() {}

  /** The picture with its colours carried so many pixels further; opacity stays. */
  static Raster into(Raster in, int pixels) {
    if (in.opaque()) {
      return in;
    }
    int[] argb = in.argb().clone();
    boolean[] known = new boolean[argb.length];
    for (int i = 0; i < known.length; i++) {
      known[i] = argb[i] >>> 24 != 0;
    }
    for (int ring = 0; ring < pixels; ring++) {
      boolean[] reached = known.clone();
      for (int i = 0; i < argb.length; i++) {
        reached[i] = mix(argb, known, in.width(), i);
      }
      known = reached;
    }
    return new Raster(in.width(), in.height(), argb);
  }

  /** Makes an unknown pixel the mean of the known ones around it; false if there are none. */
  private static boolean mix(int[] argb, boolean[] known, int width, int at) {
    if (known[at]) {
      return true;
    }
    int count = 0;
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int row = at / width - 1; row <= at / width + 1; row++) {
      for (int column = at % width - 1; column <= at % width + 1; column++) {
        int i = row * width + column;
        if (column >= 0 && column < width && i >= 0 && i < argb.length && known[i]) {
          count++;
          red += argb[i] >> 16 & 0xff;
          green += argb[i] >> 8 & 0xff;
          blue += argb[i] & 0xff;
        }
      }
    }
    if (count == 0) {
      return false;
    }
    argb[at] = red / count << 16 | green / count << 8 | blue / count;
    return true;
  }
}
