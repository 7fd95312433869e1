package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.http.ComfyUiWorkflow.Slot;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * ComfyUI, through workflows. Ready ones generate, edit, inpaint and upscale; bring your own with
 * {@link Builder#generate}.
 *
 * <p>The id of a prompt is made here and checkpointed before the prompt is handed over, so that an
 * attempt that follows a crash finds the prompt whether or not the server's answer was lost.
 */
public final class ComfyUiImageProvider implements HttpImageProvider {
  private final ComfyUiWorkflow generate;
  private final ComfyUiWorkflow edit;
  private final ComfyUiWorkflow inpaint;
  private final ComfyUiWorkflow upscale;
  private final Optional<String> model;
  private final Duration lookEvery;
  private final Duration maxAge;
  private final HttpAccess access;
  private final Capabilities capabilities;
  private final Caller caller;
  private final ComfyUiServer server;
  private final Pictures pictures;
  private final HttpUrl base;

  private ComfyUiImageProvider(Builder b) {
    base = b.base;
    generate = b.generate;
    edit = b.edit;
    inpaint = b.inpaint;
    upscale = b.upscale;
    model = b.model;
    lookEvery = b.lookEvery;
    maxAge = b.maxAge;
    access = b.access;
    Set<TaskKind> tasks =
        EnumSet.of(TaskKind.GENERATE, TaskKind.EDIT, TaskKind.VARY, TaskKind.UPSCALE);
    capabilities =
        Capabilities.builder(b.name)
            .tasks(tasks.toArray(TaskKind[]::new))
            .sizes(new SizeRule.Within(64, 4096, 8, 4096L * 4096, 8))
            .defaultSize(b.size)
            .maxN(1) // for each prompt, so that each picture has a seed of its own
            .maxInputImages(1)
            .upscaleFactors(2, 3, 4)
            .seed(generate.has(Slot.SEED))
            .negativePrompt(generate.has(Slot.NEGATIVE_PROMPT))
            .mask(true)
            .progress(true)
            .previews(true)
            .cancelQueued(true)
            .cancelRunning(true)
            .repeat(Repeat.RESUMES_ALWAYS)
            .maxConcurrent(b.maxConcurrent)
            .build();
    caller = new Caller(b.name, access.client(), access.listener());
    server = new ComfyUiServer(base, access, caller);
    pictures = new Pictures(caller.failures(), access);
  }

  /**
   * @param url where the server is, such as {@code http://127.0.0.1:8188}
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void verify() throws InterruptedException {
    server.check();
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    ComfyUiOrder order =
        new ComfyUiOrder(workflowOf(task), model, capabilities, task, caller.failures());
    ComfyUiCheckpoint begun = ComfyUiCheckpoint.read(context, task);
    ComfyUiRun run =
        new ComfyUiRun(
            server, pictures, caller.failures(), order, lookEvery, maxAge, context, begun);
    Work work = Work.of(context, task.options().timeout(), access.renderTime());
    return context.cancelled()
        ? run.stop(Work.within(access.shortCallTime()))
        : run.go(access.client(), work, access.shortCallTime());
  }

  private ComfyUiWorkflow workflowOf(ImageTask task) {
    caller.failures().requireSupported(task, capabilities);
    return switch (task.kind()) {
      case UPSCALE -> upscale;
      case EDIT -> ((ImageTask.Edit) task).mask().isPresent() ? inpaint : edit;
      case VARY -> edit;
      default -> generate;
    };
  }

  @Override
  public String toString() {
    return "ComfyUiImageProvider[" + capabilities.provider() + " at " + base.redact() + "]";
  }

  /** Starts with the ready workflows and the defaults that each method names. */
  public static final class Builder {
    private final HttpUrl base;
    private String name = "comfyui";
    private ComfyUiWorkflow generate = ComfyUiWorkflow.generate();
    private ComfyUiWorkflow edit = ComfyUiWorkflow.edit();
    private ComfyUiWorkflow inpaint = ComfyUiWorkflow.inpaint();
    private ComfyUiWorkflow upscale = ComfyUiWorkflow.upscale();
    private Optional<String> model = Optional.empty();
    private Size size = new Size(1024, 1024);
    private int maxConcurrent = 2;
    private Duration lookEvery = Duration.ofSeconds(1);
    private Duration maxAge = Duration.ofHours(1);
    private HttpAccess access = HttpAccess.shared();

    private Builder(String url) {
      base = OpenAiImageProvider.baseOf(url);
    }

    /** The provider's name in captions, logs and metrics. Default {@code comfyui}. */
    public Builder name(String provider) {
      name = requireNonNull(provider, "provider");
      return this;
    }

    /** For pictures from words; must have a place for the prompt. */
    public Builder generate(ComfyUiWorkflow workflow) {
      generate = require(workflow, Slot.PROMPT);
      return this;
    }

    /** For pictures changed as a whole; must have a place for the picture. */
    public Builder edit(ComfyUiWorkflow workflow) {
      edit = require(workflow, Slot.IMAGE);
      return this;
    }

    /** For pictures changed under a mask; must have places for picture and mask. */
    public Builder inpaint(ComfyUiWorkflow workflow) {
      inpaint = require(require(workflow, Slot.IMAGE), Slot.MASK);
      return this;
    }

    /** For pictures enlarged; must have a place for the picture. */
    public Builder upscale(ComfyUiWorkflow workflow) {
      upscale = require(workflow, Slot.IMAGE);
      return this;
    }

    private static ComfyUiWorkflow require(ComfyUiWorkflow workflow, Slot slot) {
      if (!workflow.has(slot)) {
        throw new IllegalArgumentException(
            "the workflow has no place for " + slot + "; bind one of its inputs to it");
      }
      return workflow;
    }

    /** The checkpoint's file. Default: what the workflow names, else the server's first. */
    public Builder model(String file) {
      model = Optional.of(file);
      return this;
    }

    /** The size where a task names none. Default 1024 x 1024. */
    public Builder usualSize(Size usual) {
      size = requireNonNull(usual, "usual");
      return this;
    }

    /** Tasks handed over at once; the server works on one after the other. Default 2. */
    public Builder maxConcurrent(int tasks) {
      maxConcurrent = tasks;
      return this;
    }

    /** How often to look whether a picture is ready. Default 1 s. */
    public Builder lookEvery(Duration pause) {
      lookEvery = requireNonNull(pause, "pause");
      return this;
    }

    /**
     * When a prompt is given up: the server has worked on the same one for so long, be it this or
     * one before it. Default 1 h.
     */
    public Builder maxAge(Duration age) {
      maxAge = requireNonNull(age, "age");
      return this;
    }

    /** Default {@link HttpAccess#shared}. */
    public Builder access(HttpAccess how) {
      access = requireNonNull(how, "how");
      return this;
    }

    public ComfyUiImageProvider build() {
      return new ComfyUiImageProvider(this);
    }
  }
}
