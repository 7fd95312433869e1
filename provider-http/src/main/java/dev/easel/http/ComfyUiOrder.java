package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.http.ComfyUiWorkflow.Slot;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ImageTask.Edit;
import dev.easel.image.ImageTask.Upscale;
import dev.easel.image.ImageTask.Vary;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.store.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One task as a workflow with its places filled. */
final class ComfyUiOrder {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<MediaType> INPUTS =
      Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);
  private static final double VARY_STRENGTH = 0.6;

  private final ComfyUiWorkflow workflow;
  private final Optional<String> model;
  private final ImageTask task;
  private final Wishes wishes;
  private final ObjectNode nodes;
  private final Optional<Size> asked;
  private final Failures failures;
  private final String provider;

  ComfyUiOrder(
      ComfyUiWorkflow workflow,
      Optional<String> model,
      Capabilities can,
      ImageTask task,
      Failures failures) {
    this.workflow = workflow;
    this.model =
        task.options().model().or(() -> task instanceof Upscale ? Optional.empty() : model);
    this.task = task;
    this.failures = failures;
    this.provider = can.provider();
    this.nodes = workflow.copy();
    ImageOptions options = task.options();
    wishes = new Wishes(can.provider(), options);
    wishes.take(options.quality(), false, "quality");
    wishes.take(options.style(), false, "style");
    wishes.take(options.background(), false, "background");
    wishes.takeOnlyPng(options);
    wishes.take(options.seed(), workflow.has(Slot.SEED), "seed");
    wishes.take(options.model(), workflow.has(Slot.MODEL), "model");
    fill(Slot.PROMPT, NODES.textNode(task.prompt()));
    option(Slot.NEGATIVE_PROMPT, options.negativePrompt().map(NODES::textNode), "negativePrompt");
    option(Slot.STEPS, options.steps().map(NODES::numberNode), "steps");
    option(Slot.GUIDANCE, options.guidanceScale().map(NODES::numberNode), "guidanceScale");
    option(Slot.STRENGTH, strength().map(NODES::numberNode), "strength");
    asked = size(options, can);
    asked.ifPresent(
        size -> {
          fill(Slot.WIDTH, NODES.numberNode(size.width()));
          fill(Slot.HEIGHT, NODES.numberNode(size.height()));
        });
    options.providerOptions().getOrDefault(can.provider(), Map.of()).forEach(this::own);
  }

  private void fill(Slot slot, JsonNode value) {
    workflow.fill(nodes, slot, value);
  }

  private void option(Slot slot, Optional<? extends JsonNode> value, String name) {
    wishes.take(value, workflow.has(slot), name).ifPresent(v -> fill(slot, v));
  }

  private Optional<Double> strength() {
    if (task instanceof Edit edit) {
      return edit.strength();
    }
    return task instanceof Vary vary
        ? Optional.of(vary.strength().orElse(VARY_STRENGTH))
        : Optional.empty();
  }

  private Optional<Size> size(ImageOptions options, Capabilities can) {
    if (task instanceof Upscale upscale) {
      return Optional.of(
          new Size(
              Math.min(Size.MAX_SIDE, (int) Math.round(upscale.image().width() * upscale.factor())),
              Math.min(
                  Size.MAX_SIDE, (int) Math.round(upscale.image().height() * upscale.factor()))));
    }
    if (!workflow.has(Slot.WIDTH) || !workflow.has(Slot.HEIGHT)) {
      wishes.take(options.size(), false, "size");
      wishes.take(options.aspectRatio(), false, "aspectRatio");
      return Optional.empty();
    }
    Optional<Size> wanted = Sizes.wanted(options, can.sizes(), can.defaultSize(), wishes);
    return task.inputs().isEmpty() ? wanted.or(() -> Optional.of(can.defaultSize())) : wanted;
  }

  /** An option of the provider's own is an input of a node: {@code "3.sampler_name"}. */
  private void own(String place, String value) {
    String[] parts = place.split("\\.", 2);
    if (parts.length == 2 && nodes.path(parts[0]).path("inputs") instanceof ObjectNode inputs) {
      inputs.set(parts[1], Json.scalar(value));
    } else {
      wishes.leaveOut(place, "the workflow has no such node");
    }
  }

  /** Does what needs the server: uploads pictures, finds a model. */
  void prepare(ComfyUiServer server, Pictures pictures, RenderContext context, Work work)
      throws InterruptedException {
    if (!task.inputs().isEmpty()) {
      byte[] picture = pictures.input(context, task.inputs().get(0), INPUTS);
      fill(Slot.IMAGE, NODES.textNode(server.upload(picture, work)));
    }
    if (task instanceof Edit edit && edit.mask().isPresent()) {
      byte[] mask = pictures.input(context, edit.mask().get(), INPUTS);
      fill(Slot.MASK, NODES.textNode(server.upload(mask, work)));
    }
    if (model.isPresent()) {
      fill(Slot.MODEL, NODES.textNode(model.get()));
    } else {
      Optional<ComfyUiWorkflow.Wanted> missing = workflow.missingModel();
      if (missing.isPresent()) {
        fill(Slot.MODEL, NODES.textNode(server.firstOption(missing.get(), work)));
      }
    }
    if (workflow.has(Slot.IMAGE) && task.inputs().isEmpty()) {
      throw failures.of(Kind.INVALID_REQUEST, "the workflow starts from a picture");
    }
  }

  /** The nodes of one picture. */
  ObjectNode nodes(long seed) {
    ObjectNode copy = nodes.deepCopy();
    workflow.fill(copy, Slot.SEED, NODES.numberNode(seed));
    return copy;
  }

  Optional<Long> seedOf(long seed) {
    return workflow.has(Slot.SEED) ? Optional.of(seed) : Optional.empty();
  }

  String provider() {
    return provider;
  }

  Wishes wishes() {
    return wishes;
  }

  void warnOfSizes(List<RenderedImage> made) {
    asked.ifPresent(size -> Sizes.warnIfOther(made, size, wishes));
  }
}
