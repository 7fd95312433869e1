package dev.easel.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Takes out of a photo what tells about the person who took it: place, time, camera, thumbnails,
 * comments, and whatever hides behind its end. The pixels stay as they are, bit for bit; so do the
 * colour profile and a JPEG's rotation.
 */
public final class PrivateMetadata {
  // what is needed to draw the picture; any other chunk may tell something, so it goes
  private static final Set<String> PNG_KEPT =
      Set.of(
          "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD", "hIST", "pHYs", "sPLT", "cICP",
          "mDCV", "cLLI", "acTL", "fcTL", "fdAT");
  private static final Set<String> WEBP_KEPT =
      Set.of("VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP");

  /** More scans than any camera or program writes; each costs a decoder a pass over all pixels. */
  private static final int MAX_SCANS = 64;

  private static final int EXIF_ORIENTATION = 0x0112;

  private PrivateMetadata() {}

  /**
   * Returns the picture without private metadata; the same array if there was none.
   *
   * @param picture a whole PNG, JPEG or WebP
   * @throws StoreException {@code REJECTED} if it is none of these, is cut off, or its parts do not
   *     fit together
   */
  public static byte[] strip(byte[] picture) {
    MediaType type = ImageInfo.read(picture).map(ImageInfo::type).orElseThrow(() -> broken("kind"));
    byte[] clean =
        switch (type) {
          case PNG -> png(picture);
          case JPEG -> jpeg(picture);
          case WEBP -> webp(picture);
          case AVIF, GIF -> throw broken("kind");
        };
    return Arrays.equals(clean, picture) ? picture : clean;
  }

