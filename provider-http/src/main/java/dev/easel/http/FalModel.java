package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.TaskKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One of fal's models for one kind of task, with the names of its fields. The ready ones fit the
 * models that people use most; others are fitted with {@link #withField} and {@link #withoutField}.
 */
public final class FalModel {
  /** What a model may take. */
  public enum Field {
    PROMPT,
    NEGATIVE_PROMPT,
    SEED,
    STEPS,
    GUIDANCE,
    /** A width and a height. */
    SIZE,
    FORMAT,
    STRENGTH,
    /** One picture to start from. */
    IMAGE,
    /** A list of pictures to start from. */
    IMAGES,
    MASK,
    /** How many times larger. */
    FACTOR,
    /** The picture with the face. */
    FACE,
    /** The picture that gets the face. */
    TARGET
  }

  private final TaskKind kind;
  private final String endpoint;
  private final Map<Field, String> fields;

  private FalModel(TaskKind kind, String endpoint, Map<Field, String> fields) {
    if (!isEndpoint(endpoint)) {
      throw new IllegalArgumentException("a model's name looks like fal-ai/flux/dev");
    }
    this.kind = kind;
    this.endpoint = endpoint;
    this.fields = Map.copyOf(fields);
  }

  static boolean isEndpoint(String name) {
    return name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){1,6}");
  }

  /** Makes pictures from words, such as {@code fal-ai/flux/dev}. */
  public static FalModel generate(String endpoint) {
    return new FalModel(
        TaskKind.GENERATE,
        endpoint,
        Map.of(
            Field.PROMPT, "prompt",
            Field.SEED, "seed",
            Field.STEPS, "num_inference_steps",
            Field.GUIDANCE, "guidance_scale",
            Field.SIZE, "image_size",
            Field.FORMAT, "output_format"));
  }

  /** Changes pictures, such as {@code fal-ai/flux/dev/image-to-image}. */
  public static FalModel edit(String endpoint) {
    Map<Field, String> fields = new EnumMap<>(Field.class);
    fields.put(Field.PROMPT, "prompt");
    fields.put(Field.SEED, "seed");
    if (takesLists(endpoint)) {
      fields.put(Field.IMAGES, "image_urls");
    } else {
      fields.put(Field.IMAGE, "image_url");
      fields.put(Field.STRENGTH, "strength");
    }
    if (endpoint.contains("inpaint") || endpoint.contains("fill")) {
      fields.put(Field.MASK, "mask_url");
    }
    return new FalModel(TaskKind.EDIT, endpoint, fields);
  }

  private static boolean takesLists(String endpoint) {
    return endpoint.contains("nano-banana")
        || endpoint.contains("seedream")
        || endpoint.contains("gpt-image")
        || endpoint.endsWith("/multi");
  }

  /** Makes pictures larger, such as {@code fal-ai/esrgan}. */
  public static FalModel upscale(String endpoint) {
    String factor = "upscale_factor";
    if (endpoint.contains("esrgan")) {
      factor = "scale";
    } else if (endpoint.contains("aura-sr")) {
      factor = "upscaling_factor";
    }
    return new FalModel(
        TaskKind.UPSCALE, endpoint, Map.of(Field.IMAGE, "image_url", Field.FACTOR, factor));
  }

  /** Cuts out the subject, such as {@code fal-ai/imageutils/rembg}. */
  public static FalModel removeBackground(String endpoint) {
    return new FalModel(TaskKind.REMOVE_BACKGROUND, endpoint, Map.of(Field.IMAGE, "image_url"));
  }

  /** Puts a face into a picture, such as {@code fal-ai/face-swap}. */
  public static FalModel swapFaces(String endpoint) {
    return new FalModel(
        TaskKind.SWAP_FACES,
        endpoint,
        Map.of(Field.FACE, "swap_image_url", Field.TARGET, "base_image_url"));
  }

  /** The same model with another name of a field. */
  public FalModel withField(Field field, String name) {
    Map<Field, String> more = new EnumMap<>(fields);
    more.put(field, requireNonNull(name, "name"));
    return new FalModel(kind, endpoint, more);
  }

  /** The same model without a field. */
  public FalModel withoutField(Field field) {
    Map<Field, String> less = new EnumMap<>(fields);
    less.remove(field);
    return new FalModel(kind, endpoint, less);
  }

  public TaskKind kind() {
    return kind;
  }

  public String endpoint() {
    return endpoint;
  }

  Optional<String> field(Field which) {
    return Optional.ofNullable(fields.get(which));
  }

  @Override
  public String toString() {
    return kind + " by " + endpoint;
  }
}
