package dev.easel.web;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures as people send them, and as attackers do. */
final class Pictures {
  private Pictures() {}

  static byte[] drawn(String format, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(0x1000000));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] jpegWithPlace(String place) {
    byte[] jpeg = drawn("jpg", 20, 20);
    byte[] data = ("http://ns.adobe.com/xap/1.0/\0" + place).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + 4 + data.length);
    out.put(jpeg, 0, 2).put((byte) 0xff).put((byte) 0xe1).putShort((short) (2 + data.length));
    return out.put(data).put(jpeg, 2, jpeg.length - 2).array();
  }

  /** A PNG of a few bytes that claims a size. */
  static byte[] pngThatClaims(int width, int height) {
    byte[] png = drawn("png", 4, 4);
    ByteBuffer head = ByteBuffer.wrap(png);
    head.putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    head.putInt(29, (int) crc.getValue());
    return png;
  }

  /** Grows a PNG by a chunk that nobody draws. */
  static byte[] pngOfBytes(int size) {
    byte[] png = drawn("png", 4, 4);
    int data = size - png.length - 12;
    ByteBuffer out = ByteBuffer.allocate(size).put(png, 0, 33).putInt(data);
    byte[] chunk = new byte[4 + data];
    System.arraycopy("paDd".getBytes(StandardCharsets.US_ASCII), 0, chunk, 0, 4);
    CRC32 crc = new CRC32();
    crc.update(chunk);
    out.put(chunk).putInt((int) crc.getValue());
    return out.put(png, 33, png.length - 33).array();
  }
}
