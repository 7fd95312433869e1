package dev.easel.local;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.local.filter.Raster;
import dev.easel.local.upscale.Lanczos;
import dev.easel.local.upscale.Upscaler;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes pictures larger: by the network up to a megapixel, above that by Lanczos, and says so. */
final class Enlarger {
  /** The largest result, in pixels. */
  static final long MAX_RESULT = 16L * Upscaler.MAX_PIXELS;

  private final Capabilities can;
  private final Upscaler upscaler;

  Enlarger(Capabilities can, Upscaler upscaler) {
    this.can = can;
    this.upscaler = upscaler;
  }

  Rendered upscale(ImageTask.Upscale task, Work work) throws InterruptedException {
    int factor = (int) task.factor();
    if (factor != task.factor() || !can.upscaleFactors().contains(factor)) {
      throw ProviderException.builder(
              Kind.UNSUPPORTED,
              "can enlarge by " + can.upscaleFactors() + ", not by " + task.factor())
          .field("factor")
          .build();
    }
    Demands demands = new Demands(task.options(), can);
    demands.leaveOut("style", task.options().style());
    demands.leaveOut("size", task.options().size());
    demands.leaveOut("aspectRatio", task.options().aspectRatio());
    demands.leaveOut("seed", task.options().seed());
    demands.leaveOut("n", Optional.of(task.options().n()).filter(n -> n > 1));

    Pictures.Source source = Pictures.read(task.image(), work.context());
    long pixels = source.info().pixels();
    if (pixels * factor * factor > MAX_RESULT) {
      throw Pictures.tooLarge(
          "%d x %d enlarged %d times has more than %d megapixels"
              .formatted(source.info().width(), source.info().height(), factor, MAX_RESULT >> 20));
    }
    boolean neural = pixels <= Upscaler.MAX_PIXELS;
    if (!neural) {
      demands.note(
          "image", "above one megapixel the classic filter Lanczos is used instead of the network");
    }
    Raster in = Pictures.decode(source);
    work.at(0.02);
    Raster large =
        neural
            ? upscaler.upscale(in, factor, share -> work.at(0.02 + 0.88 * share))
            : Lanczos.upscale(in, factor, share -> work.at(0.02 + 0.88 * share));
    byte[] png = Pictures.png(large.image(), work);
    work.at(1);
    String method = neural ? "esrgan-slim" : "lanczos";
    return Rendered.of(
            method + " x" + factor + " (local)", List.of(RenderedImage.of(png, Optional.empty())))
        .withWarnings(demands.warnings())
        .withMetadata(Map.of("method", method));
  }
}
