package dev.easel.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.local.sketch.Style;
import dev.easel.testkit.TestPictures;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static final byte[] PNG = TestPictures.png(20, 10, 0x336699);
  private static final Parameters SOME =
      new Parameters("Закат над морем\nSeed: 1, not the end", Style.SEA, -77, 20, 10);

  @Test
  void areReadAsTheyWereWritten() {
    byte[] with = SOME.writeInto(PNG);
    assertThat(Parameters.readFrom(with)).contains(SOME);
    assertThat(TestPictures.pixels(with)).isEqualTo(TestPictures.pixels(PNG));
  }

  @Test
  void areReadWhereverTheyWereWritten() {
    Locale usual = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Parameters.readFrom(SOME.writeInto(PNG))).contains(SOME);
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void otherPicturesHaveNone() {
    assertThat(Parameters.readFrom(PNG)).isEmpty();
    assertThat(Parameters.readFrom(new byte[3])).isEmpty();
  }

  @Test
  void brokenPicturesHaveNoneOrTheTrueOnes() {
    byte[] with = SOME.writeInto(PNG);
    for (int length = 0; length < with.length; length++) {
      Parameters.readFrom(Arrays.copyOf(with, length))
          .ifPresent(p -> assertThat(p).isEqualTo(SOME));
    }
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) { // whatever the bytes, no exception
      byte[] changed = with.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      assertThat(Parameters.readFrom(changed)).isNotNull();
    }
  }
}
