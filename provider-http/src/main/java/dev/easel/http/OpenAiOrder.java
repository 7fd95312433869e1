package dev.easel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.http.OpenAiProfile.Edits;
import dev.easel.http.OpenAiProfile.Extra;
import dev.easel.http.OpenAiProfile.Mask;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ImageTask.Edit;
import dev.easel.image.ImageTask.Vary;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.store.ImageInfo;
import dev.easel.store.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.MultipartBody;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** One task as OpenAI's protocol says it: checked against the model's rules, then written down. */
final class OpenAiOrder {
  private static final Set<MediaType> INPUTS =
      Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);
  private static final Set<String> OURS =
      Set.of("prompt", "n", "model", "size", "stream", "partial_images", "response_format");

  private final OpenAiProfile profile;
  private final ImageTask task;
  private final Failures failures;
  private final Wishes wishes;
  private final Optional<Size> size;
  private final Optional<Long> seed;
  private final ObjectNode fields = Json.object();
  private final ObjectNode extras = Json.object();
  private final List<byte[]> images = new ArrayList<>();
  private byte @Nullable [] mask;

  OpenAiOrder(
      OpenAiProfile profile,
      OpenAiModel rules,
      String model,
      ImageTask task,
      Wishes wishes,
      Failures failures) {
    this.profile = profile;
    this.task = task;
    this.failures = failures;
    this.wishes = wishes;
    ImageOptions options = task.options();
    if (task.prompt().length() > rules.maxPrompt()) {
      throw wrong("prompt", "the prompt is longer than " + rules.maxPrompt() + " characters");
    }
    fields.put("model", model);
    size = Sizes.wanted(options, rules.sizes(), rules.usual(), wishes);
    size.ifPresent(s -> fields.put("size", s.toString()));
    wishes
        .take(
            options.quality(),
            options.quality().map(rules.qualities()::contains).orElse(true),
            "quality")
        .ifPresent(q -> fields.put("quality", q));
    wishes.take(options.style(), rules.style(), "style").ifPresent(s -> fields.put("style", s));
    wishes
        .take(options.background(), rules.formats(), "background")
        .ifPresent(b -> fields.put("background", b));
    format(options, rules);
    seed = extra(Extra.SEED, options.seed(), "seed");
    extra(Extra.STEPS, options.steps(), "steps");
    extra(Extra.GUIDANCE, options.guidanceScale(), "guidanceScale");
    extra(Extra.NEGATIVE_PROMPT, options.negativePrompt(), "negativePrompt");
    strength();
    profile.responseFormat(rules).ifPresent(f -> fields.put("response_format", f));
    options
        .providerOptions()
        .getOrDefault(profile.name(), Map.of())
        .forEach(
            (field, value) -> {
              if (OURS.contains(field)) {
                wishes.leaveOut(field, "it is set by the adapter");
              } else {
                fields.set(field, Json.scalar(value));
              }
            });
    checkInputs(rules);
  }

  private void format(ImageOptions options, OpenAiModel rules) {
    Optional<MediaType> format = options.outputFormat();
    boolean can =
        format.isEmpty()
            || (rules.formats() ? INPUTS.contains(format.get()) : format.get() == MediaType.PNG);
    wishes
        .take(format, can, "outputFormat")
        .filter(f -> rules.formats())
        .ifPresent(f -> fields.put("output_format", f == MediaType.JPEG ? "jpeg" : f.extension()));
    boolean lossy =
        format.isPresent() && (format.get() == MediaType.JPEG || format.get() == MediaType.WEBP);
    wishes
        .take(options.outputCompression(), rules.formats() && lossy, "outputCompression")
        .ifPresent(c -> fields.put("output_compression", c));
  }

  private void strength() {
    Optional<Double> strength = Optional.empty();
    if (task instanceof Edit edit) {
      strength = edit.strength();
    } else if (task instanceof Vary vary) {
      strength = vary.strength();
    }
    if (strength.isPresent()) {
      wishes.leaveOut("strength", "it is not part of this protocol");
    }
  }

  private <T> Optional<T> extra(Extra which, Optional<T> value, String option) {
    Optional<String> field = profile.extra(which);
    Optional<T> taken = wishes.take(value, field.isPresent(), option);
    taken.ifPresent(v -> extras.putPOJO(field.orElseThrow(), v));
    return taken;
  }

  private void checkInputs(OpenAiModel rules) {
    if (task.inputs().isEmpty()) {
      return;
    }
    int given = task instanceof Edit edit ? edit.images().size() : 1;
    if (given > rules.editImages()) {
      throw wrong("images", "takes at most " + rules.editImages() + " pictures");
    }
    boolean masked = task instanceof Edit edit && edit.mask().isPresent();
    if (profile.edits() == Edits.INPAINTING && !masked) {
      throw failures
          .builder(Kind.UNSUPPORTED, "changes pictures only under a mask")
          .field("mask")
          .build();
    }
  }

  /** Reads what the task starts from. */
  void readInputs(Pictures pictures, RenderContext context) {
    if (task instanceof Edit edit) {
      edit.images().forEach(ref -> images.add(pictures.input(context, ref, INPUTS)));
      if (edit.mask().isPresent()) {
        byte[] white = pictures.input(context, edit.mask().get(), INPUTS);
        requireSameSize(white, images.get(0));
        mask =
            profile.mask() == Mask.TRANSPARENT
                ? Masks.transparentWhereWhite(white, failures)
                : white;
      }
    } else if (task instanceof Vary vary) {
      images.add(pictures.input(context, vary.image(), INPUTS));
    }
  }

  private static MediaType typeOf(byte[] picture) {
    return ImageInfo.read(picture).map(ImageInfo::type).orElseThrow();
  }

  private void requireSameSize(byte[] white, byte[] picture) {
    Optional<ImageInfo> m = ImageInfo.read(white);
    Optional<ImageInfo> p = ImageInfo.read(picture);
    if (m.isEmpty()
        || p.isEmpty()
        || m.get().width() != p.get().width()
        || m.get().height() != p.get().height()) {
      throw wrong("mask", "the mask must be as large as the first picture");
    }
  }

  String path() {
    if (images.isEmpty()) {
      return "images/generations";
    }
    return profile.edits() == Edits.INPAINTING ? "images/inpainting" : "images/edits";
  }

  /**
   * @param offset how many pictures were made before; the seeds go on from there
   */
  RequestBody body(int n, int offset, int partialImages) {
    ObjectNode all = fields.deepCopy();
    ObjectNode more = extras.deepCopy();
    profile.extra(Extra.SEED).ifPresent(field -> seed.ifPresent(s -> more.put(field, s + offset)));
    String prompt = prompt();
    if (profile.extrasInPrompt()) {
      prompt = prompt.replace("sd_cpp_extra_args", ""); // a person's words set no options
      if (!more.isEmpty()) {
        prompt += "<sd_cpp_extra_args>" + more + "</sd_cpp_extra_args>";
      }
    } else {
      all.setAll(more);
    }
    all.put("prompt", prompt);
    if (n > 1) {
      all.put("n", n);
    }
    if (partialImages > 0) {
      all.put("stream", true).put("partial_images", partialImages);
    }
    return images.isEmpty() ? Json.body(all) : multipart(all);
  }

  private String prompt() {
    return task.prompt().isEmpty() ? "A new variation of this picture" : task.prompt();
  }

  private RequestBody multipart(ObjectNode all) {
    MultipartBody.Builder body = new MultipartBody.Builder().setType(MultipartBody.FORM);
    all.properties().forEach(f -> body.addFormDataPart(f.getKey(), f.getValue().asText()));
    String part = images.size() > 1 ? "image[]" : "image";
    for (byte[] image : images) {
      addFile(body, part, image);
    }
    if (mask != null) {
      addFile(body, "mask", mask);
    }
    return body.build();
  }

  private static void addFile(MultipartBody.Builder body, String part, byte[] picture) {
    MediaType type = typeOf(picture);
    // without a true content type the service refuses the part
    body.addFormDataPart(
        part,
        part.replace("[]", "") + "." + type.extension(),
        RequestBody.create(picture, okhttp3.MediaType.get(type.mime())));
  }

  Optional<Long> seedOf(int index) {
    return seed.map(s -> s + index);
  }

  /** The size is read from the bytes, whatever was asked for. */
  void warnOfSizes(List<RenderedImage> made) {
    size.ifPresent(asked -> Sizes.warnIfOther(made, asked, wishes));
  }

  private dev.easel.image.ProviderException wrong(String field, String message) {
    return failures.builder(Kind.INVALID_REQUEST, message).field(field).build();
  }
}
