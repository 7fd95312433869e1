package dev.easel.benchmarks;

import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderOutcome;
import dev.easel.local.LocalImageProvider;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * How much heap one upscale of a megapixel takes: what is alive after a collection, looked at again
 * and again while {@code render} runs on two threads, above what was alive before.
 */
final class UpscalerHeap {
  private static final int SIDE = 1024;

  private UpscalerHeap() {}

  /**
   * @param args the factor
   */
  public static void main(String[] args) throws Exception {
    int factor = Integer.parseInt(args[0]);
    byte[] png = photo();
    ImageRef ref = new ImageRef(ImageId.random(), MediaType.PNG, SIDE, SIDE, png.length);
    ImageTask task = new ImageTask.Upscale(ref, factor, ImageOptions.DEFAULT);
    try (LocalImageProvider provider = LocalImageProvider.builder().threads(2).build()) {
      long before = alive();
      RenderOutcome[] outcome = new RenderOutcome[1];
      Thread render =
          new Thread(
              () -> {
                try {
                  outcome[0] = provider.render(task, new BenchmarkContext(png));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      render.start();
      long most = 0;
      int looks = 0;
      while (render.isAlive()) {
        most = Math.max(most, alive());
        looks++;
        render.join(50);
      }
      RenderOutcome.Rendered rendered = (RenderOutcome.Rendered) outcome[0];
      System.out.printf(
          "x%d: at most %d MB above the %d MB before, in %d looks; the PNG has %d MB, made by %s%n",
          factor,
          (most - before) >> 20,
          before >> 20,
          looks,
          rendered.images().get(0).bytes().length >> 20,
          rendered.maker());
    }
  }

  private static long alive() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** As hard to compress as a photo. */
  private static byte[] photo() throws IOException {
    Random random = new Random(1);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int light = 110 + (int) (80 * Math.sin(x * 0.02) * Math.cos(y * 0.017));
        int grain = random.nextInt(12);
        image.setRGB(x, y, light + grain << 16 | light + 20 + grain << 8 | light / 2 + grain);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
