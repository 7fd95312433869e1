package dev.easel.fakes.images;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small pictures in one colour, the same for the same seed. */
public final class TestPicture {
  private TestPicture() {}

  /** A PNG. */
  public static byte[] png(int width, int height, long seed) {
    return encode(width, height, seed, "png");
  }

  /** A JPEG. */
  public static byte[] jpeg(int width, int height, long seed) {
    return encode(width, height, seed, "jpg");
  }

  /** A PNG with a {@code caBX} chunk, where signed content credentials stand. */
  public static byte[] signedPng(int width, int height, long seed) {
    return withChunk(
        png(width, height, seed), "caBX", ("credentials " + seed).getBytes(StandardCharsets.UTF_8));
  }

  /** A JPEG with an APP11 segment, where signed content credentials stand. */
  public static byte[] signedJpeg(int width, int height, long seed) {
    byte[] jpeg = jpeg(width, height, seed);
    byte[] data = ("JP credentials " + seed).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(jpeg.length + data.length + 4)
        .put(jpeg, 0, 2)
        .putShort((short) 0xffeb)
        .putShort((short) (data.length + 2))
        .put(data)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** A PNG that is about this large, whatever it shows. */
  public static byte[] largePng(int width, int height, long seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return withChunk(png(width, height, seed), "caBX", noise);
  }

  /** A mask: black, and white in its left half. */
  public static byte[] mask(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width / 2, height);
    g.dispose();
    return write(image, "png");
  }

  static BufferedImage read(byte[] picture) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
    if (image == null) {
      throw new IOException("no picture");
    }
    return image;
  }

  private static byte[] encode(int width, int height, long seed, String format) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color((int) (seed * 2_654_435_761L) & 0xffffff));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return write(image, format);
  }

  private static byte[] write(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, format.toLowerCase(Locale.ROOT), out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a chunk behind the header, which is always 33 bytes long. */
  private static byte[] withChunk(byte[] png, String type, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(png.length + data.length + 12);
    try (DataOutputStream chunk = new DataOutputStream(out)) {
      chunk.write(png, 0, 33);
      chunk.writeInt(data.length);
      byte[] name = type.getBytes(StandardCharsets.US_ASCII);
      chunk.write(name);
      chunk.write(data);
      CRC32 crc = new CRC32();
      crc.update(name);
      crc.update(data);
      chunk.writeInt((int) crc.getValue());
      chunk.write(png, 33, png.length - 33);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
