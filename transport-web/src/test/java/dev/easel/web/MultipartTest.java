package dev.easel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartTest {
  private static final String TYPE = "multipart/form-data; boundary=\"--b--\"";

  @Test
  void anyBytesComeThroughInReadsOfAnySize() throws IOException {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 10, 32_760, 32_768, 32_775, 200_000}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      // what looks like the beginning of a boundary must not end anything
      for (int at = 0; at + 40 < size; at += 997) {
        byte[] like = "\r\n----b-\r\n----b\r\n--\r\r\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(like, 0, content, at, like.length);
      }
      byte[] body = body(content);
      for (int most : new int[] {1, 7, 1_000_000}) {
        if (most == 1 && size > 40_000) {
          continue;
        }
        Multipart parts = Multipart.of(dribbling(body, most), TYPE);
        Multipart.Part first = parts.next().orElseThrow();
        assertThat(first.name()).isEqualTo("image");
        assertThat(first.fileName()).contains("ключ.png");
        assertThat(first.content().readAllBytes()).as("%d by %d", size, most).isEqualTo(content);
        Multipart.Part second = parts.next().orElseThrow();
        assertThat(second.fileName()).isEmpty();
        assertThat(second.content().readAllBytes()).isEqualTo(new byte[] {'h', 'i'});
        assertThat(parts.next()).isEmpty();
        assertThat(parts.next()).isEmpty();
      }
    }
  }

  @Test
  void partThatIsNotReadIsSkipped() throws IOException {
    Multipart parts = Multipart.of(new ByteArrayInputStream(body(new byte[100_000])), TYPE);
    parts.next();

    assertThat(parts.next().orElseThrow().name()).isEqualTo("text");
  }

  @Test
  void bodyThatIsCutOffAnywhereIsMalformed() {
    byte[] body = body(new byte[50]);
    for (int length = 0; length < body.length - 2; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThatThrownBy(
              () -> {
                Multipart parts = Multipart.of(new ByteArrayInputStream(cut), TYPE);
                while (parts.next().isPresent()) {}
              })
          .as("%d of %d", length, body.length)
          .isInstanceOf(Problem.class);
    }
  }

  @Test
  void endlessHeadersAreMalformed() {
    String endless = "----b--\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
    InputStream in = new ByteArrayInputStream(endless.getBytes(StandardCharsets.US_ASCII));

    assertThatThrownBy(() -> Multipart.of(in, TYPE).next()).isInstanceOf(Problem.class);
  }

  private static byte[] body(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(
        out,
        "----b--\r\nContent-Disposition: form-data; name=\"image\"; filename=\"ключ.png\"\r\n"
            + "Content-Type: image/png\r\n\r\n");
    out.writeBytes(content);
    write(out, "\r\n----b--\r\ncontent-disposition: form-data; name=text\r\n\r\nhi");
    write(out, "\r\n----b----\r\n");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream dribbling(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, most));
      }
    };
  }
}
