package dev.easel.local.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SketchTest {
  @ParameterizedTest
  @CsvSource({
    "a lighthouse by the sea, SEA",
    "Маяк у моря, SEA",
    "snowy mountains, MOUNTAINS",
    "зимние горы, MOUNTAINS",
    "город ночью, CITY",
    "a foggy forest, FOREST",
    "сакура весной, TREE",
    "космический корабль-ракета среди звёзд и планет, SPACE",
    "stained glass, GLASS",
    "a snowflake mandala, MANDALA",
    "дюны в пустыне, DUNES",
    "a meadow of flowers, GARDEN",
    "origami, LOW_POLY"
  })
  void wordsChooseTheScene(String prompt, Style style) {
    Set<Style> seen = EnumSet.noneOf(Style.class);
    for (int seed = 0; seed < 30; seed++) {
      seen.add(new Sketch(prompt, Optional.empty(), seed, 64, 64).chosenStyle());
    }
    assertThat(seen).contains(style).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void seedChoosesWhereWordsDoNot() {
    Set<Style> seen = EnumSet.noneOf(Style.class);
    for (int seed = 0; seed < 400; seed++) {
      seen.add(new Sketch("qwerty", Optional.empty(), seed, 64, 64).chosenStyle());
    }
    assertThat(seen).containsAll(EnumSet.allOf(Style.class));
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void sameSketchIsTheSameToTheLastPixelAndAnotherSeedIsNot(Style style) throws Exception {
    assertThat(pixels(draw("test", style, 3, 96, 64)))
        .isEqualTo(pixels(draw("test", style, 3, 96, 64)));
    assertThat(pixels(draw("test", style, 3, 96, 64)))
        .isNotEqualTo(pixels(draw("test", style, 4, 96, 64)));
    assertThat(pixels(draw("test", style, 3, 96, 64)))
        .isNotEqualTo(pixels(draw("rest", style, 3, 96, 64)));
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void sizeChangesTheDetailNotTheSubject(Style style) throws Exception {
    int[] small = shrink(draw("test", style, 5, 128, 128));
    int[] large = shrink(draw("test", style, 5, 256, 256));
    assertThat(difference(small, large)).isLessThan(18);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void everyStyleFillsThePictureWithManyShades(Style style) throws Exception {
    BufferedImage image = draw("test", style, 11, 200, 120);
    assertThat(Arrays.stream(pixels(image)).distinct().count()).isGreaterThan(1000);
  }

  @Test
  void stylesDifferVisibly() throws Exception {
    List<int[]> all = new ArrayList<>();
    for (Style style : Style.values()) {
      all.add(shrink(draw("purple", style, 2, 128, 128)));
    }
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(difference(all.get(i), all.get(j)))
            .as(Style.values()[i] + " and " + Style.values()[j])
            .isGreaterThan(14);
      }
    }
  }

  @Test
  void colourWordsChangeTheColours() throws Exception {
    double[] red = mean(draw("red mountains", Style.MOUNTAINS, 1, 96, 96));
    double[] blue = mean(draw("синие горы", Style.MOUNTAINS, 1, 96, 96));
    double[] night = mean(draw("mountains at night", Style.MOUNTAINS, 1, 96, 96));
    double[] pastel = mean(draw("pastel mountains", Style.MOUNTAINS, 1, 96, 96));
    assertThat(red[0]).isGreaterThan(red[2] + 20);
    assertThat(blue[2]).isGreaterThan(blue[0] + 20);
    assertThat(night[1]).isLessThan(pastel[1] - 60);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void progressGrowsToTheEndInManySteps(Style style) throws Exception {
    List<Double> seen = new ArrayList<>();
    new Sketch("test", Optional.of(style), 1, 64, 96).draw((fraction, soFar) -> seen.add(fraction));
    assertThat(seen).isSorted().hasSizeGreaterThan(20);
    assertThat(seen.get(seen.size() - 1)).isEqualTo(1.0);
  }

  private static BufferedImage draw(String prompt, Style style, long seed, int width, int height)
      throws InterruptedException {
    return new Sketch(prompt, Optional.of(style), seed, width, height).draw((f, soFar) -> {});
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /** To 16 x 16 means. */
  static int[] shrink(BufferedImage image) {
    int[] out = new int[16 * 16 * 3];
    int cell = image.getWidth() / 16;
    for (int i = 0; i < 256; i++) {
      for (int k = 0; k < cell * cell; k++) {
        int rgb = image.getRGB(i % 16 * cell + k % cell, i / 16 * cell + k / cell);
        out[3 * i] += rgb >> 16 & 0xff;
        out[3 * i + 1] += rgb >> 8 & 0xff;
        out[3 * i + 2] += rgb & 0xff;
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= cell * cell;
    }
    return out;
  }

  private static double difference(int[] a, int[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum / a.length;
  }

  private static double[] mean(BufferedImage image) {
    double[] out = new double[3];
    for (int p : pixels(image)) {
      out[0] += p >> 16 & 0xff;
      out[1] += p >> 8 & 0xff;
      out[2] += p & 0xff;
    }
    int count = image.getWidth() * image.getHeight();
    return new double[] {out[0] / count, out[1] / count, out[2] / count};
  }
}
