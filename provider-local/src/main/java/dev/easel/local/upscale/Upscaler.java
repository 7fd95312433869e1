package dev.easel.local.upscale;

import dev.easel.local.filter.Raster;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Makes pictures two, three or four times as large by the network esrgan-slim. Thread-safe:
 * upscales at the same time share the threads tile by tile.
 *
 * <p>Threads start with the first upscale and end some seconds after the last. Each takes about 40
 * MB while it works.
 */
public final class Upscaler implements AutoCloseable {
  /** The largest input, in pixels. */
  public static final int MAX_PIXELS = 1 << 20;

  private static final long POLL_MILLIS = 50;

  private final int threads;
  private final Turns turns = new Turns();
  private final ThreadPoolExecutor workers;
  private final ThreadLocal<TileWorker> worker = ThreadLocal.withInitial(TileWorker::new);
  private final AtomicReferenceArray<Network> networks = new AtomicReferenceArray<>(5);

  /** Hears how far the work is, some times a second, on the calling thread; throws to stop it. */
  @FunctionalInterface
  public interface Watcher {
    void at(double fraction) throws InterruptedException;
  }

  public Upscaler(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "easel-upscale-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
  }

  /**
   * Makes it larger. Opacity is enlarged by Lanczos; what is grey stays grey.
   *
   * @param factor 2, 3 or 4
   * @throws IllegalArgumentException if the picture has more than {@link #MAX_PIXELS}
   * @throws IllegalStateException if the upscaler is closed, before or meanwhile
   */
  public Raster upscale(Raster in, int factor, Watcher watcher) throws InterruptedException {
    if ((long) in.width() * in.height() > MAX_PIXELS) {
      throw new IllegalArgumentException("at most " + MAX_PIXELS + " pixels");
    }
    Raster seen = Bleed.into(in, Network.REACH + Lanczos.LOBES);
    Upscale upscale = new Upscale(network(factor), seen.argb(), in.width(), in.height(), threads);
    int tiles = upscale.tiles();
    turns.join(upscale);
    try {
      for (int i = 0; i < tiles; i++) { // whose tile it will be is decided when a thread is free
        workers.execute(this::takeTurn);
      }
      while (!upscale.await(POLL_MILLIS)) {
        watcher.at(upscale.fraction() * 0.98);
        if (workers.isShutdown()) {
          throw new RejectedExecutionException();
        }
      }
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the upscaler was closed", e);
    } finally {
      upscale.stop();
      turns.leave(upscale);
    }
    finish(seen, factor, upscale.out);
    watcher.at(1);
    return new Raster(in.width() * factor, in.height() * factor, upscale.out);
  }

  /** Ends its threads; upscales under way end, too. */
  @Override
  public void close() {
    workers.shutdownNow();
  }

  private void takeTurn() {
    turns.next().ifPresent(turn -> turn.upscale().compute(worker.get(), turn.tile()));
    if (turns.isEmpty()) {
      worker.remove(); // the encoding that follows wants the memory
    }
  }

  private Network network(int factor) {
    if (factor < 2 || factor > 4) {
      throw new IllegalArgumentException("factor must be 2, 3 or 4, was " + factor);
    }
    Network known = networks.get(factor);
    if (known == null) {
      known = Network.load(factor); // twice at once does no harm
      networks.set(factor, known);
    }
    return known;
  }

  private static void finish(Raster in, int factor, int[] out) {
    boolean grey = true;
    for (int pixel : in.argb()) {
      grey &= (pixel >> 16 & 0xff) == (pixel & 0xff) && (pixel >> 8 & 0xff) == (pixel & 0xff);
    }
    if (grey) {
      for (int i = 0; i < out.length; i++) {
        int sum = (out[i] >> 16 & 0xff) + (out[i] >> 8 & 0xff) + (out[i] & 0xff);
        out[i] = (sum + 1) / 3 * 0x010101;
      }
    }
    Lanczos.opacity(in, factor, out);
  }
}
