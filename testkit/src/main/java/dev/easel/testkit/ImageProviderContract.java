package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.image.TaskKind;
import dev.easel.job.JobId;
import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ImageProvider} promises. Extend it once for each provider; what a provider does
 * not claim in its {@link Capabilities} is not asked of it, beyond that it says so.
 *
 * <p>A provider of a remote service is tested against a server that the test starts. Close it in an
 * {@code @AfterEach} of the subclass.
 */
public abstract class ImageProviderContract {
  private static final Set<MediaType> DECODED =
      Set.of(MediaType.PNG, MediaType.JPEG, MediaType.GIF);

  /** For subclasses. */
  protected ImageProviderContract() {}

  /** A provider that works and answers as fast as it can. */
  protected abstract ImageProvider newProvider() throws Exception;

  /**
   * A provider whose work on {@link #slowTask} takes longer than {@link #promptly}, so that there
   * is something to cancel: give it a server that hangs. Default: {@link #newProvider}.
   */
  protected ImageProvider newSlowProvider() throws Exception {
    return newProvider();
  }

  /** Default: as many large pictures as the provider makes. */
  protected ImageTask slowTask(Capabilities can) {
    return new ImageTask.Generate(
        PROMPT, ImageOptions.builder().n(can.maxN()).size(large(can)).build());
  }

  private static Size large(Capabilities can) {
    Size large = new Size(1024, 1024);
    return can.sizes().allows(large) ? large : can.defaultSize();
  }

  /** How soon a cancel or an interrupt must be obeyed, on a busy machine too. Default: 10 s. */
  protected Duration promptly() {
    return Duration.ofSeconds(10);
  }

  /** How long one picture may take at most. Default: 60 s. */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  /**
   * Lets the time pass after which a parked job is to be looked at again. Default: sleeps, at most
   * 100 ms.
   */
  protected void pass(Duration checkAfter) throws InterruptedException {
    Thread.sleep(Math.min(100, checkAfter.toMillis()));
  }

  /** A task of a kind that the provider supports, its inputs added to the context. */
  protected ImageTask task(
      TaskKind kind, Capabilities can, ImageOptions options, TestRenderContext context) {
    return switch (kind) {
      case GENERATE -> new ImageTask.Generate(PROMPT, options);
      case EDIT ->
          new ImageTask.Edit(
              List.of(photo(context)),
              "make it blue",
              can.mask()
                  ? Optional.of(context.add(TestPictures.leftHalfMask(96, 64)))
                  : Optional.empty(),
              Optional.empty(),
              options);
      case UPSCALE -> new ImageTask.Upscale(photo(context), can.upscaleFactors().get(0), options);
      case VARY -> new ImageTask.Vary(photo(context), PROMPT, Optional.empty(), options);
      case REMOVE_BACKGROUND -> new ImageTask.RemoveBackground(photo(context), options);
      case SWAP_FACES -> new ImageTask.SwapFaces(photo(context), photo(context), options);
    };
  }

  /** What the tests ask for where any words do. */
  protected static final String PROMPT = "a red lighthouse by the sea at sunset";

  // what it says of itself

