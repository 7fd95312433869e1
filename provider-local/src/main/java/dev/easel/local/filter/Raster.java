package dev.easel.local.filter;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.DirectColorModel;
import java.awt.image.WritableRaster;

/**
 * Pixels as {@code 0xAARRGGBB}, row by row, opacity not multiplied in. Not changed once made.
 *
 * @param argb not copied
 */
public record Raster(int width, int height, int[] argb) {
  public Raster {
    if (width < 1 || height < 1 || argb.length != width * height) {
      throw new IllegalArgumentException(
          width + " x " + height + " is not " + argb.length + " pixels");
    }
  }

  public static Raster of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    return new Raster(width, height, image.getRGB(0, 0, width, height, null, 0, width));
  }

  public boolean opaque() {
    for (int pixel : argb) {
      if (pixel >>> 24 != 255) {
        return false;
      }
    }
    return true;
  }

  /** A picture that shares the pixels. */
  public BufferedImage image() {
    DataBufferInt data = new DataBufferInt(argb, argb.length);
    boolean opaque = opaque();
    int[] masks =
        opaque
            ? new int[] {0xff0000, 0xff00, 0xff}
            : new int[] {0xff0000, 0xff00, 0xff, 0xff000000};
    DirectColorModel colours =
        opaque
            ? new DirectColorModel(24, masks[0], masks[1], masks[2])
            : new DirectColorModel(32, masks[0], masks[1], masks[2], masks[3]);
    WritableRaster raster =
        java.awt.image.Raster.createPackedRaster(data, width, height, width, masks, null);
    return new BufferedImage(colours, raster, false, null);
  }

  /** The pixel at a place, or the nearest at the edge. */
  int at(int x, int y) {
    int column = Math.max(0, Math.min(width - 1, x));
    int row = Math.max(0, Math.min(height - 1, y));
    return argb[row * width + column];
  }
}
