package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a server that says it speaks OpenAI's protocol differs from OpenAI. Immutable; a ready one
 * can be changed with {@link #toBuilder}.
 */
public final class OpenAiProfile {
  /** OpenAI itself. */
  public static final OpenAiProfile OPENAI = builder("openai").build();

  /**
   * A server of which nothing more is known: it gets the fields that all know, and edits. Asks for
   * bytes with {@code response_format}.
   */
  public static final OpenAiProfile COMPATIBLE =
      builder("openai-compatible")
          .responseFormat("b64_json")
          .sizes(new SizeRule.Within(64, 4096, 8, 4096L * 4096, 16), new Size(1024, 1024))
          .formats(false)
          .build();

  /**
   * The server of stable-diffusion.cpp. Its seed and steps ride in the prompt, its masks are white
   * where the picture changes.
   */
  public static final OpenAiProfile SD_SERVER =
      builder("sd-server")
          .sizes(new SizeRule.Within(64, 4096, 8, 4096L * 4096, 64), new Size(512, 512))
          .maxN(8)
          .extra(Extra.SEED, "seed")
          .extra(Extra.STEPS, "steps")
          .extra(Extra.NEGATIVE_PROMPT, "negative_prompt")
          .extrasInPrompt(true)
          .mask(Mask.WHITE)
          .free(true)
          .build();

  /** LocalAI: pictures are changed by inpainting only, under a mask that is white there. */
  public static final OpenAiProfile LOCAL_AI =
      builder("localai")
          .responseFormat("b64_json")
          .sizes(new SizeRule.Within(64, 4096, 8, 4096L * 4096, 64), new Size(512, 512))
          .extra(Extra.STEPS, "step")
          .edits(Edits.INPAINTING)
          .mask(Mask.WHITE)
          .formats(false)
          .free(true)
          .build();

  /** vLLM-Omni. */
  public static final OpenAiProfile VLLM_OMNI =
      builder("vllm-omni")
          .responseFormat("b64_json")
          .sizes(new SizeRule.Within(64, 4096, 16, 4096L * 4096, 64), new Size(1024, 1024))
          .extra(Extra.SEED, "seed")
          .extra(Extra.STEPS, "num_inference_steps")
          .extra(Extra.NEGATIVE_PROMPT, "negative_prompt")
          .extra(Extra.GUIDANCE, "guidance_scale")
          .formats(false)
          .free(true)
          .build();

  /** Options that OpenAI itself does not have. */
  public enum Extra {
    SEED,
    STEPS,
    NEGATIVE_PROMPT,
    GUIDANCE
  }

  /** Where pictures are changed. */
  public enum Edits {
    /** {@code /images/edits}. */
    IMAGES_EDITS,
    /** {@code /images/inpainting}: one picture, always with a mask. */
    INPAINTING,
    /** Nowhere. */
    NONE
  }

  /** What a mask looks like where the picture is to change. */
  public enum Mask {
    TRANSPARENT,
    WHITE
  }

  private final String name;
  private final String keyHeader;
  private final String keyPrefix;
  private final Map<String, String> query;
  private final Optional<String> responseFormat;
  private final Optional<SizeRule> sizes;
  private final Optional<Size> usual;
  private final Optional<Integer> maxN;
  private final Map<Extra, String> extras;
  private final boolean extrasInPrompt;
  private final Edits edits;
  private final Mask mask;
  private final boolean formats;
  private final boolean free;

  private OpenAiProfile(Builder b) {
    name = b.name;
    keyHeader = b.keyHeader;
    keyPrefix = b.keyPrefix;
    query = Map.copyOf(b.query);
    responseFormat = b.responseFormat;
    sizes = b.sizes;
    usual = b.usual;
    maxN = b.maxN;
    extras = Map.copyOf(b.extras);
    extrasInPrompt = b.extrasInPrompt;
    edits = b.edits;
    mask = b.mask;
    formats = b.formats;
    free = b.free;
  }

  /**
   * Azure OpenAI; the base URL names the resource and ends with {@code /openai/v1} or a deployment.
   */
  public static OpenAiProfile azure(String apiVersion) {
    return builder("azure-openai")
        .keyHeader("api-key", "")
        .query("api-version", apiVersion)
        .build();
  }

  /** Starts as OpenAI itself. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  public Builder toBuilder() {
    Builder b = new Builder(name);
    b.keyHeader = keyHeader;
    b.keyPrefix = keyPrefix;
    b.query = query;
    b.responseFormat = responseFormat;
    b.sizes = sizes;
    b.usual = usual;
    b.maxN = maxN;
    b.extras.putAll(extras);
    b.extrasInPrompt = extrasInPrompt;
    b.edits = edits;
    b.mask = mask;
    b.formats = formats;
    b.free = free;
    return b;
  }

  public String name() {
    return name;
  }

  String keyHeader() {
    return keyHeader;
  }

  String keyPrefix() {
    return keyPrefix;
  }

  Map<String, String> query() {
    return query;
  }

  boolean extrasInPrompt() {
    return extrasInPrompt;
  }

  Optional<String> extra(Extra which) {
    return Optional.ofNullable(extras.get(which));
  }

  Edits edits() {
    return edits;
  }

  Mask mask() {
    return mask;
  }

  boolean formats() {
    return formats;
  }

  boolean free() {
    return free;
  }

  /** What to send as response_format. */
  Optional<String> responseFormat(OpenAiModel model) {
    return responseFormat.or(
        () -> model.responseFormat() ? Optional.of("b64_json") : Optional.empty());
  }

  /** What a model takes on this server: the server's own rules go first. */
  OpenAiModel rules(String model) {
    OpenAiModel m = sizes.isPresent() ? OpenAiModel.NEWEST : OpenAiModel.of(model);
    return new OpenAiModel(
        m.prefix(),
        m.maxPrompt(),
        maxN.orElse(m.maxN()),
        sizes.orElse(m.sizes()),
        usual.orElse(m.usual()),
        m.responseFormat(),
        sizes.isPresent() ? Set.of() : m.qualities(),
        m.style(),
        m.formats() && formats,
        switch (edits) {
          case IMAGES_EDITS -> m.editImages();
          case INPAINTING -> 1;
          case NONE -> 0;
        },
        m.streams() && sizes.isEmpty());
  }

  @Override
  public String toString() {
    return "OpenAiProfile[" + name + "]";
  }

  /** Collects the differences. */
  public static final class Builder {
    private final String name;
    private String keyHeader = "Authorization";
    private String keyPrefix = "Bearer ";
    private Map<String, String> query = Map.of();
    private Optional<String> responseFormat = Optional.empty();
    private Optional<SizeRule> sizes = Optional.empty();
    private Optional<Size> usual = Optional.empty();
    private Optional<Integer> maxN = Optional.empty();
    private final Map<Extra, String> extras = new EnumMap<>(Extra.class);
    private boolean extrasInPrompt;
    private Edits edits = Edits.IMAGES_EDITS;
    private Mask mask = Mask.TRANSPARENT;
    private boolean formats = true;
    private boolean free;

    private Builder(String name) {
      this.name = requireNonNull(name, "name");
    }

    /**
     * Which header carries the key, and what stands before it. Default {@code Authorization:
     * Bearer}.
     */
    public Builder keyHeader(String header, String prefix) {
      keyHeader = requireNonNull(header, "header");
      keyPrefix = requireNonNull(prefix, "prefix");
      return this;
    }

    /** A query parameter of each call. */
    public Builder query(String parameter, String value) {
      query = Map.of(parameter, value);
      return this;
    }

    /** Always sent as {@code response_format}. Default: only to the models that need it. */
    public Builder responseFormat(String value) {
      responseFormat = Optional.of(value);
      return this;
    }

    /** The server's own sizes, for all its models. Default: as OpenAI's model of that name. */
    public Builder sizes(SizeRule rule, Size usualSize) {
      sizes = Optional.of(rule);
      usual = Optional.of(usualSize);
      return this;
    }

    /** Pictures of one call. */
    public Builder maxN(int pictures) {
      maxN = Optional.of(pictures);
      return this;
    }

    /** The server's name for an option that OpenAI does not have. Default: it has none. */
    public Builder extra(Extra which, String field) {
      extras.put(which, field);
      return this;
    }

    /** Whether extras ride inside the prompt, as sd-server wants them. Default no. */
    public Builder extrasInPrompt(boolean yes) {
      extrasInPrompt = yes;
      return this;
    }

    /** Default {@code IMAGES_EDITS}. */
    public Builder edits(Edits where) {
      edits = requireNonNull(where, "where");
      return this;
    }

    /** Default {@code TRANSPARENT}. */
    public Builder mask(Mask looks) {
      mask = requireNonNull(looks, "looks");
      return this;
    }

    /** Whether it knows {@code output_format} and its neighbours. Default yes. */
    public Builder formats(boolean yes) {
      formats = yes;
      return this;
    }

    /** Whether its pictures cost nothing, so that a task may simply be run again. Default no. */
    public Builder free(boolean yes) {
      free = yes;
      return this;
    }

    public OpenAiProfile build() {
      return new OpenAiProfile(this);
    }
  }
}
