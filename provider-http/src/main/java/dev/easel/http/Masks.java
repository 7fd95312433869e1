package dev.easel.http;

import dev.easel.image.ProviderException.Kind;
import dev.easel.store.ImageInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Optional;

/** Turns the canonical mask, where white is repainted, into what a service wants. */
final class Masks {
  /** A mask is decoded, so it has a limit of its own. */
  private static final long MAX_PIXELS = 40_000_000;

  private Masks() {}

  /** A PNG that is transparent where the mask is white, as OpenAI's edits want it. */
  static byte[] transparentWhereWhite(byte[] mask, Failures failures) {
    BufferedImage in = decode(mask, failures);
    BufferedImage out =
        new BufferedImage(in.getWidth(), in.getHeight(), BufferedImage.TYPE_INT_ARGB);
    int[] row = new int[in.getWidth()];
    for (int y = 0; y < in.getHeight(); y++) {
      in.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int x = 0; x < row.length; x++) {
        int rgb = row[x];
        int light =
            ((rgb >> 16 & 0xff) * 299 + (rgb >> 8 & 0xff) * 587 + (rgb & 0xff) * 114) / 1000;
        row[x] = 255 - light << 24;
      }
      out.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    try {
      return Bitmaps.write(out, "png");
    } catch (IOException e) {
      throw failures.builder(Kind.INVALID_REQUEST, "the mask cannot be written").cause(e).build();
    }
  }

  private static BufferedImage decode(byte[] mask, Failures failures) {
    Optional<ImageInfo> info = ImageInfo.read(mask);
    if (info.isEmpty() || info.get().pixels() > MAX_PIXELS) {
      throw wrong(failures, "the mask is no picture, or too large");
    }
    try {
      return Bitmaps.read(mask);
    } catch (IOException e) {
      throw failures
          .builder(Kind.INVALID_REQUEST, "the mask cannot be read: a PNG or JPEG is needed")
          .field("mask")
          .cause(e)
          .build();
    }
  }

  private static dev.easel.image.ProviderException wrong(Failures failures, String message) {
    return failures.builder(Kind.INVALID_REQUEST, message).field("mask").build();
  }
}
