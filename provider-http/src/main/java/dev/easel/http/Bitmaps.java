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
    boolean isJpeg = picture.length > 1 && picture[0] == (byte) 0xff && picture[1] == (byte) 0xd8;
    if (isJpeg && scans(picture) > MAX_SCANS) {
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

  /** Counts the marker that begins a scan. */
  private static int scans(byte[] jpeg) {
    int count = 0;
    int at = 2;
    while (at + 3 < jpeg.length) {
      int marker = jpeg[at] == (byte) 0xff ? jpeg[at + 1] & 0xff : 0;
      if (marker == 0xd9) { // the end: a phone may have put a film behind it
        break;
      }
      boolean isAlone = marker <= 1 || marker == 0xff || marker >= 0xd0 && marker <= 0xd8;
      if (marker == 0xda) {
        count++;
      }
      at += isAlone ? 1 : 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
    }
    return count;
  }
}