  private static byte[] png(byte[] in) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    out.write(in, 0, 8);
    int at = 8;
    boolean pixels = false;
    while (true) {
      if (in.length - at < 12) {
        throw broken("end");
      }
      int length = ByteBuffer.wrap(in).getInt(at);
      if (length < 0 || length > in.length - at - 12) {
        throw broken("chunk's length");
      }
      String name = ascii(in, at + 4);
      boolean critical = Character.isUpperCase(name.charAt(0));
      if (critical || PNG_KEPT.contains(name)) {
        out.write(in, at, 12 + length);
      }
      pixels |= name.equals("IDAT");
      at += 12 + length;
      if (name.equals("IEND")) {
        if (!pixels) {
          throw broken("pixels");
        }
        return out.toByteArray();
      }
    }
  }

  private static byte[] jpeg(byte[] in) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    out.write(in, 0, 2);
    int at = 2;
    int scans = 0;
    boolean oriented = false;
    while (true) {
      if (in.length - at < 2 || (in[at] & 0xff) != 0xff) {
        throw broken("end");
      }
      int marker = in[at + 1] & 0xff;
      if (marker == 0xff) { // fill byte
        at++;
        continue;
      }
      if (marker == 0xd9) { // end of image
        if (scans == 0) {
          throw broken("pixels");
        }
        out.write(in, at, 2);
        return out.toByteArray();
      }
      if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd7) { // no length follows
        at += 2;
        continue;
      }
      int length = in.length - at < 4 ? 0 : ByteBuffer.wrap(in).getShort(at + 2) & 0xffff;
      if (length < 2 || length > in.length - at - 2) {
        throw broken("segment's length");
      }
      int end = at + 2 + length;
      if (marker == 0xda) { // a scan: its pixels follow, up to the next marker
        if (++scans > MAX_SCANS) {
          throw broken("number of scans");
        }
        end = endOfScan(in, end);
        out.write(in, at, end - at);
      } else if (marker == 0xe1 && !oriented && startsWith(in, at + 4, end, "Exif\0\0")) {
        OptionalInt orientation = orientation(Arrays.copyOfRange(in, at + 10, end));
        if (orientation.isPresent() && orientation.getAsInt() != 1) {
          out.writeBytes(exifWith(orientation.getAsInt()));
          oriented = true;
        }
      } else if (marker == 0xe0 && startsWith(in, at + 4, end, "JFIF\0") && length > 16) {
        // with a thumbnail: written again without
        out.write(in, at, 2);
        out.writeBytes(new byte[] {0, 16});
        out.write(in, at + 4, 12);
        out.writeBytes(new byte[] {0, 0});
      } else if (isKept(in, marker, at + 4, end)) {
        out.write(in, at, end - at);
      }
      at = end;
    }
  }

  private static boolean isKept(byte[] in, int marker, int from, int to) {
    return switch (marker) {
      case 0xe0 -> startsWith(in, from, to, "JFIF\0");
      case 0xe2 -> startsWith(in, from, to, "ICC_PROFILE\0");
      case 0xee -> startsWith(in, from, to, "Adobe"); // says how the colours are coded
      default -> marker < 0xe0 || marker > 0xef && marker != 0xfe; // no APPn, no comment
    };
  }

  private static int endOfScan(byte[] in, int from) {
    for (int at = from; at + 1 < in.length; at++) {
      if ((in[at] & 0xff) == 0xff) {
        int next = in[at + 1] & 0xff;
        boolean ofTheScan = next == 0 || next >= 0xd0 && next <= 0xd7 || next == 0xff;
        if (!ofTheScan) {
          return at;
        }
      }
    }
    throw broken("end");
  }

  /** Finds the rotation in the first directory of a TIFF structure, whatever else is in there. */
  private static OptionalInt orientation(byte[] tiff) {
    if (tiff.length < 8) {
      return OptionalInt.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(tiff);
    if (tiff[0] == 'I' && tiff[1] == 'I') {
      in.order(ByteOrder.LITTLE_ENDIAN);
    } else if (tiff[0] != 'M' || tiff[1] != 'M') {
      return OptionalInt.empty();
    }
    long directory = in.getInt(4) & 0xffffffffL;
    if (in.getShort(2) != 42 || directory + 2 > tiff.length) {
      return OptionalInt.empty();
    }
    int entries = in.getShort((int) directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > tiff.length) {
        return OptionalInt.empty();
      }
      int at = (int) entry;
      if ((in.getShort(at) & 0xffff) == EXIF_ORIENTATION) {
        int value = in.getShort(at + 8) & 0xffff;
        return value >= 1 && value <= 8 ? OptionalInt.of(value) : OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /** An Exif segment that says the rotation and nothing else. */
  private static byte[] exifWith(int orientation) {
    ByteBuffer out = ByteBuffer.allocate(36);
    out.putShort((short) 0xffe1).putShort((short) 34);
    out.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(8);
    out.putShort((short) 1);
    out.putShort((short) EXIF_ORIENTATION).putShort((short) 3).putInt(1);
    out.putShort((short) orientation).putShort((short) 0);
    out.putInt(0); // no further directory
    return out.array();
  }

  private static byte[] webp(byte[] in) {
    ByteBuffer buffer = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN);
    long end = (buffer.getInt(4) & 0xffffffffL) + 8;
    if (end > in.length) {
      throw broken("end");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    out.write(in, 0, 12);
    int at = 12;
    boolean pixels = false;
    while (at < end) {
      if (end - at < 8) {
        throw broken("end");
      }
      String name = ascii(in, at);
      long length = buffer.getInt(at + 4) & 0xffffffffL;
      if (length > end - at - 8) {
        throw broken("chunk's length");
      }
      // a chunk of odd length is padded; some writers leave the last one bare
      int whole = (int) Math.min(8 + length + (length & 1), end - at);
      if (WEBP_KEPT.contains(name)) {
        byte[] chunk = Arrays.copyOfRange(in, at, at + whole + (whole & 1));
        if (name.equals("VP8X")) {
          if (length < 10) {
            throw broken("chunk's length");
          }
          chunk[8] &= ~0x0c; // neither EXIF nor XMP any more
        }
        out.writeBytes(chunk);
        pixels |= name.equals("VP8 ") || name.equals("VP8L") || name.equals("ANMF");
      }
      at += whole;
    }
    if (!pixels) {
      throw broken("pixels");
    }
    byte[] clean = out.toByteArray();
    ByteBuffer.wrap(clean).order(ByteOrder.LITTLE_ENDIAN).putInt(4, clean.length - 8);
    return clean;
  }

  private static boolean startsWith(byte[] in, int from, int to, String prefix) {
    byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
    return to - from >= start.length
        && Arrays.equals(in, from, from + start.length, start, 0, start.length);
  }

  private static String ascii(byte[] in, int at) {
    return new String(in, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static StoreException broken(String what) {
    return new StoreException(
        StoreException.Kind.REJECTED, "not a whole PNG, JPEG or WebP: its " + what + " is wrong");
  }
}
