package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.testkit.TestRenderContext;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasksTest {
  private final Failures failures = new Failures("test");

  @Test
  void masksAndPreviewsNeedNoDisk(@TempDir Path folder) throws Exception {
    byte[] mask = TestPicture.mask(64, 48);
    byte[] large = TestPicture.png(1024, 768, 1);
    TestRenderContext context = new TestRenderContext();
    Path gone = Files.createDirectory(folder.resolve("gone"));
    ImageIO.setCacheDirectory(gone.toFile());
    try {
      Files.delete(gone); // as in a container that may write nowhere
      assertThat(Masks.transparentWhereWhite(mask, failures)).isNotEmpty();
      new Previews(context).show(large);
    } finally {
      ImageIO.setCacheDirectory(null);
    }
    assertThat(context.previews()).hasSize(1);
  }

  @Test
  void jpegThatIsMadeToTakeHoursIsRefused() {
    byte[] jpeg = TestPicture.jpeg(64, 48, 1);
    ByteArrayOutputStream film = new ByteArrayOutputStream();
    film.writeBytes(jpeg);
    for (int i = 0; i < 200; i++) {
      film.writeBytes(new byte[] {1, (byte) 0xff, (byte) 0xda, 7});
    }
    assertThat(Masks.transparentWhereWhite(film.toByteArray(), failures))
        .as("with a film behind it, as of a phone")
        .isNotEmpty();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < 200; i++) {
      bomb.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 2});
    }
    bomb.write(jpeg, jpeg.length - 2, 2);
    ProviderException e =
        catchThrowableOfType(
            ProviderException.class,
            () -> Masks.transparentWhereWhite(bomb.toByteArray(), failures));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e).hasRootCauseMessage("more than 100 scans");
  }
}
