package dev.easel.image;

import static java.util.Objects.requireNonNull;

import dev.easel.store.MediaType;
import java.util.List;
import java.util.Set;

/**
 * What a provider can do, as data: the dialogue offers only this, the router chooses by it.
 *
 * @param provider names it in captions, logs and metrics: 1 to 64 of {@code a-z 0-9 . -}
 * @param maxN pictures of one call; more are made by several calls
 * @param upscaleFactors empty where {@code UPSCALE} is not among the tasks
 * @param cancelRunning whether work that began can still be stopped
 * @param repeat what running the same task again means
 * @param maxConcurrent calls at once; the bot never runs more workers on it
 * @param semanticPrompt whether it understands what a prompt means
 */
public record Capabilities(
    String provider,
    Set<TaskKind> tasks,
    SizeRule sizes,
    Size defaultSize,
    int maxN,
    int maxInputImages,
    List<Integer> upscaleFactors,
    boolean seed,
    boolean negativePrompt,
    boolean mask,
    boolean progress,
    boolean previews,
    boolean cancelQueued,
    boolean cancelRunning,
    Repeat repeat,
    int maxConcurrent,
    Set<MediaType> outputFormats,
    boolean semanticPrompt) {

  /** What running a task again means. */
  public enum Repeat {
    /** Free or idempotent: just do it. */
    SAFE,
    /** Paid, but its checkpoint finds the work that was begun. */
    RESUMES,
    /** The same, and it writes one before it orders: without a checkpoint, nothing was begun. */
    RESUMES_ALWAYS,
    /** Paid, and not to be found again: never run twice by the program. */
    UNSAFE
  }

  public Capabilities {
    requireNonNull(provider, "provider");
    if (!provider.matches("[a-z0-9.-]{1,64}")) {
      throw new IllegalArgumentException(
          "a provider's name is 1 to 64 of a-z 0-9 . -, was '" + provider + "'");
    }
    tasks = Set.copyOf(tasks);
    requireNonNull(sizes, "sizes");
    requireNonNull(defaultSize, "defaultSize");
    upscaleFactors = List.copyOf(upscaleFactors);
    requireNonNull(repeat, "repeat");
    outputFormats = Set.copyOf(outputFormats);
    if (maxN < 1 || maxInputImages < 0 || maxConcurrent < 1) {
      throw new IllegalArgumentException(
          "maxN and maxConcurrent must be at least 1, maxInputImages 0: "
              + maxN
              + ", "
              + maxConcurrent
              + ", "
              + maxInputImages);
    }
    if (tasks.contains(TaskKind.UPSCALE) == upscaleFactors.isEmpty()) {
      throw new IllegalArgumentException(
          "upscaleFactors belong to the task UPSCALE: " + upscaleFactors);
    }
  }

  public static Builder builder(String provider) {
    return new Builder(provider);
  }

  /**
   * Starts as a provider that only generates, one 1024 x 1024 PNG at a time, and must not be
   * repeated.
   */
  public static final class Builder {
    private final String provider;
    private Set<TaskKind> tasks = Set.of(TaskKind.GENERATE);
    private SizeRule sizes = new SizeRule.Within(64, 2048, 1, 4_194_304, 16);
    private Size defaultSize = new Size(1024, 1024);
    private int maxN = 1;
    private int maxInputImages;
    private List<Integer> upscaleFactors = List.of();
    private boolean seed;
    private boolean negativePrompt;
    private boolean mask;
    private boolean progress;
    private boolean previews;
    private boolean cancelQueued;
    private boolean cancelRunning;
    private Repeat repeat = Repeat.UNSAFE;
    private int maxConcurrent = 1;
    private Set<MediaType> outputFormats = Set.of(MediaType.PNG);
    private boolean semanticPrompt = true;

    private Builder(String provider) {
      this.provider = provider;
    }

    public Builder tasks(TaskKind... kinds) {
      tasks = Set.of(kinds);
      return this;
    }

    public Builder sizes(SizeRule rule) {
      sizes = rule;
      return this;
    }

    public Builder defaultSize(Size size) {
      defaultSize = size;
      return this;
    }

    public Builder maxN(int pictures) {
      maxN = pictures;
      return this;
    }

    public Builder maxInputImages(int pictures) {
      maxInputImages = pictures;
      return this;
    }

    public Builder upscaleFactors(Integer... factors) {
      upscaleFactors = List.of(factors);
      return this;
    }

    public Builder seed(boolean yes) {
      seed = yes;
      return this;
    }

    public Builder negativePrompt(boolean yes) {
      negativePrompt = yes;
      return this;
    }

    public Builder mask(boolean yes) {
      mask = yes;
      return this;
    }

    public Builder progress(boolean yes) {
      progress = yes;
      return this;
    }

    public Builder previews(boolean yes) {
      previews = yes;
      return this;
    }

    public Builder cancelQueued(boolean yes) {
      cancelQueued = yes;
      return this;
    }

    public Builder cancelRunning(boolean yes) {
      cancelRunning = yes;
      return this;
    }

    public Builder repeat(Repeat what) {
      repeat = what;
      return this;
    }

    public Builder maxConcurrent(int calls) {
      maxConcurrent = calls;
      return this;
    }

    public Builder outputFormats(MediaType... types) {
      outputFormats = Set.of(types);
      return this;
    }

    public Builder semanticPrompt(boolean yes) {
      semanticPrompt = yes;
      return this;
    }

    public Capabilities build() {
      return new Capabilities(
          provider,
          tasks,
          sizes,
          defaultSize,
          maxN,
          maxInputImages,
          upscaleFactors,
          seed,
          negativePrompt,
          mask,
          progress,
          previews,
          cancelQueued,
          cancelRunning,
          repeat,
          maxConcurrent,
          outputFormats,
          semanticPrompt);
    }
  }
}
