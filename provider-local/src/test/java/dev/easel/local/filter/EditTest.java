package dev.easel.local.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.testkit.TestPictures;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EditTest {
  private static final Raster PHOTO = Raster.of(TestPictures.decode(TestPictures.photo(60, 40)));

  @Test
  void readsWordsInTheirOrderInBothLanguages() {
    assertThat(Edit.of("Blur it, then sepia please", 1).names()).containsExactly("blur", "sepia");
    assertThat(Edit.of("сделай чёрно-белым и размой", 1).names())
        .containsExactly("greyscale", "blur");
    assertThat(Edit.of("turn it blue", 1).names()).containsExactly("blue");
    assertThat(Edit.of("rotate left", 1).names()).containsExactly("rotate 90 left");
    assertThat(Edit.of("flip it upside down", 1).names()).containsExactly("flip");
    assertThat(Edit.of("make it night", 1).names()).containsExactly("night");
    assertThat(Edit.of("a tired hundred", 1).guessed()).as("no 'red' within words").isTrue();
  }

  @Test
  void unknownWordsRecolourByTheSeed() throws Exception {
    assertThat(Edit.of("a hat", 1).guessed()).isTrue();
    assertThat(apply("a hat", 1)).isEqualTo(apply("a hat", 1));
    assertThat(apply("a hat", 1)).isNotEqualTo(apply("a hat", 2));
  }

  @Test
  void greyHasNoColour() throws Exception {
    for (int p : apply("grey", 1)) {
      assertThat(p & 0xff).isEqualTo(p >> 8 & 0xff).isEqualTo(p >> 16 & 0xff);
    }
  }

  @Test
  void invertAndMirrorAndFlipTwiceIsTheOriginal() throws Exception {
    for (String word : new String[] {"invert", "mirror", "upside down", "rotate 180"}) {
      Edit edit = Edit.of(word, 1);
      Raster once = edit.apply(PHOTO, f -> {});
      assertThat(once.argb()).as(word).isNotEqualTo(PHOTO.argb());
      assertThat(edit.apply(once, f -> {}).argb()).as(word).isEqualTo(PHOTO.argb());
    }
  }

  @Test
  void fourQuarterTurnsAreTheOriginal() throws Exception {
    Edit edit = Edit.of("rotate", 1);
    Raster turned = edit.apply(PHOTO, f -> {});
    assertThat(turned.width()).isEqualTo(40);
    assertThat(turned.at(39, 0)).as("clockwise").isEqualTo(PHOTO.at(0, 0));
    for (int i = 0; i < 3; i++) {
      turned = edit.apply(turned, f -> {});
    }
    assertThat(turned.argb()).isEqualTo(PHOTO.argb());
  }

  @Test
  void blurKeepsTheMeanAndLowersTheEdges() throws Exception {
    int[] soft = apply("blur", 1);
    assertThat(edges(soft)).isLessThan(edges(PHOTO.argb()) * 0.8);
    assertThat(mean(soft)).isBetween(mean(PHOTO.argb()) - 2, mean(PHOTO.argb()) + 2);
    assertThat(edges(apply("sharpen", 1))).isGreaterThan(edges(PHOTO.argb()));
  }

  @Test
  void nightIsDarkerAndBrightIsBrighter() throws Exception {
    assertThat(mean(apply("night", 1))).isLessThan(mean(PHOTO.argb()) * 0.6);
    assertThat(mean(apply("brighter", 1))).isGreaterThan(mean(PHOTO.argb()) + 5);
    assertThat(mean(apply("darker", 1))).isLessThan(mean(PHOTO.argb()) - 5);
  }

  @Test
  void coloursAreWhatTheySay() throws Exception {
    assertThat(strongest(apply("red", 1))).isEqualTo(2);
    assertThat(strongest(apply("green", 1))).isEqualTo(1);
    assertThat(strongest(apply("синим", 1))).isEqualTo(0);
  }

  @Test
  void everyStepWorksOnASinglePixelAndKeepsOpacity() throws Exception {
    Raster dot = new Raster(1, 1, new int[] {0x40c08040});
    for (String word : Edit.UNDERSTOOD.replace("or a colour such as ", "").split(", ")) {
      Raster out = Edit.of(word, 1).apply(dot, f -> {});
      assertThat(Edit.of(word, 1).guessed()).as(word).isFalse();
      assertThat(out.argb()[0] >>> 24).as(word).isEqualTo(0x40);
    }
  }

  @Test
  void progressNeverFalls() throws Exception {
    double[] last = {0};
    Edit.of("blur, sharpen, sepia", 1)
        .apply(
            PHOTO,
            f -> {
              assertThat(f).isBetween(last[0], 1.0);
              last[0] = f;
            });
    assertThat(last[0]).isEqualTo(1.0);
  }

  @Test
  void blendWithoutMaskOrStrengthIsOneOrTheOther() {
    Raster black = new Raster(2, 1, new int[] {0xff000000, 0xff000000});
    Raster white = new Raster(2, 1, new int[] {0xffffffff, 0xffffffff});
    assertThat(Edit.blend(black, white, Optional.empty(), 1).argb()).isEqualTo(white.argb());
    assertThat(Edit.blend(black, white, Optional.empty(), 0).argb()).isEqualTo(black.argb());
  }

  private static int[] apply(String words, long seed) throws InterruptedException {
    return Edit.of(words, seed).apply(PHOTO, f -> {}).argb();
  }

  private static double mean(int[] argb) {
    return Arrays.stream(argb)
            .map(p -> (p >> 8 & 0xff) + (p & 0xff) + (p >> 16 & 0xff))
            .average()
            .orElseThrow()
        / 3;
  }

  private static double edges(int[] argb) {
    double sum = 0;
    for (int i = 1; i < argb.length; i++) {
      if (i % 60 != 0) {
        sum += Math.pow((argb[i] >> 8 & 0xff) - (argb[i - 1] >> 8 & 0xff), 2);
      }
    }
    return sum;
  }

  /** The byte of a pixel that is largest over all: 2 red, 1 green, 0 blue. */
  private static int strongest(int[] argb) {
    long[] sums = new long[3];
    for (int p : argb) {
      for (int k = 0; k < 3; k++) {
        sums[k] += p >> 8 * k & 0xff;
      }
    }
    return sums[2] >= sums[1] && sums[2] >= sums[0] ? 2 : sums[1] >= sums[0] ? 1 : 0;
  }
}
