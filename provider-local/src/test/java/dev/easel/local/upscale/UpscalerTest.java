package dev.easel.local.upscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.local.filter.Raster;
import dev.easel.testkit.TestPictures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpscalerTest {
  private final Upscaler upscaler = new Upscaler(2);

  @AfterEach
  void close() {
    upscaler.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2, sample-x2.png, 0",
    "3, sample-x3-from-96.png, 96",
    "4, sample-x4-from-96.png, 96"
  })
  void givesWhatThePackagePublishes(int factor, String published, int from) throws Exception {
    Raster sample = picture("sample.png");
    Raster expected = picture(published);
    Raster large = upscaler.upscale(sample, factor, f -> {});
    assertThat(large.width()).isEqualTo(sample.width() * factor);
    int worst = 0;
    for (int y = 0; y < expected.height(); y++) {
      for (int x = 0; x < expected.width(); x++) {
        int ours = large.argb()[(y + from) * large.width() + x + from];
        worst = Math.max(worst, difference(ours, expected.argb()[y * expected.width() + x]));
      }
    }
    assertThat(worst).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void givesWhatThePlainNetworkComputes(int factor) throws Exception {
    Raster in = part(picture("sample.png"), 31, 23);
    float[] plain =
        PlainNetwork.upscale(
            factor, bytes("esrgan-slim-x" + factor + ".bin"), in.argb(), in.width(), in.height());
    int[] ours = upscaler.upscale(in, factor, f -> {}).argb();
    for (int i = 0; i < ours.length; i++) {
      for (int k = 0; k < 3; k++) {
        double expected = Math.max(0, Math.min(255, plain[3 * i + k]));
        assertThat(ours[i] >> 16 - 8 * k & 0xff)
            .isBetween((int) Math.floor(expected - 0.51), (int) Math.ceil(expected + 0.51));
      }
    }
  }

  @Test
  void tilesGiveTheWholeBitForBit() {
    Raster in = part(picture("sample.png"), 100, 90);
    Network net = Network.load(2);
    int[] whole = compute(net, in, List.of(new TileWorker.Tile(0, 0, 100, 90)));
    List<TileWorker.Tile> tiles = new ArrayList<>();
    for (int y = 0; y < 90; y += 30) {
      for (int x = 0; x < 100; x += 20) {
        tiles.add(new TileWorker.Tile(x, y, 20, 30));
      }
    }
    assertThat(compute(net, in, tiles)).isEqualTo(whole);
    List<TileWorker.Tile> odd =
        List.of(
            new TileWorker.Tile(0, 0, 100, 7),
            new TileWorker.Tile(0, 7, 33, 83),
            new TileWorker.Tile(33, 7, 67, 83));
    assertThat(compute(net, in, odd)).isEqualTo(whole);
  }

  @Test
  void threadsMakeNoDifference() throws Exception {
    Raster in = part(picture("sample.png"), 128, 128);
    int[] two = upscaler.upscale(in, 2, f -> {}).argb();
    try (Upscaler alone = new Upscaler(1);
        Upscaler three = new Upscaler(3)) {
      assertThat(alone.upscale(in, 2, f -> {}).argb()).isEqualTo(two);
      assertThat(three.upscale(in, 2, f -> {}).argb()).isEqualTo(two);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 40", "40, 1", "3, 2", "257, 3"})
  void smallAndNarrowPicturesWork(int width, int height) throws Exception {
    Raster in = Raster.of(TestPictures.decode(TestPictures.photo(width, height)));
    Raster out = upscaler.upscale(in, 3, f -> {});
    assertThat(out.width()).isEqualTo(3 * width);
    assertThat(out.height()).isEqualTo(3 * height);
  }

  @Test
  void greyStaysGreyAndOpacityStays() throws Exception {
    int[] pixels = new int[40 * 30];
    for (int i = 0; i < pixels.length; i++) {
      int v = i * 7 % 256;
      pixels[i] = (i % 40 < 20 ? 0 : 0xff) << 24 | v << 16 | v << 8 | v;
    }
    Raster out = upscaler.upscale(new Raster(40, 30, pixels), 2, f -> {});
    for (int i = 0; i < out.argb().length; i++) {
      int p = out.argb()[i];
      assertThat(p & 0xff).isEqualTo(p >> 8 & 0xff).isEqualTo(p >> 16 & 0xff);
      int x = i % 80;
      if (x < 30) {
        assertThat(p >>> 24).isZero();
      } else if (x > 50) {
        assertThat(p >>> 24).isEqualTo(255);
      }
    }
  }

  @Test
  void blackBeneathTransparencyDoesNotDarkenTheEdge() throws Exception {
    int[] even = new int[40 * 30];
    int[] half = new int[40 * 30];
    Arrays.fill(even, 0xffe0c080);
    Arrays.setAll(half, i -> i % 40 < 20 ? 0 : 0xffe0c080);
    int[] expected = upscaler.upscale(new Raster(40, 30, even), 2, f -> {}).argb();
    int[] seen = upscaler.upscale(new Raster(40, 30, half), 2, f -> {}).argb();
    for (int i = 0; i < seen.length; i++) {
      if (seen[i] >>> 24 != 0) {
        assertThat(seen[i] & 0xffffff).isEqualTo(expected[i] & 0xffffff);
      }
    }
  }

  @Test
  void progressGrowsAndEndsAtOne() throws Exception {
    List<Double> seen = new ArrayList<>();
    upscaler.upscale(part(picture("sample.png"), 128, 128), 2, seen::add);
    assertThat(seen).isSorted().allMatch(f -> f >= 0 && f <= 1);
    assertThat(seen.get(seen.size() - 1)).isEqualTo(1.0);
  }

  @Test
  void watcherStopsTheWorkAndTheThreadsAreFreeForOthers() throws Exception {
    try (Upscaler alone = new Upscaler(1)) {
      Raster large = new Raster(1024, 1024, new int[1024 * 1024]);
      AtomicReference<Double> last = new AtomicReference<>();
      assertThatThrownBy(
              () ->
                  alone.upscale(
                      large,
                      4,
                      f -> {
                        last.set(f);
                        if (f > 0) {
                          throw new IllegalStateException("cancelled");
                        }
                      }))
          .hasMessage("cancelled");
      assertThat(last.get()).as("the work had begun and was far from done").isBetween(1e-9, 0.5);
      Raster small = part(picture("sample.png"), 16, 16);
      assertThat(alone.upscale(small, 2, f -> {}).argb())
          .isEqualTo(upscaler.upscale(small, 2, f -> {}).argb());
    }
  }

  @Test
  void tileOfAStoppedUpscaleIsLeftAtOnce() throws Exception {
    Upscale upscale = new Upscale(Network.load(2), new int[256 * 224], 256, 224, 2);
    int tiles = upscale.tiles();
    upscale.stop();
    while (upscale.hasTiles()) {
      upscale.compute(new TileWorker(), upscale.takeTile());
    }
    assertThat(tiles).isGreaterThan(1);
    assertThat(upscale.await(0)).as("nothing is under way").isTrue();
    assertThat(upscale.fraction()).as("nothing was computed").isZero();
  }

  @Test
  void workAsksInEveryChunkOfEveryLayerWhetherToStop() {
    Network net = Network.load(2);
    TileWorker.Tile tile = new TileWorker.Tile(0, 0, 256, 112);
    int[] rgb = new int[256 * 112];
    AtomicInteger asked = new AtomicInteger();
    new TileWorker()
        .compute(
            net, rgb, 256, 112, tile, new int[4 * rgb.length], asked::incrementAndGet, d -> {});
    // the work between two questions: a chunk, of two rows at most, of one of the twelve layers
    assertThat(asked.get()).isGreaterThanOrEqualTo(12 * rgb.length / (2 * Product.CHUNK));
  }

  @Test
  void tilesOfTwoPicturesTakeTurns() {
    Turns turns = new Turns();
    Network net = Network.load(2);
    Upscale large = new Upscale(net, new int[1024 * 512], 1024, 512, 2);
    Upscale small = new Upscale(net, new int[256 * 192], 256, 192, 2);
    int tiles = small.tiles();
    turns.join(large);
    turns.join(small);
    List<Upscale> order = new ArrayList<>();
    for (int i = 0; i < 2 * tiles; i++) {
      order.add(turns.next().orElseThrow().upscale());
    }
    assertThat(order.stream().filter(u -> u == small).count()).isEqualTo(tiles);
    assertThat(order.subList(0, 4)).containsExactly(large, small, large, small);
    turns.leave(large);
    assertThat(turns.next()).isEmpty();
  }

  @Test
  void smallUpscaleIsDoneWhileALargeOneRuns() throws Exception {
    Raster large = new Raster(1024, 1024, new int[1024 * 1024]);
    CountDownLatch begun = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Upscaler alone = new Upscaler(1)) {
      Future<Raster> running =
          thread.submit(
              () ->
                  alone.upscale(
                      large,
                      4,
                      f -> {
                        if (f > 0) {
                          begun.countDown();
                        }
                      }));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      alone.upscale(new Raster(64, 64, new int[64 * 64]), 2, f -> {});
      assertThat(running).as("the large one, first in line").isNotDone();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void tooLargeAPictureIsRefused() {
    Raster in = new Raster(1025, 1024, new int[1025 * 1024]);
    assertThatThrownBy(() -> upscaler.upscale(in, 2, f -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedUpscalerSaysSo() {
    upscaler.close();
    assertThatThrownBy(() -> upscaler.upscale(new Raster(4, 4, new int[16]), 2, f -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void weightsAreThoseOfTheNotice() throws Exception {
    String notice = new String(bytes("NOTICE-esrgan-slim.txt"), StandardCharsets.UTF_8);
    for (int factor = 2; factor <= 4; factor++) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(bytes("esrgan-slim-x" + factor + ".bin"));
      assertThat(notice).contains("x" + factor + "  " + HexFormat.of().formatHex(hash));
    }
  }

  private static int[] compute(Network net, Raster in, List<TileWorker.Tile> tiles) {
    int[] out = new int[in.argb().length * 4];
    TileWorker worker = new TileWorker();
    for (TileWorker.Tile tile : tiles) {
      worker.compute(net, in.argb(), in.width(), in.height(), tile, out, () -> {}, done -> {});
    }
    return out;
  }

  private static Raster part(Raster of, int width, int height) {
    int[] pixels = new int[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = of.argb()[i / width * of.width() + i % width];
    }
    return new Raster(width, height, pixels);
  }

  private static int difference(int a, int b) {
    int worst = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      worst = Math.max(worst, Math.abs((a >>> shift & 0xff) - (b >>> shift & 0xff)));
    }
    return worst;
  }

  private static Raster picture(String name) {
    return Raster.of(TestPictures.decode(bytes(name)));
  }

  private static byte[] bytes(String name) {
    try (InputStream in = UpscalerTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
