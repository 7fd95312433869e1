package dev.easel.http;

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
  /** A progressive JPEG has about ten; each costs the whole picture once more. */
  private static final int MAX_SCANS = 100;

  private Bitmaps() {}

  /**
   * @throws IOException if it is broken, or of a kind that Java does not read
   */
  static BufferedImage read(byte[] picture) throws IOException {
    if (scans(picture) > MAX_SCANS) {
      throw new IOException("more than " + MAX_SCANS + " scans");
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

  /** Counts the marker that begins a scan; none if it is no JPEG. */
  private static int scans(byte[] picture) {
    int count = 0;
    boolean isJpeg = picture.length > 1 && picture[0] == (byte) 0xff && picture[1] == (byte) 0xd8;
    for (int i = 2; isJpeg && i + 1 < picture.length; i++) {
      if (picture[i] == (byte) 0xff && picture[i + 1] == (byte) 0xda) {
        count++;
      }
    }
    return count;
  }
}
