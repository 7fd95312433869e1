package dev.easel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.http.FalModel.Field;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ImageTask.Edit;
import dev.easel.image.ImageTask.RemoveBackground;
import dev.easel.image.ImageTask.SwapFaces;
import dev.easel.image.ImageTask.Upscale;
import dev.easel.image.ImageTask.Vary;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One task as the fields of a model: checked, and ready but for the addresses of its pictures. */
final class FalInput {
  private final FalModel model;
  private final ImageTask task;
  private final Wishes wishes;
  private final Optional<Size> size;
  private final ObjectNode fields = Json.object();

  FalInput(FalModel model, Capabilities can, ImageTask task) {
    this.model = model;
    this.task = task;
    ImageOptions options = task.options();
    wishes = new Wishes(can.provider(), options);
    if (!task.prompt().isEmpty()) {
      model.field(Field.PROMPT).ifPresent(f -> fields.put(f, task.prompt()));
    }
    wishes.take(options.model(), options.model().map(FalModel::isEndpoint).orElse(true), "model");
    option(Field.NEGATIVE_PROMPT, options.negativePrompt(), "negativePrompt");
    option(Field.SEED, options.seed(), "seed");
    option(Field.STEPS, options.steps(), "steps");
    option(Field.GUIDANCE, options.guidanceScale(), "guidanceScale");
    option(Field.STRENGTH, strength(), "strength");
    wishes.take(options.quality(), false, "quality");
    wishes.take(options.style(), false, "style");
    wishes.take(options.background(), false, "background");
    wishes.take(options.outputCompression(), false, "outputCompression");
    format(options);
    size = size(options, can);
    size.ifPresent(
        s ->
            fields
                .putObject(model.field(Field.SIZE).orElseThrow())
                .put("width", s.width())
                .put("height", s.height()));
    if (task instanceof Upscale upscale) {
      model.field(Field.FACTOR).ifPresent(f -> fields.put(f, upscale.factor()));
    }
    if (task instanceof Edit edit) {
      if (edit.images().size() > 1 && model.field(Field.IMAGES).isEmpty()) {
        throw ProviderException.builder(Kind.UNSUPPORTED, model + " starts from one picture")
            .provider(can.provider())
            .field("images")
            .build();
      }
      wishes.take(edit.mask(), model.field(Field.MASK).isPresent(), "mask");
    }
    options
        .providerOptions()
        .getOrDefault(can.provider(), Map.of())
        .forEach(
            (field, value) -> {
              if (fields.has(field)) {
                wishes.leaveOut(field, "it is set by another option");
              } else {
                fields.set(field, Json.scalar(value));
              }
            });
  }

  private <T> void option(Field field, Optional<T> value, String name) {
    Optional<String> known = model.field(field);
    wishes
        .take(value, known.isPresent(), name)
        .ifPresent(v -> fields.putPOJO(known.orElseThrow(), v));
  }

  private Optional<Double> strength() {
    if (task instanceof Edit edit) {
      return edit.strength();
    }
    return task instanceof Vary vary ? vary.strength() : Optional.empty();
  }

  private void format(ImageOptions options) {
    Optional<String> known = model.field(Field.FORMAT);
    Optional<MediaType> format = options.outputFormat();
    boolean can =
        known.isPresent()
            && format.map(f -> f == MediaType.PNG || f == MediaType.JPEG).orElse(true);
    wishes
        .take(format, can, "outputFormat")
        .ifPresent(f -> fields.put(known.orElseThrow(), f == MediaType.JPEG ? "jpeg" : "png"));
  }

  private Optional<Size> size(ImageOptions options, Capabilities can) {
    if (model.field(Field.SIZE).isEmpty()) {
      wishes.take(options.size(), false, "size");
      wishes.take(options.aspectRatio(), false, "aspectRatio");
      return Optional.empty();
    }
    return Sizes.wanted(options, can.sizes(), can.defaultSize(), wishes);
  }

  /** The pictures that belong into each field. A mask is white there as here. */
  Map<String, List<ImageRef>> pictures() {
    Map<String, List<ImageRef>> found = new LinkedHashMap<>();
    if (task instanceof SwapFaces swap) {
      found.put(model.field(Field.FACE).orElseThrow(), List.of(swap.face()));
      found.put(model.field(Field.TARGET).orElseThrow(), List.of(swap.target()));
      return found;
    }
    List<ImageRef> images = List.of();
    if (task instanceof Edit edit) {
      images = edit.images();
      model
          .field(Field.MASK)
          .ifPresent(f -> edit.mask().ifPresent(mask -> found.put(f, List.of(mask))));
    } else if (task instanceof Vary vary) {
      images = List.of(vary.image());
    } else if (task instanceof Upscale upscale) {
      images = List.of(upscale.image());
    } else if (task instanceof RemoveBackground remove) {
      images = List.of(remove.image());
    }
    if (!images.isEmpty()) {
      found.put(model.field(Field.IMAGES).or(() -> model.field(Field.IMAGE)).orElseThrow(), images);
    }
    return found;
  }

  /** Puts the addresses of pictures where the model looks for them. */
  void put(String field, List<String> addresses) {
    if (model.field(Field.IMAGES).equals(Optional.of(field))) {
      addresses.forEach(fields.withArray(field)::add);
    } else {
      fields.put(field, addresses.get(0));
    }
  }

  ObjectNode fields() {
    return fields;
  }

  Wishes wishes() {
    return wishes;
  }

  /** What was left out, and how the pictures differ from what was asked for. */
  List<String> warnings(List<RenderedImage> made) {
    size.ifPresent(asked -> Sizes.warnIfOther(made, asked, wishes));
    return wishes.warnings();
  }
}
