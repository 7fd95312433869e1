package dev.easel.store;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a picture's first bytes say of it: its kind and size. Nothing is decoded, so a small file
 * that claims to be huge costs nothing.
 *
 * @param width as stored, before any rotation that its metadata asks for
 */
public record ImageInfo(MediaType type, int width, int height) {
  /**
   * So many first bytes are enough for nearly every picture; a JPEG with more metadata than this is
   * not understood.
   */
  public static final int HEAD_BYTES = 512 * 1024;

  /** A progressive JPEG has about ten; each costs a decoder the whole picture once more. */
  public static final int MAX_SCANS = 100;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  public ImageInfo {
    requireNonNull(type, "type");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "width and height must be at least 1: " + width + ", " + height);
    }
  }

  public long pixels() {
    return (long) width * height;
  }

  /**
   * Reads the head of a picture.
   *
   * @param head the whole picture, or its first {@link #HEAD_BYTES}
   * @return empty if it is no picture of a kind in {@link MediaType}, or is cut off before its size
   */
  public static Optional<ImageInfo> read(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    Optional<ImageInfo> info = Optional.empty();
    if (startsWith(head, 0, PNG_SIGNATURE)) {
      info = png(in);
    } else if (isJpeg(head)) {
      info = jpeg(in);
    } else if (ascii(head, 0, "RIFF") && ascii(head, 8, "WEBP")) {
      info = webp(in.order(ByteOrder.LITTLE_ENDIAN));
    } else if (ascii(head, 0, "GIF8")) {
      info = gif(in.order(ByteOrder.LITTLE_ENDIAN));
    } else if (ascii(head, 4, "ftypavif") || ascii(head, 4, "ftypavis")) {
      info = avif(in);
    }
    return info;
  }

  /**
   * Whether a whole picture is a JPEG of more than {@link #MAX_SCANS} scans, made to keep a decoder
   * busy: 107 KB with 400 of them took Java 50 s.
   */
  public static boolean hasTooManyScans(byte[] picture) {
    return isJpeg(picture) && scans(picture) > MAX_SCANS;
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

  private static boolean isJpeg(byte[] in) {
    return in.length > 3 && (in[0] & 0xff) == 0xff && (in[1] & 0xff) == 0xd8;
  }

  private static Optional<ImageInfo> png(ByteBuffer in) {
    if (in.limit() < 24 || !ascii(in.array(), 12, "IHDR")) {
      return Optional.empty();
    }
    return sized(MediaType.PNG, in.getInt(16), in.getInt(20));
  }

  private static Optional<ImageInfo> jpeg(ByteBuffer in) {
    int at = 2;
    while (at + 9 < in.limit()) {
      if ((in.get(at) & 0xff) != 0xff) {
        return Optional.empty();
      }
      int marker = in.get(at + 1) & 0xff;
      if (marker == 0xff) { // fill byte
        at++;
      } else if (marker >= 0xd0 && marker <= 0xd8 || marker == 0x01) { // no length follows
        at += 2;
      } else if (isFrame(marker)) {
        return sized(MediaType.JPEG, in.getShort(at + 7) & 0xffff, in.getShort(at + 5) & 0xffff);
      } else {
        int length = in.getShort(at + 2) & 0xffff;
        if (length < 2
            || marker == 0xd9
            || marker == 0xda) { // the end or the pixels, before any frame
          return Optional.empty();
        }
        at += 2 + length;
      }
    }
    return Optional.empty();
  }

  private static boolean isFrame(int marker) {
    // SOF0 to SOF15 without DHT, JPG and DAC, which share the range
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static Optional<ImageInfo> webp(ByteBuffer in) {
    if (in.limit() < 30) {
      return Optional.empty();
    }
    if (ascii(in.array(), 12, "VP8X")) {
      return sized(MediaType.WEBP, 1 + unsigned24(in, 24), 1 + unsigned24(in, 27));
    }
    if (ascii(in.array(), 12, "VP8L") && in.get(20) == 0x2f) {
      int bits = in.getInt(21);
      return sized(MediaType.WEBP, 1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
    }
    if (ascii(in.array(), 12, "VP8 ")
        && (in.get(23) & 0xff) == 0x9d
        && in.get(24) == 0x01
        && in.get(25) == 0x2a) {
      return sized(MediaType.WEBP, in.getShort(26) & 0x3fff, in.getShort(28) & 0x3fff);
    }
    return Optional.empty();
  }

  private static Optional<ImageInfo> gif(ByteBuffer in) {
    return in.limit() < 10
        ? Optional.empty()
        : sized(MediaType.GIF, in.getShort(6) & 0xffff, in.getShort(8) & 0xffff);
  }

  /**
   * The size of an AVIF is in the first 'ispe' property, a full box of version and flags, width,
   * height.
   */
  private static Optional<ImageInfo> avif(ByteBuffer in) {
    byte[] all = in.array();
    for (int at = 12; at + 16 <= Math.min(all.length, 64 * 1024); at++) {
      if (all[at] == 'i' && ascii(all, at, "ispe")) {
        return sized(MediaType.AVIF, in.getInt(at + 8), in.getInt(at + 12));
      }
    }
    return Optional.empty();
  }

  private static Optional<ImageInfo> sized(MediaType type, int width, int height) {
    return width < 1 || height < 1
        ? Optional.empty()
        : Optional.of(new ImageInfo(type, width, height));
  }

  private static int unsigned24(ByteBuffer in, int at) {
    return (in.get(at) & 0xff) | (in.get(at + 1) & 0xff) << 8 | (in.get(at + 2) & 0xff) << 16;
  }

  private static boolean ascii(byte[] in, int at, String text) {
    return startsWith(in, at, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean startsWith(byte[] in, int at, byte[] prefix) {
    return in.length >= at + prefix.length
        && java.util.Arrays.equals(in, at, at + prefix.length, prefix, 0, prefix.length);
  }
}
