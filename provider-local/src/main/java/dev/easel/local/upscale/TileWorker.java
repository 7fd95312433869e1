package dev.easel.local.upscale;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Computes tiles, one after another, in memory that it keeps. For one thread. */
final class TileWorker {
  /** The area to compute, in pixels of the input. */
  record Tile(int left, int top, int width, int height) {}

  private static final float[][] NOTHING = {};
  private final float[][][] memory = new float[5][64][];

  /**
   * Computes one tile.
   *
   * @param rgb of the whole input
   * @param out of the whole output, as {@code 0xRRGGBB}; only this tile's pixels are written
   * @param stop throws to end the work
   * @param done told of the multiplications done
   */
  void compute(
      Network net,
      int[] rgb,
      int width,
      int height,
      Tile tile,
      int[] out,
      Convolution.Stop stop,
      LongConsumer done) {
    // what each step needs of the step before, from the last to the first
    Rows last = new Rows(tile.top(), tile.top() + tile.height());
    Rows up3 = rows(net.up3, last.more(1), height);
    Rows up2 = rows(net.up2, up3.more(1), height);
    Rows up1 = rows(net.up1, up2.more(1), height);
    Rows global2 = rows(net.global2, up1.more(2), height);
    Rows local2 = global2.more(1).within(height);
    Rows local1 = local2.more(1).within(height);
    Rows shallow2 = rows(net.shallow2, local1.more(1), height);
    Rows shallow1 = shallow2.more(1).within(height);
    Rows input =
        shallow1.more(1).pairs().within(height); // pairs begin at the same rows in any tile
    int left = Math.max(0, tile.left() - Network.REACH);
    int right = Math.min(width, tile.left() + tile.width() + Network.REACH);
    Area area =
        new Area(
            input.from(),
            right - left,
            input.to() - input.from(),
            new Convolution(Math.max(64, 3 * net.factor * net.factor), stop),
            new PairConvolution(64, stop),
            layer -> done.accept(layer.work() * tile.width() * tile.height()));

    Planes picture = area.planes(3, memory[4]);
    load(rgb, width, left, input.from(), picture);
    Planes a = area.planes(64, memory[0]);
    area.apply(net.shallow1, picture, NOTHING, a, shallow1);
    Planes b = area.planes(64, memory[1]);
    area.apply(net.shallow2, a, NOTHING, b, shallow2);
    Planes grown = area.planes(4, memory[4]);
    area.apply(net.dense1, b, NOTHING, grown, local1);
    Planes c = area.planes(64, memory[2]);
    area.apply(net.fuse1, b.and(grown), b.data, c, local1);
    grown = area.planes(4, memory[4]);
    area.apply(net.dense2, c, NOTHING, grown, local2);
    Planes d = area.planes(64, memory[3]);
    area.apply(net.fuse2, c.and(grown), c.data, d, local2);
    b = area.planes(64, memory[1]);
    area.apply(net.global1, c.and(d), NOTHING, b, local2);
    c = area.planes(64, memory[2]);
    area.apply(net.global2, b, a.data, c, global2);
    a = area.planes(64, memory[0]);
    area.apply(net.up1, c, NOTHING, a, up1);
    b = area.planes(32, memory[1]);
    area.apply(net.up2, a, NOTHING, b, up2);
    int fine = 3 * net.factor * net.factor;
    c = area.planes(fine, memory[2]);
    area.apply(net.up3, b, NOTHING, c, up3);
    a = area.planes(fine, memory[0]);
    area.apply(net.last, c, NOTHING, a, last);
    store(net.factor, a, tile, left, input.from(), width, out);
  }

  /** The rows that a layer computes where these are needed. */
  private static Rows rows(Layer layer, Rows needed, int height) {
    return (layer.inPairs() ? needed.within(height).pairs() : needed).within(height);
  }

  /** The part of the picture that one tile needs. */
  private record Area(
      int top,
      int width,
      int height,
      Convolution single,
      PairConvolution pairs,
      Consumer<Layer> done) {
    Planes planes(int count, float[][] reusable) {
      return Planes.of(count, width, height, reusable);
    }

    /** Applies a layer to rows of the picture. */
    void apply(Layer layer, Planes in, float[][] added, Planes out, Rows rows) {
      if (layer.inPairs()) {
        pairs.apply(layer, in, added, out, rows.minus(top));
      } else {
        single.apply(layer, in, added, out, rows.minus(top));
      }
      done.accept(layer);
    }
  }

  private static void load(int[] rgb, int width, int left, int top, Planes to) {
    for (int y = 0; y < to.height; y++) {
      for (int x = 0; x < to.width; x++) {
        int pixel = rgb[(top + y) * width + left + x];
        int at = to.at(x, y);
        to.data[0][at] = pixel >> 16 & 0xff;
        to.data[1][at] = pixel >> 8 & 0xff;
        to.data[2][at] = pixel & 0xff;
      }
    }
  }

  private static void store(
      int factor, Planes from, Tile tile, int left, int top, int width, int[] out) {
    for (int y = 0; y < tile.height(); y++) {
      for (int x = 0; x < tile.width(); x++) {
        int at = from.at(tile.left() + x - left, tile.top() + y - top);
        for (int i = 0; i < factor * factor; i++) {
          int row = (tile.top() + y) * factor + i / factor;
          int column = (tile.left() + x) * factor + i % factor;
          out[row * width * factor + column] =
              channel(from.data[3 * i][at]) << 16
                  | channel(from.data[3 * i + 1][at]) << 8
                  | channel(from.data[3 * i + 2][at]);
        }
      }
    }
  }

  private static int channel(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }
}
