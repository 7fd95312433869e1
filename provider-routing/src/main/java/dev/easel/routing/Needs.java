package dev.easel.routing;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ImageTask;
import dev.easel.image.ImageTask.Edit;
import dev.easel.image.ImageTask.Upscale;

/** What one task asks of a provider. */
final class Needs {
  private final ImageTask task;

  Needs(ImageTask task) {
    this.task = task;
  }

  /** Whether the provider can do it; a strict task also wants its options honoured. */
  boolean metBy(Capabilities can) {
    return can.tasks().contains(task.kind())
        && hardNeeds(can)
        && (task.options().strictness() == Strictness.LENIENT || options(can));
  }

  private boolean hardNeeds(Capabilities can) {
    if (task instanceof Edit edit) {
      return edit.images().size() <= can.maxInputImages() && (edit.mask().isEmpty() || can.mask());
    }
    if (task instanceof Upscale upscale) {
      return can.upscaleFactors().stream().anyMatch(f -> upscale.factor() <= f);
    }
    return true;
  }

  private boolean options(Capabilities can) {
    ImageOptions o = task.options();
    return (o.seed().isEmpty() || can.seed())
        && (o.negativePrompt().isEmpty() || can.negativePrompt())
        && (o.size().isEmpty() || can.sizes().allows(o.size().get()))
        && (o.outputFormat().isEmpty() || can.outputFormats().contains(o.outputFormat().get()));
  }
}
