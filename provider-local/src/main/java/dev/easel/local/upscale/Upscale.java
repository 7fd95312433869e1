package dev.easel.local.upscale;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One picture being made larger, tile by tile, on several threads. */
final class Upscale {
  /** The largest tile: its feature maps take about 35 MB. */
  private static final int TILE_WIDTH = 256;

  private static final int TILE_HEIGHT = 112;

  /** Thrown within a worker to leave a tile half done. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super(null, null, false, false);
    }
  }

  final int[] out;
  private final Network net;
  private final int[] rgb;
  private final int width;
  private final int height;
  private final Deque<TileWorker.Tile> waiting = new ArrayDeque<>();
  private final LongAdder done = new LongAdder();
  private int unfinished;
  private volatile boolean stopped;
  private @Nullable Throwable failure;

  /**
   * @param threads that may work on it; the picture is cut into a multiple of them
   */
  Upscale(Network net, int[] rgb, int width, int height, int threads) {
    this.net = net;
    this.rgb = rgb;
    this.width = width;
    this.height = height;
    this.out = new int[width * height * net.factor * net.factor];
    cut(threads);
    this.unfinished = waiting.size();
  }

  int tiles() {
    return unfinished;
  }

  /** For {@link Turns} only. */
  TileWorker.Tile takeTile() {
    return waiting.removeFirst();
  }

  boolean hasTiles() {
    return !waiting.isEmpty();
  }

  double fraction() {
    return Math.min(1, (double) done.sum() / ((double) net.workPerPixel() * width * height));
  }

  void stop() {
    stopped = true;
  }

  /** Computes one tile on the calling thread. */
  void compute(TileWorker worker, TileWorker.Tile tile) {
    Throwable broken = null;
    try {
      worker.compute(net, rgb, width, height, tile, out, this::check, done::add);
    } catch (Stopped e) {
      // nobody waits for it any more
    } catch (RuntimeException | Error e) { // the waiting thread tells it
      broken = e;
    }
    synchronized (this) {
      unfinished--;
      if (broken != null && failure == null) {
        failure = broken;
        stopped = true;
      }
      notifyAll();
    }
  }

  /**
   * Waits a while.
   *
   * @return whether all tiles are done
   * @throws IllegalStateException if one failed
   */
  synchronized boolean await(long millis) throws InterruptedException {
    if (unfinished > 0 && failure == null) {
      wait(millis);
    }
    if (failure != null) {
      throw new IllegalStateException("a tile failed", failure);
    }
    return unfinished == 0;
  }

  private void check() {
    if (stopped) {
      throw new Stopped();
    }
  }

  /** Tiles of about one size, wide rather than high, since rows are computed as a whole. */
  private void cut(int threads) {
    int across = (width + TILE_WIDTH - 1) / TILE_WIDTH;
    int down = (height + TILE_HEIGHT - 1) / TILE_HEIGHT;
    while (across * down % threads != 0 && height / (down + 1) >= 32) {
      down++;
    }
    for (int row = 0; row < down; row++) {
      int top = (int) ((long) height * row / down);
      int bottom = (int) ((long) height * (row + 1) / down);
      for (int column = 0; column < across; column++) {
        int left = (int) ((long) width * column / across);
        int right = (int) ((long) width * (column + 1) / across);
        waiting.add(new TileWorker.Tile(left, top, right - left, bottom - top));
      }
    }
  }
}
