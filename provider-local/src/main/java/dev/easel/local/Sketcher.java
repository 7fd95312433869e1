package dev.easel.local;

import dev.easel.image.AspectRatio;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.local.sketch.Sketch;
import dev.easel.local.sketch.Style;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Draws sketches for tasks. */
final class Sketcher {
  private final Capabilities can;
  private final boolean metadata;

  Sketcher(Capabilities can, boolean metadata) {
    this.can = can;
    this.metadata = metadata;
  }

  Rendered generate(ImageTask.Generate task, Work work) throws InterruptedException {
    Demands demands = new Demands(task.options(), can);
    Optional<Style> style = style(task.options(), demands);
    Size size = size(task.options(), demands);
    return draw(task.prompt(), style, size, task.options(), demands, work);
  }

  /** Draws one of our own again, of the same style, from a new seed. */
  Rendered vary(ImageTask.Vary task, Parameters like, Work work) throws InterruptedException {
    Demands demands = new Demands(task.options(), can);
    demands.leaveOut("size", task.options().size());
    demands.leaveOut("aspectRatio", task.options().aspectRatio());
    demands.leaveOut("strength", task.strength());
    Optional<Style> style = style(task.options(), demands).or(() -> Optional.of(like.style()));
    String prompt = task.prompt().isBlank() ? like.prompt() : task.prompt();
    Size size = new Size(like.width(), like.height());
    return draw(prompt, style, size, task.options(), demands, work);
  }

  private Rendered draw(
      String prompt,
      Optional<Style> style,
      Size size,
      ImageOptions options,
      Demands demands,
      Work work)
      throws InterruptedException {
    long first = options.seed().orElseGet(Seeds::random);
    List<RenderedImage> images = new ArrayList<>();
    String words = "";
    for (int i = 0; i < options.n(); i++) {
      double before = (double) i / options.n();
      double share = 0.98 / options.n(); // what remains is for the encoding
      Sketch sketch = new Sketch(prompt, style, first + i, size.width(), size.height());
      BufferedImage image =
          sketch.draw((fraction, soFar) -> work.at(before + share * fraction, soFar));
      byte[] png = Pictures.png(image, work);
      words = sketch.chosenStyle().word();
      if (metadata) {
        png =
            new Parameters(prompt, sketch.chosenStyle(), sketch.seed(), size.width(), size.height())
                .writeInto(png);
      }
      images.add(RenderedImage.of(png, Optional.of(sketch.seed())));
      work.at((i + 1.0) / options.n());
    }
    return Rendered.of(Parameters.MAKER, images)
        .withWarnings(demands.warnings())
        .withMetadata(Map.of("style", words));
  }

  private static Optional<Style> style(ImageOptions options, Demands demands) {
    Optional<Style> style = options.style().flatMap(Style::of);
    if (options.style().isPresent() && style.isEmpty()) {
      demands.note(
          "style",
          "unknown style; known are "
              + Arrays.stream(Style.values()).map(Style::word).collect(Collectors.joining(", ")));
    }
    return style;
  }

  private Size size(ImageOptions options, Demands demands) {
    if (options.aspectRatio().isPresent()) {
      return withRatio(options.aspectRatio().get(), demands);
    }
    Size asked = options.size().orElse(can.defaultSize());
    if (can.sizes().allows(asked)) {
      return asked;
    }
    demands.note(
        "size",
        "%s cannot be drawn here, sides must be 64 to 2048; made %s"
            .formatted(asked, can.defaultSize()));
    return can.defaultSize();
  }

  /** About as many pixels as the default size has. */
  private Size withRatio(AspectRatio ratio, Demands demands) {
    double stretch = Math.sqrt((double) ratio.width() / ratio.height());
    Size size =
        new Size(
            even(can.defaultSize().width() * stretch), even(can.defaultSize().height() / stretch));
    if (can.sizes().allows(size)) {
      return size;
    }
    demands.note("aspectRatio", ratio + " is too long for a sketch; made " + can.defaultSize());
    return can.defaultSize();
  }

  private static int even(double side) {
    return Math.max(2, (int) Math.round(side / 8) * 8);
  }
}