  @Test
  void capabilitiesStayTheSame() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities first = provider.capabilities();
    assertThat(provider.capabilities()).isEqualTo(first);
    if (first.tasks().contains(TaskKind.GENERATE)) {
      finish(provider, new ImageTask.Generate(PROMPT, ImageOptions.DEFAULT));
      assertThat(provider.capabilities()).as("after a render").isEqualTo(first);
    }
  }

  @Test
  void capabilitiesFitTogether() throws Exception {
    Capabilities can = newProvider().capabilities();
    assertThat(can.tasks()).isNotEmpty();
    assertThat(can.outputFormats()).isNotEmpty();
    assertThat(can.sizes().allows(can.defaultSize())).as("default size is allowed").isTrue();
    assertThat(can.maxN()).isBetween(1, ImageOptions.MAX_PICTURES);
    assertThat(can.maxInputImages()).isBetween(0, ImageTask.MAX_INPUTS);
    assertThat(can.upscaleFactors()).allMatch(f -> f > 1 && f <= 8);
    if (can.tasks().stream().anyMatch(kind -> kind != TaskKind.GENERATE)) {
      assertThat(can.maxInputImages()).as("tasks that need an input").isPositive();
    }
    if (can.mask()) {
      assertThat(can.tasks()).as("a mask is for an edit").contains(TaskKind.EDIT);
    }
  }

  @Test
  void checkAnswersSoon() throws Exception {
    ImageProvider provider = newProvider();
    Health health = in(Duration.ofSeconds(10), provider::check);
    assertThat(health.status()).as(health.detail()).isEqualTo(Health.Status.UP);
  }

  // what it makes

  @Test
  void everyTaskItSupportsGivesRealPictures() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : can.tasks()) {
      TestRenderContext context = new TestRenderContext();
      ImageTask task = task(kind, can, ImageOptions.DEFAULT, context);
      Rendered rendered = finish(provider, task, context);
      assertThat(rendered.images()).as(kind + " pictures").isNotEmpty();
      assertThat(rendered.maker()).as(kind + " maker").isNotBlank();
      rendered.images().forEach(image -> assertReal(image, can));
    }
  }

  @Test
  void upscaledPictureIsLargerByTheFactor() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.UPSCALE);
    for (int factor : provider.capabilities().upscaleFactors()) {
      TestRenderContext context = new TestRenderContext();
      ImageTask task = new ImageTask.Upscale(photo(context), factor, ImageOptions.DEFAULT);
      ImageInfo info = finish(provider, task, context).images().get(0).info();
      assertThat(new Size(info.width(), info.height()))
          .isEqualTo(new Size(96 * factor, 64 * factor));
    }
  }

  @Test
  void pictureHasTheDefaultSizeWhereNoneIsAskedFor() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    ImageInfo info = finish(provider, generate(b -> {})).images().get(0).info();
    assertThat(new Size(info.width(), info.height()))
        .isEqualTo(provider.capabilities().defaultSize());
  }

  @Test
  void pictureHasTheSizeThatWasAskedFor() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    Capabilities can = provider.capabilities();
    List<Size> some =
        List.of(
            new Size(64, 64),
            new Size(256, 128),
            new Size(512, 512),
            new Size(1024, 1024),
            new Size(1536, 1024));
    List<Size> allowed = some.stream().filter(can.sizes()::allows).toList();
    for (Size size : allowed) {
      ImageInfo info = finish(provider, generate(b -> b.size(size))).images().get(0).info();
      assertThat(new Size(info.width(), info.height())).isEqualTo(size);
    }
  }

  @Test
  void sizeItCannotMakeIsRefusedOrNamedInAWarning() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    Size odd = new Size(16_383, 3);
    assumeTrue(!provider.capabilities().sizes().allows(odd));
    assertNotHonoured(provider, b -> b.size(odd));
  }

  @Test
  void asManyPicturesAsAskedFor() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    int n = Math.min(3, provider.capabilities().maxN());
    Rendered rendered = finish(provider, generate(b -> b.n(n)));
    assertThat(rendered.images()).hasSize(n);
    rendered.images().forEach(image -> assertReal(image, provider.capabilities()));
  }

  @Test
  void morePicturesThanItMakesAtOnceAreMadeOrNamedInAWarning() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    int n = provider.capabilities().maxN() + 1;
    assumeTrue(n <= ImageOptions.MAX_PICTURES);
    Rendered rendered = finish(provider, generate(b -> b.n(n)));
    assertThat(rendered.images()).isNotEmpty().hasSizeLessThanOrEqualTo(n);
    if (rendered.images().size() < n) {
      assertThat(rendered.warnings()).isNotEmpty();
    }
  }

  @Test
  void sameSeedGivesTheSamePictureAndAnotherSeedAnother() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(provider.capabilities().seed());
    RenderedImage once = finish(provider, generate(b -> b.seed(42))).images().get(0);
    RenderedImage again = finish(provider, generate(b -> b.seed(42))).images().get(0);
    RenderedImage other = finish(provider, generate(b -> b.seed(43))).images().get(0);
    assertThat(once.seed()).contains(42L);
    assertThat(other.seed()).contains(43L);
    assertThat(samePixels(once, again)).as("the same seed").isTrue();
    assertThat(samePixels(once, other)).as("another seed").isFalse();
  }

  @Test
  void seedIsToldWhereNoneWasGiven() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(provider.capabilities().seed());
    RenderedImage first = finish(provider, generate(b -> {})).images().get(0);
    assertThat(first.seed()).isPresent();
    long seed = first.seed().get();
    RenderedImage again = finish(provider, generate(b -> b.seed(seed))).images().get(0);
    assertThat(samePixels(first, again)).as("made again from the seed it told").isTrue();
  }

  @Test
  void picturesOfOneCallHaveSeedsOfTheirOwn() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(provider.capabilities().seed() && provider.capabilities().maxN() > 1);
    List<RenderedImage> two = finish(provider, generate(b -> b.n(2).seed(7))).images();
    assertThat(two.get(0).seed()).contains(7L);
    assertThat(two.get(1).seed()).isPresent().isNotEqualTo(two.get(0).seed());
    assertThat(samePixels(two.get(0), two.get(1))).isFalse();
  }

  @Test
  void longAndStrangePromptIsJustAPrompt() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    String strange = "море \"; \\ </x> \u202e{}%s \uD83C\uDFA8 ".repeat(200);
    String prompt = strange.substring(0, Math.min(strange.length(), 1000));
    assertThat(finish(provider, new ImageTask.Generate(prompt, ImageOptions.DEFAULT)).images())
        .isNotEmpty();
  }

  // what it cannot do

  @Test
  void taskThatItCannotDoIsUnsupported() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : TaskKind.values()) {
      if (can.tasks().contains(kind)) {
        continue;
      }
      for (Strictness strictness : Strictness.values()) {
        TestRenderContext context = new TestRenderContext();
        ImageOptions options = ImageOptions.builder().strictness(strictness).build();
        ImageTask task =
            kind == TaskKind.UPSCALE
                ? new ImageTask.Upscale(photo(context), 2, options)
                : task(kind, can, options, context);
        ProviderException refused = refusal(provider, task, context);
        assertThat(refused.kind()).as(kind + " " + strictness).isEqualTo(Kind.UNSUPPORTED);
      }
    }
  }

  @Test
  void factorThatItCannotDoIsUnsupported() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.UPSCALE);
    assumeTrue(!provider.capabilities().upscaleFactors().contains(7));
    TestRenderContext context = new TestRenderContext();
    ImageTask task = new ImageTask.Upscale(photo(context), 7, ImageOptions.DEFAULT);
    assertThat(refusal(provider, task, context).kind())
        .isIn(Kind.UNSUPPORTED, Kind.INVALID_REQUEST);
  }

  @Test
  void optionThatItDoesNotClaimIsRefusedOrNamedInAWarning() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    Capabilities can = provider.capabilities();
    if (!can.negativePrompt()) {
      assertNotHonoured(provider, b -> b.negativePrompt("people"));
    }
    if (!can.seed()) {
      assertNotHonoured(provider, b -> b.seed(5));
    }
    for (MediaType type : MediaType.values()) {
      if (!can.outputFormats().contains(type)) {
        assertNotHonoured(provider, b -> b.outputFormat(type));
      }
    }
  }

  @Test
  void optionsOfAnotherProviderAreNoMatter() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    ImageTask task =
        generate(
            b ->
                b.strictness(Strictness.STRICT)
                    .providerOptions(Map.of("somebody-else", Map.of("knob", "11"))));
    assertThat(finish(provider, task).images()).isNotEmpty();
  }

  @Test
  void refusalSaysNothingOfThePrompt() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(!provider.capabilities().negativePrompt());
    ImageTask task =
        new ImageTask.Generate(
            "xyzzy-secret-words",
            ImageOptions.builder()
                .negativePrompt("plugh-secret-words")
                .strictness(Strictness.STRICT)
                .build());
    ProviderException refused = refusal(provider, task, new TestRenderContext());
    assertThat(refused.getMessage()).doesNotContain("xyzzy").doesNotContain("plugh");
  }

  // inputs

  @Test
  void inputsAreReadThroughTheContextAndClosed() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : can.tasks()) {
      TestRenderContext context = new TestRenderContext();
      ImageTask task = task(kind, can, ImageOptions.DEFAULT, context);
      finish(provider, task, context);
      assertThat(context.opened()).as(kind + " opened").containsAll(task.inputs());
      assertThat(context.stillOpen()).as(kind + " left open").isZero();
    }
  }

  @Test
  void inputThatIsGoneIsAnInvalidRequest() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : can.tasks()) {
      TestRenderContext context = new TestRenderContext();
      ImageTask task = task(kind, can, ImageOptions.DEFAULT, context);
      if (!task.inputs().isEmpty()) {
        task.inputs().forEach(context::remove);
        assertThat(refusal(provider, task, context).kind())
            .as(kind.name())
            .isEqualTo(Kind.INVALID_REQUEST);
      }
    }
  }

  @Test
  void inputThatIsNoPictureIsAnInvalidRequest() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.EDIT);
    TestRenderContext context = new TestRenderContext();
    ImageRef liar = new ImageRef(ImageId.random(), MediaType.PNG, 96, 64, 20);
    context.add(liar, "<svg>not a png</svg>".getBytes(StandardCharsets.UTF_8));
    ImageTask task =
        new ImageTask.Edit(
            List.of(liar), "blue", Optional.empty(), Optional.empty(), ImageOptions.DEFAULT);
    assertThat(refusal(provider, task, context).kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(context.stillOpen()).isZero();
  }

  // stopping

  @Test
  void workCancelledBeforehandIsNotBegun() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : can.tasks()) {
      TestRenderContext context = new TestRenderContext();
      ImageTask task = task(kind, can, ImageOptions.DEFAULT, context);
      context.cancel();
      Callable<Kind> render = () -> refusal(provider, task, context).kind();
      assertThat(in(promptly(), render)).as(kind.name()).isEqualTo(Kind.CANCELLED);
    }
  }

  @Test
  void cancelStopsRunningWork() throws Exception {
    ImageProvider provider = newSlowProvider();
    assumeTrue(provider.capabilities().cancelRunning());
    TestRenderContext context = new TestRenderContext();
    ImageTask task = slowTask(provider.capabilities());
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Kind> ended = thread.submit(() -> refusal(provider, task, context).kind());
      assertThat(context.await(TestRenderContext::begun, patience())).as("begun").isTrue();
      context.cancel();
      assertThat(ended.get(promptly().toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(Kind.CANCELLED);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void interruptStopsRunningWork() throws Exception {
    ImageProvider provider = newSlowProvider();
    TestRenderContext context = new TestRenderContext();
    ImageTask task = slowTask(provider.capabilities());
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<RenderOutcome> ended = thread.submit(() -> provider.render(task, context));
      assertThat(context.await(TestRenderContext::begun, patience())).as("begun").isTrue();
      thread.shutdownNow(); // interrupts
      ended.get(promptly().toMillis(), TimeUnit.MILLISECONDS);
      fail("the render went on to its end");
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(InterruptedException.class);
    } finally {
      thread.shutdownNow();
    }
  }

  // progress and previews

  @Test
  void progressNeverFalls() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    for (TaskKind kind : can.tasks()) {
      TestRenderContext context = new TestRenderContext();
      ImageOptions options =
          ImageOptions.builder().n(kind == TaskKind.GENERATE ? Math.min(2, can.maxN()) : 1).build();
      finish(provider, task(kind, can, options, context), context);
      assertThat(context.fractions()).as(kind.name()).isSorted().allMatch(f -> f >= 0 && f <= 1);
      if (can.progress() && kind == TaskKind.GENERATE) {
        assertThat(context.fractions()).as("steps").hasSizeGreaterThanOrEqualTo(2);
      }
      if (!can.progress()) {
        assertThat(context.fractions()).as("nothing is invented").isEmpty();
      }
    }
  }

  @Test
  void previewsAreSmallPictures() throws Exception {
    ImageProvider provider = newProvider();
    Capabilities can = provider.capabilities();
    assumeSupports(provider, TaskKind.GENERATE);
    TestRenderContext context = new TestRenderContext();
    finish(provider, generate(b -> b.size(large(can))), context);
    if (!can.previews()) {
      assertThat(context.previews()).isEmpty();
      return;
    }
    assertThat(context.previews()).isNotEmpty();
    for (TestRenderContext.Preview preview : context.previews()) {
      ImageInfo info = ImageInfo.read(preview.bytes()).orElseThrow();
      assertThat(info.type()).isEqualTo(preview.type());
      assertThat(Math.max(info.width(), info.height())).isLessThanOrEqualTo(512);
      assertThat(preview.bytes()).hasSizeLessThanOrEqualTo(128 * 1024);
      if (DECODED.contains(info.type())) {
        TestPictures.decode(preview.bytes());
      }
    }
  }

  // many at once, and again

  @Test
  void rendersAtOnceDoNotDisturbEachOther() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    Capabilities can = provider.capabilities();
    int n = Math.min(4, can.maxConcurrent());
    ExecutorService threads = Executors.newFixedThreadPool(n);
    try {
      List<Future<Rendered>> running = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        ImageOptions.Builder options = ImageOptions.builder();
        if (can.seed()) {
          options.seed(100 + i);
        }
        ImageTask task = new ImageTask.Generate(PROMPT, options.build());
        TestRenderContext context = new TestRenderContext(JobId.of("at-once-" + i));
        running.add(threads.submit(() -> finish(provider, task, context)));
      }
      for (int i = 0; i < n; i++) {
        RenderedImage image =
            running.get(i).get(patience().toMillis(), TimeUnit.MILLISECONDS).images().get(0);
        assertReal(image, can);
        if (can.seed()) {
          int seed = 100 + i;
          assertThat(image.seed()).contains((long) seed);
          RenderedImage alone = finish(provider, generate(b -> b.seed(seed))).images().get(0);
          assertThat(samePixels(image, alone)).as("as if it were alone").isTrue();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void providerThatMayBeRepeatedNeedsNoCheckpoint() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(provider.capabilities().repeat() == Repeat.SAFE);
    TestRenderContext context = new TestRenderContext();
    finish(provider, generate(b -> {}), context);
    finish(provider, generate(b -> {}), new TestRenderContext());
    assertThat(context.checkpoints()).isEmpty();
  }

  @Test
  void pendingWorkIsCheckpointedAndGoesOnFromThere() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(resumes(provider));
    TestRenderContext context = new TestRenderContext();
    RenderOutcome first = provider.render(generate(b -> {}), context);
    assertThat(context.checkpoints()).as("written before it waited").isNotEmpty();
    if (first instanceof Pending pending) {
      pass(pending.checkAfter());
      assertThat(finish(provider, generate(b -> {}), context.nextAttempt()).images()).isNotEmpty();
    }
  }

  @Test
  void lostLeaseStopsTheSubmit() throws Exception {
    ImageProvider provider = newProvider();
    assumeSupports(provider, TaskKind.GENERATE);
    assumeTrue(resumes(provider));
    TestRenderContext context = new TestRenderContext();
    context.loseLease();
    assertThat(refusal(provider, generate(b -> {}), context).kind()).isEqualTo(Kind.CANCELLED);
  }

  private static boolean resumes(ImageProvider provider) {
    Repeat repeat = provider.capabilities().repeat();
    return repeat == Repeat.RESUMES || repeat == Repeat.RESUMES_ALWAYS;
  }

  // helpers that subclasses may use

  /** Renders to the end, through as many attempts as a parking provider needs. */
  protected final Rendered finish(ImageProvider provider, ImageTask task) throws Exception {
    return finish(provider, task, new TestRenderContext());
  }

  /** Renders to the end; the context is that of the first attempt. */
  protected final Rendered finish(ImageProvider provider, ImageTask task, TestRenderContext context)
      throws Exception {
    long end = System.nanoTime() + patience().toNanos();
    TestRenderContext attempt = context;
    RenderOutcome outcome = provider.render(task, attempt);
    while (outcome instanceof Pending pending) {
      assertThat(attempt.checkpoint()).as("checkpoint before Pending").isPresent();
      assertThat(System.nanoTime()).as("still pending after " + patience()).isLessThan(end);
      pass(pending.checkAfter());
      attempt = attempt.nextAttempt();
      outcome = provider.render(task, attempt);
    }
    return (Rendered) outcome;
  }

  /** Renders what is to be refused, and gives the refusal. */
  protected final ProviderException refusal(
      ImageProvider provider, ImageTask task, TestRenderContext context) throws Exception {
    try {
      finish(provider, task, context);
    } catch (ProviderException e) {
      return e;
    }
    throw new AssertionError("a refusal was expected, and a picture came");
  }

  private void assertNotHonoured(ImageProvider provider, Consumer<ImageOptions.Builder> option)
      throws Exception {
    ImageTask strict = generate(option.andThen(b -> b.strictness(Strictness.STRICT)));
    ProviderException refused = refusal(provider, strict, new TestRenderContext());
    assertThat(refused.kind()).as("strict").isIn(Kind.UNSUPPORTED, Kind.INVALID_REQUEST);
    Rendered lenient = finish(provider, generate(option));
    assertThat(lenient.images()).as("lenient").isNotEmpty();
    assertThat(lenient.warnings()).as("lenient, never silently").isNotEmpty();
  }

  private static void assertReal(RenderedImage image, Capabilities can) {
    ImageInfo info = ImageInfo.read(image.bytes()).orElseThrow();
    assertThat(image.info()).isEqualTo(info);
    assertThat(can.outputFormats()).contains(info.type());
    if (DECODED.contains(info.type())) {
      var decoded = TestPictures.decode(image.bytes());
      assertThat(new Size(decoded.getWidth(), decoded.getHeight()))
          .as("decoded size")
          .isEqualTo(new Size(info.width(), info.height()));
    }
  }

  private static boolean samePixels(RenderedImage a, RenderedImage b) {
    return DECODED.contains(a.info().type())
        ? Arrays.equals(TestPictures.pixels(a.bytes()), TestPictures.pixels(b.bytes()))
        : Arrays.equals(a.bytes(), b.bytes());
  }

  private static ImageTask generate(Consumer<ImageOptions.Builder> more) {
    ImageOptions.Builder options = ImageOptions.builder();
    more.accept(options);
    return new ImageTask.Generate(PROMPT, options.build());
  }

  private static ImageRef photo(TestRenderContext context) {
    return context.add(TestPictures.photo(96, 64));
  }

  private static void assumeSupports(ImageProvider provider, TaskKind kind) {
    assumeTrue(provider.capabilities().tasks().contains(kind), "does not claim " + kind);
  }

  private static <T> T in(Duration time, Callable<T> what) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(what).get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("took longer than " + time, e);
    } finally {
      thread.shutdownNow();
    }
  }
}
