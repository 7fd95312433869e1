package dev.easel.local;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import dev.easel.local.upscale.Upscaler;
import dev.easel.store.MediaType;

/**
 * Makes pictures on this machine, with no key, no network and no model of what words mean:
 *
 * <ul>
 *   <li>generate: a procedural picture, {@code local-sketch}, whose subject and colours are chosen
 *       by the words it knows (in English and Russian) and by the seed; same words, seed and size,
 *       same picture;
 *   <li>edit: classic filters asked for in words, {@code local-filters}, also under a mask;
 *   <li>vary: a sketch again from a new seed, a photo with its hues turned and bent a little;
 *   <li>upscale: the small neural network {@code esrgan-slim}, two, three or four times, up to one
 *       megapixel; above that the classic filter Lanczos, named so.
 * </ul>
 *
 * <p>Sketches and filters run on the caller's thread. Upscales share a few threads of their own,
 * tile by tile in turn; the threads end when idle, and at {@link #close}.
 *
 * <p>Inputs are PNG or JPEG of at most 16 megapixels and 32 MB. A sketch carries its prompt and
 * seed in a text chunk named {@code parameters}, unless that is switched off.
 */
public final class LocalImageProvider implements ImageProvider, AutoCloseable {
  private final Capabilities capabilities;
  private final Sketcher sketcher;
  private final Editor editor;
  private final Upscaler upscaler;
  private final Enlarger enlarger;

  private LocalImageProvider(Builder b) {
    capabilities =
        Capabilities.builder("local")
            .tasks(TaskKind.GENERATE, TaskKind.EDIT, TaskKind.VARY, TaskKind.UPSCALE)
            .sizes(new SizeRule.Within(64, 2048, 1, 2048L * 2048, 32))
            .defaultSize(new Size(512, 512))
            .maxN(ImageOptions.MAX_PICTURES)
            .maxInputImages(1)
            .upscaleFactors(2, 3, 4)
            .seed(true)
            .mask(true)
            .progress(true)
            .previews(true)
            .cancelQueued(true)
            .cancelRunning(true)
            .repeat(Repeat.SAFE)
            .maxConcurrent(b.threads)
            .outputFormats(MediaType.PNG)
            .semanticPrompt(false)
            .build();
    sketcher = new Sketcher(capabilities, b.metadata);
    editor = new Editor(capabilities);
    upscaler = new Upscaler(b.threads);
    enlarger = new Enlarger(capabilities, upscaler);
  }

  /** With the defaults of {@link #builder}. */
  public static LocalImageProvider create() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Health check() {
    return Health.up();
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    Work work = new Work(context, task.options().timeout());
    work.goOn();
    if (task instanceof ImageTask.Generate generate) {
      return sketcher.generate(generate, work);
    }
    if (task instanceof ImageTask.Edit edit) {
      return editor.edit(edit, work);
    }
    if (task instanceof ImageTask.Vary vary) {
      return vary(vary, work);
    }
    if (task instanceof ImageTask.Upscale upscale) {
      return enlarger.upscale(upscale, work);
    }
    throw ProviderException.builder(
            Kind.UNSUPPORTED, task.kind() + " cannot be done on this machine")
        .provider(capabilities.provider())
        .build();
  }

  /** Ends the threads of upscales. Twice is fine. */
  @Override
  public void close() {
    upscaler.close();
  }

  private RenderOutcome vary(ImageTask.Vary task, Work work) throws InterruptedException {
    Pictures.Source source = Pictures.read(task.image(), work.context());
    var ours =
        Parameters.readFrom(source.bytes())
            // an edited copy may have kept the text but not the size
            .filter(p -> p.width() == source.info().width() && p.height() == source.info().height())
            .filter(p -> capabilities.sizes().allows(new Size(p.width(), p.height())));
    if (ours.isPresent()) {
      return sketcher.vary(task, ours.get(), work);
    }
    return editor.vary(task, source, work);
  }

  /** Collects settings; each has a default. */
  public static final class Builder {
    private boolean metadata = true;
    private int threads = Math.min(8, Runtime.getRuntime().availableProcessors());

    private Builder() {}

    /** Whether a sketch carries its prompt and seed within the PNG. Default: yes. */
    public Builder metadata(boolean yes) {
      metadata = yes;
      return this;
    }

    /**
     * How many pictures may be made at once, and how many threads upscales share. Default: the
     * number of processors, at most 8, since each thread takes 40 MB while it works.
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads must be at least 1, was " + count);
      }
      threads = count;
      return this;
    }

    public LocalImageProvider build() {
      return new LocalImageProvider(this);
    }
  }
}
