package dev.easel.local;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.local.filter.Edit;
import dev.easel.local.filter.Raster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes pictures by classic image processing. */
final class Editor {
  static final String MAKER = "local-filters";

  private final Capabilities can;

  Editor(Capabilities can) {
    this.can = can;
  }

  Rendered edit(ImageTask.Edit task, Work work) throws InterruptedException {
    Demands demands = demands(task.options());
    if (task.images().size() > 1) {
      demands.note("images", "only the first picture was changed, filters take one");
    }
    Raster original = Pictures.decode(Pictures.read(task.images().get(0), work.context()));
    work.at(0.1);
    Optional<Raster> mask = mask(task, original, work);
    work.at(0.15);

    long first = task.options().seed().orElseGet(Seeds::random);
    int n = task.options().n();
    List<String> names = List.of();
    List<RenderedImage> images = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      long seed = first + i;
      Edit edit = Edit.of(task.prompt(), seed);
      if (i == 0) {
        if (edit.guessed()) {
          demands.tell(
              "no word named a filter, so the colours were changed; understood are "
                  + Edit.UNDERSTOOD);
        } else if (n > 1) {
          demands.note("n", "a filter makes one result, so one picture was made");
          n = 1;
        }
      }
      names = edit.names();
      images.add(
          apply(edit, original, mask, task.strength().orElse(1.0), seed, demands, work, i, n));
    }
    return rendered(images, names, demands);
  }

  Rendered vary(ImageTask.Vary task, Pictures.Source source, Work work)
      throws InterruptedException {
    Demands demands = demands(task.options());
    Raster original = Pictures.decode(source);
    work.at(0.15);
    long first = task.options().seed().orElseGet(Seeds::random);
    int n = task.options().n();
    List<RenderedImage> images = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Edit edit = Edit.variation(first + i, task.strength().orElse(0.5) * 2);
      images.add(apply(edit, original, Optional.empty(), 1, first + i, demands, work, i, n));
    }
    return rendered(images, List.of("hue", "warp"), demands);
  }

  private Demands demands(ImageOptions options) {
    Demands demands = new Demands(options, can);
    demands.leaveOut("style", options.style());
    demands.leaveOut("size", options.size());
    demands.leaveOut("aspectRatio", options.aspectRatio());
    return demands;
  }

  private static Optional<Raster> mask(ImageTask.Edit task, Raster original, Work work) {
    if (task.mask().isEmpty()) {
      return Optional.empty();
    }
    Pictures.Source source = Pictures.read(task.mask().get(), work.context());
    if (source.info().width() != original.width() || source.info().height() != original.height()) {
      throw Pictures.invalid(
          "the mask is %d x %d, the picture %d x %d; they must be of one size"
              .formatted(
                  source.info().width(),
                  source.info().height(),
                  original.width(),
                  original.height()));
    }
    return Optional.of(Pictures.decode(source));
  }

  private static RenderedImage apply(
      Edit edit,
      Raster original,
      Optional<Raster> mask,
      double strength,
      long seed,
      Demands demands,
      Work work,
      int index,
      int n)
      throws InterruptedException {
    double before = 0.15 + 0.85 * index / n;
    double share = 0.7 / n;
    Raster edited = edit.apply(original, fraction -> work.at(before + share * fraction));
    boolean sameSize = edited.width() == original.width() && edited.height() == original.height();
    Raster result = edited;
    if (sameSize) {
      result = Edit.blend(original, edited, mask, strength);
    } else if (mask.isPresent() || strength < 1) {
      demands.note(
          "mask",
          "the picture was turned as a whole, which leaves no use for a mask or a strength");
    }
    byte[] png = Pictures.png(result.image(), work);
    work.at(0.15 + 0.85 * (index + 1) / n);
    return RenderedImage.of(png, Optional.of(seed));
  }

  private static Rendered rendered(
      List<RenderedImage> images, List<String> names, Demands demands) {
    return Rendered.of(MAKER, images)
        .withWarnings(demands.warnings())
        .withMetadata(Map.of("filters", String.join(", ", names)));
  }
}
