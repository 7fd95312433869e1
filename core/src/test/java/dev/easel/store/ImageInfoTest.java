package dev.easel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageInfoTest {
  private static byte[] written(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(37, 21, BufferedImage.TYPE_INT_RGB), format, out);
    return out.toByteArray();
  }

  private static byte[] riff(String chunk, byte[] body) {
    ByteBuffer out =
        ByteBuffer.allocate(20 + Math.max(body.length, 10)).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + body.length);
    out.put("WEBP".getBytes(StandardCharsets.US_ASCII))
        .put(chunk.getBytes(StandardCharsets.US_ASCII));
    return out.putInt(body.length).put(body).array();
  }

  @Test
  void readsWhatTheJdkWrites() throws IOException {
    assertThat(ImageInfo.read(written("png"))).contains(new ImageInfo(MediaType.PNG, 37, 21));
    assertThat(ImageInfo.read(written("jpg"))).contains(new ImageInfo(MediaType.JPEG, 37, 21));
    assertThat(ImageInfo.read(written("gif"))).contains(new ImageInfo(MediaType.GIF, 37, 21));
  }

  @Test
  void readsTheThreeKindsOfWebP() {
    byte[] extended = {0, 0, 0, 0, 36, 0, 0, 20, 0, 0};
    assertThat(ImageInfo.read(riff("VP8X", extended)))
        .contains(new ImageInfo(MediaType.WEBP, 37, 21));
    byte[] lossy = {0, 0, 0, (byte) 0x9d, 1, 0x2a, 37, 0, 21, 0};
    assertThat(ImageInfo.read(riff("VP8 ", lossy))).contains(new ImageInfo(MediaType.WEBP, 37, 21));
    int bits = 36 | 20 << 14;
    byte[] lossless = {
      0x2f, (byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)
    };
    assertThat(ImageInfo.read(riff("VP8L", lossless)))
        .contains(new ImageInfo(MediaType.WEBP, 37, 21));
  }

  @Test
  void readsAvif() {
    byte[] avif = new byte[64];
    System.arraycopy("ftypavif".getBytes(StandardCharsets.US_ASCII), 0, avif, 4, 8);
    System.arraycopy("ispe".getBytes(StandardCharsets.US_ASCII), 0, avif, 40, 4);
    ByteBuffer.wrap(avif).putInt(48, 37).putInt(52, 21);
    assertThat(ImageInfo.read(avif)).contains(new ImageInfo(MediaType.AVIF, 37, 21));
  }

  @Test
  void whatIsNoPictureIsNone() throws IOException {
    assertThat(ImageInfo.read(new byte[0])).isEmpty();
    assertThat(ImageInfo.read("<html>".getBytes(StandardCharsets.UTF_8))).isEmpty();
    byte[] zero = written("png");
    Arrays.fill(zero, 16, 20, (byte) 0);
    assertThat(ImageInfo.read(zero)).as("no width").isEmpty();
  }

  @Test
  void noCutAndNoNoiseBreaksIt() throws IOException {
    Random random = new Random(1);
    for (String format : new String[] {"png", "jpg", "gif"}) {
      byte[] whole = written(format);
      for (int length = 0; length < whole.length; length++) {
        ImageInfo.read(Arrays.copyOf(whole, length));
      }
      for (int i = 0; i < 2000; i++) {
        byte[] noisy = whole.clone();
        for (int k = 0; k < 5; k++) {
          noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
        }
        ImageInfo.read(noisy);
      }
    }
  }
}
