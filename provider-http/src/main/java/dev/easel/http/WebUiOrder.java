package dev.easel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ImageTask.Edit;
import dev.easel.image.ImageTask.Upscale;
import dev.easel.image.ImageTask.Vary;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** One task as {@code /sdapi} says it. */
final class WebUiOrder {
  /** What the builder of the provider set. */
  record Defaults(
      String provider,
      Optional<String> model,
      Optional<String> sampler,
      Optional<Integer> steps,
      String upscaler) {}

  private static final Set<MediaType> INPUTS =
      Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);
  private static final double VARY_STRENGTH = 0.6;

  private final ImageTask task;
  private final Wishes wishes;
  private final String taskId;
  private final Optional<Size> asked;
  private final ObjectNode body = Json.object();

  WebUiOrder(Defaults defaults, Capabilities can, ImageTask task, Wishes wishes, String job) {
    this.task = task;
    this.wishes = wishes;
    // the server keeps the names of tasks: an attempt must not find the one before it
    this.taskId =
        "task(easel-" + Integer.toHexString(job.hashCode()) + "-" + UUID.randomUUID() + ")";
    ImageOptions options = task.options();
    wishes.take(options.quality(), false, "quality");
    wishes.take(options.style(), false, "style");
    wishes.take(options.background(), false, "background");
    wishes.takeOnlyPng(options);
    if (task instanceof Upscale upscale) {
      asked = Optional.empty();
      upscale(upscale, defaults, options);
    } else {
      asked = Sizes.wanted(options, can.sizes(), can.defaultSize(), wishes);
      generate(defaults, can, options);
    }
  }

  private void upscale(Upscale upscale, Defaults defaults, ImageOptions options) {
    if (options.n() > 1) {
      wishes.leaveOut("n", "an enlarged picture is always the same");
    }
    wishes.take(options.negativePrompt(), false, "negativePrompt");
    wishes.take(options.seed(), false, "seed");
    wishes.take(options.steps(), false, "steps");
    wishes.take(options.guidanceScale(), false, "guidanceScale");
    wishes.take(options.size(), false, "size");
    wishes.take(options.aspectRatio(), false, "aspectRatio");
    options
        .providerOptions()
        .getOrDefault(defaults.provider(), Map.of())
        .keySet()
        .forEach(field -> wishes.leaveOut(field, "it is none of an upscale"));
    body.put("resize_mode", 0)
        .put("upscaling_resize", upscale.factor())
        .put("upscaler_1", options.model().orElse(defaults.upscaler()));
  }

  private void generate(Defaults defaults, Capabilities can, ImageOptions options) {
    Size size = asked.orElseGet(() -> sizeOf(can));
    body.put("prompt", task.prompt())
        .put("negative_prompt", options.negativePrompt().orElse(""))
        .put("seed", options.seed().orElse(-1L))
        .put("width", size.width())
        .put("height", size.height())
        .put("batch_size", 1)
        .put("n_iter", options.n())
        .put("send_images", true)
        .put("save_images", false)
        .put("force_task_id", taskId);
    options.steps().or(defaults::steps).ifPresent(s -> body.put("steps", s));
    options.guidanceScale().ifPresent(g -> body.put("cfg_scale", g));
    defaults.sampler().ifPresent(s -> body.put("sampler_name", s));
    options
        .model()
        .or(defaults::model)
        .ifPresent(m -> body.putObject("override_settings").put("sd_model_checkpoint", m));
    options
        .providerOptions()
        .getOrDefault(defaults.provider(), Map.of())
        .forEach(
            (field, value) -> {
              if (body.has(field)) {
                wishes.leaveOut(field, "it is set by another option");
              } else {
                body.set(field, Json.scalar(value));
              }
            });
    if (task instanceof Edit edit) {
      body.put("denoising_strength", edit.strength().orElse(0.75));
    } else if (task instanceof Vary vary) {
      body.put("denoising_strength", vary.strength().orElse(VARY_STRENGTH));
    }
  }

  /** An edited picture keeps its size as far as the server can. */
  private Size sizeOf(Capabilities can) {
    List<ImageRef> inputs = task.inputs();
    return inputs.isEmpty()
        ? can.defaultSize()
        : Sizes.nearest(can.sizes(), inputs.get(0).width(), inputs.get(0).height());
  }

  /** Reads what the task starts from. */
  void readInputs(Pictures pictures, RenderContext context) {
    if (task instanceof Upscale upscale) {
      body.put("image", pictures.input(context, upscale.image(), INPUTS));
    } else if (task instanceof Edit edit) {
      body.putArray("init_images").add(pictures.input(context, edit.images().get(0), INPUTS));
      edit.mask()
          .ifPresent(
              mask ->
                  body.put("mask", pictures.input(context, mask, INPUTS)) // white there as here
                      .put("inpainting_fill", 1)
                      .put("inpaint_full_res", false));
    } else if (task instanceof Vary vary) {
      body.putArray("init_images").add(pictures.input(context, vary.image(), INPUTS));
    }
  }

  String taskId() {
    return taskId;
  }

  /** How many pictures the answer is to hold, grids not counted. */
  int expected() {
    return task instanceof Upscale ? 1 : task.options().n();
  }

  String path() {
    if (task instanceof Upscale) {
      return "sdapi/v1/extra-single-image";
    }
    return task.inputs().isEmpty() ? "sdapi/v1/txt2img" : "sdapi/v1/img2img";
  }

  ObjectNode body() {
    return body;
  }

  void warnOfSizes(List<RenderedImage> made) {
    asked.ifPresent(size -> Sizes.warnIfOther(made, size, wishes));
  }
}
