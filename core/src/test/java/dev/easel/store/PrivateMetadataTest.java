package dev.easel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PrivateMetadataTest {
  private static final String PLACE = "GPS 52.5163 13.3777";

  @Test
  void pictureWithoutMetadataIsReturnedAsItIs() throws IOException {
    for (String format : new String[] {"png", "jpg"}) {
      byte[] plain = drawn(format);
      assertThat(PrivateMetadata.strip(plain)).as(format).isSameAs(plain);
    }
    byte[] webp = webp(false);
    assertThat(PrivateMetadata.strip(webp)).isSameAs(webp);
  }

  @Test
  void jpegLosesExifXmpIptcCommentsAndUnknownSegments() throws IOException {
    byte[] plain = drawn("jpg");
    byte[] withAll =
        insert(
            plain,
            2,
            segment(0xe1, exif(1)),
            segment(0xe1, bytes("http://ns.adobe.com/xap/1.0/\0" + PLACE)),
            segment(0xed, bytes("Photoshop 3.0\0" + PLACE)),
            segment(0xe7, bytes(PLACE)),
            segment(0xe2, bytes("MPF\0" + PLACE)),
            segment(0xfe, bytes(PLACE)));
    assertThat(text(withAll)).contains(PLACE);

    assertThat(PrivateMetadata.strip(withAll)).isEqualTo(plain);
  }

  @Test
  void jpegKeepsItsRotationAndNothingElseOfItsExif() throws IOException {
    byte[] plain = drawn("jpg");
    byte[] rotated = insert(plain, 2, segment(0xe1, exif(6)));

    byte[] clean = PrivateMetadata.strip(rotated);
    assertThat(text(clean)).doesNotContain(PLACE);
    // marker, length, "Exif\0\0", MM, 42, 8, one entry: 0x0112 SHORT 1 = 6
    assertThat(Arrays.copyOfRange(clean, 2, 38))
        .isEqualTo(
            new byte[] {
              (byte) 0xff,
              (byte) 0xe1,
              0,
              34,
              'E',
              'x',
              'i',
              'f',
              0,
              0,
              'M',
              'M',
              0,
              42,
              0,
              0,
              0,
              8,
              0,
              1,
              1,
              0x12,
              0,
              3,
              0,
              0,
              0,
              1,
              0,
              6,
              0,
              0,
              0,
              0,
              0,
              0
            });
    assertThat(Arrays.copyOfRange(clean, 38, clean.length))
        .isEqualTo(Arrays.copyOfRange(plain, 2, plain.length));
    assertThat(PrivateMetadata.strip(clean)).as("again").isEqualTo(clean);
    assertThat(ImageIO.read(new ByteArrayInputStream(clean)).getWidth()).isEqualTo(24);
  }

  @Test
  void jpegKeepsItsColourProfile() throws IOException {
    byte[] profiled = insert(drawn("jpg"), 2, segment(0xe2, bytes("ICC_PROFILE\0\1\1 a profile")));

    assertThat(PrivateMetadata.strip(profiled)).isEqualTo(profiled);
  }

  @Test
  void jpegLosesWhatStandsBehindItsEnd() throws IOException {
    byte[] plain = drawn("jpg");
    byte[] motionPhoto = insert(plain, plain.length, bytes("ftypmp42 " + PLACE));

    assertThat(PrivateMetadata.strip(motionPhoto)).isEqualTo(plain);
  }

  @Test
  void jpegThumbnailGoes() throws IOException {
    byte[] plain = drawn("jpg");
    assertThat(new String(plain, 6, 4, StandardCharsets.US_ASCII)).isEqualTo("JFIF");
    byte[] thumbnail = bytes("JFIF\0\1\2\0\0\1\0\1\1\1RGB");
    byte[] rest = Arrays.copyOfRange(plain, 20, plain.length);
    byte[] with = insert(rest, 0, new byte[] {(byte) 0xff, (byte) 0xd8}, segment(0xe0, thumbnail));

    byte[] clean = PrivateMetadata.strip(with);
    assertThat(clean).hasSize(with.length - 3);
    assertThat(text(clean)).doesNotContain("RGB");
    assertThat(ImageIO.read(new ByteArrayInputStream(clean)).getHeight()).isEqualTo(16);
  }

  @Test
  void pngLosesTextTimeExifAndUnknownChunks() throws IOException {
    byte[] plain = drawn("png");
    byte[] withAll =
        insert(
            plain,
            33,
            chunk("tEXt", bytes("Comment\0" + PLACE)),
            chunk("iTXt", bytes("XML:com.adobe.xmp\0\0\0\0\0" + PLACE)),
            chunk("zTXt", bytes("a\0\0" + PLACE)),
            chunk("eXIf", exif(6)),
            chunk("tIME", new byte[7]),
            chunk("prVt", bytes(PLACE)));

    assertThat(PrivateMetadata.strip(withAll)).isEqualTo(plain);
    assertThat(PrivateMetadata.strip(insert(plain, plain.length, bytes(PLACE)))).isEqualTo(plain);
  }

  @Test
  void pngKeepsWhatItIsDrawnWith() throws IOException {
    byte[] with = insert(drawn("png"), 33, chunk("gAMA", new byte[4]), chunk("pHYs", new byte[9]));

    assertThat(PrivateMetadata.strip(with)).isEqualTo(with);
  }

  @Test
  void webpLosesExifAndXmpAndSaysSo() {
    byte[] clean = PrivateMetadata.strip(webp(true));

    assertThat(clean).isEqualTo(webp(false));
    assertThat(clean[20]).as("flags").isEqualTo((byte) 0x10);
  }

  @Test
  void cutOffPicturesAreRefused() throws IOException {
    for (byte[] whole : new byte[][] {drawn("png"), drawn("jpg"), webp(false)}) {
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(StoreException.class)
            .as("%d of %d", length, whole.length)
            .isThrownBy(() -> PrivateMetadata.strip(cut))
            .matches(e -> e.kind() == StoreException.Kind.REJECTED);
      }
    }
  }

  @Test
  void hostileLengthsAreRefused() throws IOException {
    byte[] png = drawn("png");
    for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0x7ffffff4}) {
      byte[] wrong = insert(png, 33, chunk("tEXt", bytes("x")));
      ByteBuffer.wrap(wrong).putInt(33, length);
      assertThatThrownBy(() -> PrivateMetadata.strip(wrong)).isInstanceOf(StoreException.class);
    }
    byte[] webp = webp(true);
    for (int length : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] wrong = webp.clone();
      ByteBuffer.wrap(wrong).order(ByteOrder.LITTLE_ENDIAN).putInt(34, length);
      assertThatThrownBy(() -> PrivateMetadata.strip(wrong)).isInstanceOf(StoreException.class);
    }
    for (int length : new int[] {0, 1, 0xffff}) {
      byte[] wrong = insert(drawn("jpg"), 2, segment(0xfe, bytes("x")));
      ByteBuffer.wrap(wrong).putShort(4, (short) length);
      assertThatThrownBy(() -> PrivateMetadata.strip(wrong)).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void hostileExifCostsNothingButItself() throws IOException {
    byte[] plain = drawn("jpg");
    byte[] farDirectory = bytes("Exif\0\0MM\0*\u007f\u007f\u007f\u007f");
    byte[] manyEntries = bytes("Exif\0\0II*\0\10\0\0\0\u007f\u007f");
    byte[] cut = bytes("Exif\0\0II");
    for (byte[] exif : new byte[][] {farDirectory, manyEntries, cut}) {
      assertThat(PrivateMetadata.strip(insert(plain, 2, segment(0xe1, exif)))).isEqualTo(plain);
    }
  }

  @Test
  void damageNeverDoesMoreThanRefuse() throws IOException {
    Random random = new Random(7);
    for (byte[] whole :
        new byte[][] {drawn("png"), insert(drawn("jpg"), 2, segment(0xe1, exif(6))), webp(true)}) {
      for (int i = 0; i < 3000; i++) {
        byte[] damaged = whole.clone();
        for (int n = 0; n < 1 + i % 4; n++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(PrivateMetadata.strip(damaged)).hasSizeLessThanOrEqualTo(damaged.length + 1);
        } catch (StoreException e) {
          assertThat(e.kind()).isEqualTo(StoreException.Kind.REJECTED);
        }
      }
    }
  }

  @Test
  void otherKindsAreRefused() {
    assertThatThrownBy(() -> PrivateMetadata.strip(bytes("<svg xmlns='x'/>")))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> PrivateMetadata.strip(bytes("GIF89a\1\0\1\0")))
        .isInstanceOf(StoreException.class);
  }

  private static byte[] drawn(String format) throws IOException {
    BufferedImage image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 24; x++) {
      image.setRGB(x, x % 16, 0x3366cc);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  /** A WebP by its structure only: VP8X, pixels, and perhaps EXIF and XMP. */
  private static byte[] webp(boolean metadata) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] extended = new byte[10];
    extended[0] = (byte) (metadata ? 0x1c : 0x10);
    extended[4] = 23;
    extended[7] = 15;
    riff(out, "VP8X", extended);
    if (metadata) {
      riff(out, "XMP ", bytes("<x:xmpmeta>" + PLACE));
    }
    riff(out, "VP8L", new byte[] {0x2f, 23, (byte) 0xc0, 3, 0, 1});
    if (metadata) {
      riff(out, "EXIF", exif(6));
    }
    byte[] chunks = out.toByteArray();
    ByteBuffer whole = ByteBuffer.allocate(12 + chunks.length).order(ByteOrder.LITTLE_ENDIAN);
    whole.put(bytes("RIFF")).putInt(4 + chunks.length).put(bytes("WEBP")).put(chunks);
    return whole.array();
  }

  private static void riff(ByteArrayOutputStream out, String name, byte[] data) {
    out.writeBytes(bytes(name));
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(data.length).array());
    out.writeBytes(data);
    if (data.length % 2 == 1) {
      out.write(0);
    }
  }

  /** Little-endian, with a description before the orientation and a place behind it. */
  private static byte[] exif(int orientation) {
    ByteBuffer out = ByteBuffer.allocate(6 + 8 + 2 + 24 + 4 + PLACE.length());
    out.put(bytes("Exif\0\0II")).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) 42).putInt(8).putShort((short) 2);
    out.putShort((short) 0x010e).putShort((short) 2).putInt(PLACE.length()).putInt(38);
    out.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(orientation);
    out.putInt(0).put(bytes(PLACE));
    return out.array();
  }

  private static byte[] segment(int marker, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) (2 + data.length))
        .put(data)
        .array();
  }

  private static byte[] chunk(String name, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(bytes(name));
    crc.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(bytes(name))
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] insert(byte[] into, int at, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(into, 0, at);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    out.write(into, at, into.length - at);
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
