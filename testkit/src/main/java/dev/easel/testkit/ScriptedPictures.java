package dev.easel.testkit;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.job.Progress;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the pictures of a {@link ScriptedProvider} that was told nothing else. */
final class ScriptedPictures {
  private final Capabilities can;

  ScriptedPictures(Capabilities can) {
    this.can = can;
  }

  Rendered make(ImageTask task, RenderContext context) throws InterruptedException {
    if (!can.tasks().contains(task.kind())) {
      throw ProviderException.of(Kind.UNSUPPORTED, "cannot do " + task.kind());
    }
    if (task instanceof ImageTask.Upscale up
        && can.upscaleFactors().stream().noneMatch(factor -> factor == up.factor())) {
      throw ProviderException.of(Kind.UNSUPPORTED, "cannot upscale by " + up.factor());
    }
    List<String> warnings = new ArrayList<>();
    ImageOptions options = task.options();
    drop(
        task,
        options.negativePrompt().isPresent() && !can.negativePrompt(),
        "negativePrompt",
        warnings);
    drop(task, options.seed().isPresent() && !can.seed(), "seed", warnings);
    drop(
        task,
        options.outputFormat().filter(f -> !can.outputFormats().contains(f)).isPresent(),
        "outputFormat",
        warnings);
    drop(task, options.size().filter(s -> !can.sizes().allows(s)).isPresent(), "size", warnings);
    drop(
        task,
        task instanceof ImageTask.Edit edit && edit.mask().isPresent() && !can.mask(),
        "mask",
        warnings);
    drop(task, options.n() > can.maxN(), "n", warnings);

    for (ImageRef input : task.inputs()) {
      read(input, context);
    }
    Size size = sizeOf(task);
    int n = Math.min(options.n(), can.maxN());
    List<RenderedImage> images = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      ScriptedProvider.stopIfCancelled(context);
      say(context, (double) i / n);
      long seed = (can.seed() ? options.seed().orElse(1L) : 1L) + i;
      int rgb = (Long.hashCode(seed * 0x9e3779b97f4a7c15L) ^ task.prompt().hashCode()) & 0xffffff;
      byte[] png = TestPictures.png(size.width(), size.height(), rgb);
      images.add(RenderedImage.of(png, can.seed() ? Optional.of(seed) : Optional.empty()));
    }
    say(context, 1);
    return Rendered.of("scripted", images).withWarnings(warnings);
  }

  private void say(RenderContext context, double fraction) {
    if (can.progress()) {
      context.progress(Progress.of(fraction));
    }
    if (can.previews()) {
      context.preview(TestPictures.png(32, 32, 0x808080), MediaType.PNG);
    }
  }

  private Size sizeOf(ImageTask task) {
    if (task instanceof ImageTask.Upscale up) {
      return new Size(
          (int) Math.round(up.image().width() * up.factor()),
          (int) Math.round(up.image().height() * up.factor()));
    }
    if (!task.inputs().isEmpty()) {
      ImageRef first = task.inputs().get(0);
      return new Size(first.width(), first.height());
    }
    return task.options().size().filter(can.sizes()::allows).orElse(can.defaultSize());
  }

  private static void read(ImageRef input, RenderContext context) {
    try (InputStream in = context.input(input)) {
      byte[] head = in.readNBytes(ImageInfo.HEAD_BYTES);
      if (ImageInfo.read(head).isEmpty()) {
        throw ProviderException.of(Kind.INVALID_REQUEST, "the input is no picture");
      }
    } catch (IOException e) {
      throw ProviderException.of(Kind.INVALID_REQUEST, "the input cannot be read", e);
    }
  }

  private static void drop(ImageTask task, boolean unable, String option, List<String> warnings) {
    if (!unable) {
      return;
    }
    if (task.options().strictness() == ImageOptions.Strictness.STRICT) {
      throw ProviderException.builder(Kind.UNSUPPORTED, "cannot honour " + option)
          .field(option)
          .build();
    }
    warnings.add(option + " was left out");
  }
}
