package dev.easel.local.upscale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.local.filter.Raster;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LanczosTest {
  @Test
  void evenColourStaysEven() throws Exception {
    int[] pixels = new int[20 * 10];
    Arrays.fill(pixels, 0x80336699);
    Raster out = Lanczos.upscale(new Raster(20, 10, pixels), 3, f -> {});
    assertThat(out.width()).isEqualTo(60);
    assertThat(out.argb()).containsOnly(0x80336699);
  }

  @Test
  void blackBeneathTransparencyDoesNotDarkenTheEdge() throws Exception {
    int[] pixels = new int[20 * 10];
    Arrays.setAll(pixels, i -> i % 20 < 10 ? 0 : 0xff336699);
    for (int pixel : Lanczos.upscale(new Raster(20, 10, pixels), 2, f -> {}).argb()) {
      if (pixel >>> 24 != 0) {
        assertThat(pixel & 0xffffff).isEqualTo(0x336699);
      }
    }
  }

  @Test
  void slopeStaysASlope() throws Exception {
    int[] pixels = new int[32 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 0xff000000 | i % 32 * 8 << 8;
    }
    Raster out = Lanczos.upscale(new Raster(32, 4, pixels), 2, f -> {});
    for (int x = 8; x < 56; x++) {
      double expected = (x + 0.5) / 2 * 8 - 4;
      assertThat((out.argb()[64 * 3 + x] >> 8 & 0xff))
          .isBetween((int) expected - 1, (int) expected + 2);
    }
  }
}
