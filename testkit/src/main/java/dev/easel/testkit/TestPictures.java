package dev.easel.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Small valid pictures for tests, and a look into those that a provider made. */
public final class TestPictures {
  private TestPictures() {}

  /** A PNG of one colour, given as {@code 0xRRGGBB}. */
  public static byte[] png(int width, int height, int rgb) {
    return png(width, height, (x, y) -> rgb);
  }

  /** A PNG whose pixels a function of x and y gives as {@code 0xRRGGBB}. */
  public static byte[] png(int width, int height, IntBinaryOperator rgbAt) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(all)) {
      out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
      chunk(out, "IHDR", header(width, height));
      chunk(out, "IDAT", rows(width, height, rgbAt));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return all.toByteArray();
  }

  /** A picture with something in it: a bright disc on a slope of two colours. */
  public static byte[] photo(int width, int height) {
    return png(
        width,
        height,
        (x, y) -> {
          double dx = x - width * 0.4;
          double dy = y - height * 0.5;
          boolean disc = dx * dx + dy * dy < 0.05 * width * height;
          return disc ? 0xf0c040 : (60 + 120 * x / width) << 16 | 0x5000 | (220 - 150 * y / height);
        });
  }

  /** A mask whose left half is white, to be repainted. */
  public static byte[] leftHalfMask(int width, int height) {
    return png(width, height, (x, y) -> x < width / 2 ? 0xffffff : 0);
  }

  /**
   * Decodes a picture.
   *
   * @throws AssertionError if the bytes are no picture that ImageIO reads
   */
  public static BufferedImage decode(byte[] bytes) {
    try {
      // reading closes the stream, which holds nothing but memory
      BufferedImage image =
          ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
      if (image == null) {
        throw new AssertionError("no picture that ImageIO reads, " + bytes.length + " bytes");
      }
      return image;
    } catch (IOException e) {
      throw new AssertionError("a broken picture of " + bytes.length + " bytes", e);
    }
  }

  /** The pixels of a picture as ARGB, row by row. */
  public static int[] pixels(byte[] bytes) {
    BufferedImage image = decode(bytes);
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static byte[] header(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {8, 2, 0, 0, 0}); // 8 bits, RGB, deflate, filters, not interlaced
    return bytes.toByteArray();
  }

  private static byte[] rows(int width, int height, IntBinaryOperator rgbAt) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      byte[] row = new byte[1 + 3 * width];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int rgb = rgbAt.applyAsInt(x, y);
          row[1 + 3 * x] = (byte) (rgb >> 16);
          row[2 + 3 * x] = (byte) (rgb >> 8);
          row[3 + 3 * x] = (byte) rgb;
        }
        out.write(row);
      }
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(US_ASCII));
    crc.update(data);
    out.writeInt(data.length);
    out.write(type.getBytes(US_ASCII));
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
