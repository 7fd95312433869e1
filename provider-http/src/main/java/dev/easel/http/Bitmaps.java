package dev.easel.http;

import dev.easel.store.ImageInfo;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Decodes and encodes in memory: there may be no disk, and people's pictures do not belong there.
 */
final class Bitmaps {
  private Bitmaps() {}

  /**
   * @throws IOException if it is broken, or of a kind that Java does not read
   */
  static BufferedImage read(byte[] picture) throws IOException {
    if (ImageInfo.hasTooManyScans(picture)) {
      throw new IOException("more than " + ImageInfo.MAX_SCANS + " scans");
    }
    try {
      BufferedImage image =
          ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(picture)));
      if (image == null) {
        throw new IOException("no reader for this picture");
      }
      return image;
    } catch (RuntimeException e) { // readers trip over broken pictures
      throw new IOException("broken", e);
    }
  }

  static byte[] write(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, format, out);
    }
    return bytes.toByteArray();
  }
}
