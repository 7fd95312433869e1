package dev.easel.image;

import static java.util.Objects.requireNonNull;

import dev.easel.store.MediaType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a picture is to be made. Everything but {@code n} and {@code strictness} may be left to the
 * provider.
 *
 * @param negativePrompt what is not to be seen
 * @param model a provider's own name for it; never an enum, since they change by the month
 * @param n how many pictures, 1 to {@link #MAX_PICTURES}
 * @param size excludes {@code aspectRatio}
 * @param seed the same seed, prompt and model give the same picture where the provider can
 * @param steps 1 to 1,000
 * @param guidanceScale how strictly the prompt is followed, 0 to 100
 * @param outputCompression 0 to 100
 * @param timeout for one attempt
 * @param providerOptions what only one provider understands: provider, then option, then value
 */
public record ImageOptions(
    Optional<String> negativePrompt,
    Optional<String> model,
    int n,
    Optional<Size> size,
    Optional<AspectRatio> aspectRatio,
    Optional<Long> seed,
    Optional<Integer> steps,
    Optional<Double> guidanceScale,
    Optional<String> quality,
    Optional<String> style,
    Optional<String> background,
    Optional<MediaType> outputFormat,
    Optional<Integer> outputCompression,
    Optional<Duration> timeout,
    Strictness strictness,
    Map<String, Map<String, String>> providerOptions) {
  public static final int MAX_PICTURES = 10;

  /** One picture, everything else as the provider likes. */
  public static final ImageOptions DEFAULT = builder().build();

  /** What happens to an option that the provider cannot honour. */
  public enum Strictness {
    /** The task is refused. */
    STRICT,
    /** The option is dropped, and the result carries a warning. */
    LENIENT
  }

  public ImageOptions {
    requireNonNull(negativePrompt, "negativePrompt");
    requireNonNull(model, "model");
    requireNonNull(size, "size");
    requireNonNull(aspectRatio, "aspectRatio");
    requireNonNull(seed, "seed");
    requireNonNull(steps, "steps");
    requireNonNull(guidanceScale, "guidanceScale");
    requireNonNull(quality, "quality");
    requireNonNull(style, "style");
    requireNonNull(background, "background");
    requireNonNull(outputFormat, "outputFormat");
    requireNonNull(outputCompression, "outputCompression");
    requireNonNull(timeout, "timeout");
    requireNonNull(strictness, "strictness");
    requireNonNull(providerOptions, "providerOptions");
    if (n < 1 || n > MAX_PICTURES) {
      throw new IllegalArgumentException("n must be 1 to " + MAX_PICTURES + ", was " + n);
    }
    if (size.isPresent() && aspectRatio.isPresent()) {
      throw new IllegalArgumentException("give a size or an aspect ratio, not both");
    }
    if (negativePrompt.isPresent() && negativePrompt.get().length() > ImageTask.MAX_PROMPT) {
      throw new IllegalArgumentException(
          "negativePrompt has at most " + ImageTask.MAX_PROMPT + " characters");
    }
    if (steps.isPresent() && (steps.get() < 1 || steps.get() > 1000)) {
      throw new IllegalArgumentException("steps must be 1 to 1000, was " + steps.get());
    }
    if (guidanceScale.isPresent() && !(guidanceScale.get() >= 0 && guidanceScale.get() <= 100)) {
      throw new IllegalArgumentException(
          "guidanceScale must be 0 to 100, was " + guidanceScale.get());
    }
    if (outputCompression.isPresent()
        && (outputCompression.get() < 0 || outputCompression.get() > 100)) {
      throw new IllegalArgumentException(
          "outputCompression must be 0 to 100, was " + outputCompression.get());
    }
    if (timeout.isPresent() && (timeout.get().isNegative() || timeout.get().isZero())) {
      throw new IllegalArgumentException("timeout must be above zero, was " + timeout.get());
    }
    providerOptions = Map.copyOf(providerOptions);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.negativePrompt = negativePrompt;
    b.model = model;
    b.n = n;
    b.size = size;
    b.aspectRatio = aspectRatio;
    b.seed = seed;
    b.steps = steps;
    b.guidanceScale = guidanceScale;
    b.quality = quality;
    b.style = style;
    b.background = background;
    b.outputFormat = outputFormat;
    b.outputCompression = outputCompression;
    b.timeout = timeout;
    b.strictness = strictness;
    b.providerOptions = providerOptions;
    return b;
  }

  /** The same options for another picture: the provider chooses its seed. */
  public ImageOptions withoutSeed() {
    Builder b = toBuilder();
    b.seed = Optional.empty();
    return b.build();
  }

  /** Collects options; what is not set is left to the provider. */
  public static final class Builder {
    private Optional<String> negativePrompt = Optional.empty();
    private Optional<String> model = Optional.empty();
    private int n = 1;
    private Optional<Size> size = Optional.empty();
    private Optional<AspectRatio> aspectRatio = Optional.empty();
    private Optional<Long> seed = Optional.empty();
    private Optional<Integer> steps = Optional.empty();
    private Optional<Double> guidanceScale = Optional.empty();
    private Optional<String> quality = Optional.empty();
    private Optional<String> style = Optional.empty();
    private Optional<String> background = Optional.empty();
    private Optional<MediaType> outputFormat = Optional.empty();
    private Optional<Integer> outputCompression = Optional.empty();
    private Optional<Duration> timeout = Optional.empty();
    private Strictness strictness = Strictness.LENIENT;
    private Map<String, Map<String, String>> providerOptions = Map.of();

    private Builder() {}

    public Builder negativePrompt(String text) {
      negativePrompt = Optional.of(text);
      return this;
    }

    public Builder model(String name) {
      model = Optional.of(name);
      return this;
    }

    /** Default 1. */
    public Builder n(int pictures) {
      n = pictures;
      return this;
    }

    public Builder size(Size pixels) {
      size = Optional.of(pixels);
      return this;
    }

    public Builder size(int width, int height) {
      return size(new Size(width, height));
    }

    public Builder aspectRatio(AspectRatio shape) {
      aspectRatio = Optional.of(shape);
      return this;
    }

    public Builder seed(long number) {
      seed = Optional.of(number);
      return this;
    }

    public Builder steps(int count) {
      steps = Optional.of(count);
      return this;
    }

    public Builder guidanceScale(double scale) {
      guidanceScale = Optional.of(scale);
      return this;
    }

    public Builder quality(String word) {
      quality = Optional.of(word);
      return this;
    }

    public Builder style(String word) {
      style = Optional.of(word);
      return this;
    }

    public Builder background(String word) {
      background = Optional.of(word);
      return this;
    }

    public Builder outputFormat(MediaType type) {
      outputFormat = Optional.of(type);
      return this;
    }

    public Builder outputCompression(int percent) {
      outputCompression = Optional.of(percent);
      return this;
    }

    public Builder timeout(Duration oneAttempt) {
      timeout = Optional.of(oneAttempt);
      return this;
    }

    /** Default {@code LENIENT}. */
    public Builder strictness(Strictness how) {
      strictness = requireNonNull(how, "how");
      return this;
    }

    public Builder providerOptions(Map<String, Map<String, String>> options) {
      providerOptions = Map.copyOf(options);
      return this;
    }

    public ImageOptions build() {
      return new ImageOptions(
          negativePrompt,
          model,
          n,
          size,
          aspectRatio,
          seed,
          steps,
          guidanceScale,
          quality,
          style,
          background,
          outputFormat,
          outputCompression,
          timeout,
          strictness,
          providerOptions);
    }
  }
}
