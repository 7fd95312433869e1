package dev.easel.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.easel.health.Health;
import dev.easel.image.Attempt;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import dev.easel.routing.RoutingEvent.What;
import dev.easel.testkit.ScriptedProvider;
import dev.easel.testkit.SettableClock;
import dev.easel.testkit.TestPictures;
import dev.easel.testkit.TestRenderContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoutingProviderTest {
  private static final ImageTask TASK = ImageTask.Generate.of("a lighthouse");

  private final SettableClock clock = new SettableClock();
  private final List<RoutingEvent> events = new CopyOnWriteArrayList<>();
  private final ScriptedProvider first = named("first", Repeat.UNSAFE);
  private final ScriptedProvider second = named("second", Repeat.UNSAFE);
  private final TestRenderContext context = new TestRenderContext();

  private static ScriptedProvider named(String name, Repeat repeat) {
    return new ScriptedProvider(as(name, repeat).build());
  }

  /** What {@link ScriptedProvider#everything} can do, under another name. */
  private static Capabilities.Builder as(String name, Repeat repeat) {
    return Capabilities.builder(name)
        .tasks(TaskKind.values())
        .defaultSize(new Size(64, 64))
        .sizes(new SizeRule.Within(8, 1024, 1, 1 << 20, 16))
        .maxInputImages(16)
        .maxN(10)
        .upscaleFactors(2, 4)
        .seed(true)
        .mask(true)
        .repeat(repeat)
        .maxConcurrent(4);
  }

  private RoutingProvider.Builder router(ImageProvider... providers) {
    RoutingProvider.Builder b =
        RoutingProvider.builder()
            .failuresToOpen(2)
            .openTime(Duration.ofSeconds(30))
            .time(clock)
            .listener(events::add);
    for (ImageProvider p : providers) {
      b.add(p);
    }
    return b;
  }

  @Test
  void firstOneServesWhileItIsWell() throws Exception {
    Rendered rendered = render(router(first, second).build());
    assertThat(rendered.attempts()).extracting(Attempt::provider).containsExactly("first");
    assertThat(second.runs()).isZero();
  }

  @Test
  void aProviderReadsTheClockOfTheJob() throws Exception {
    List<Instant> read = new CopyOnWriteArrayList<>();
    first.next(
        (task, with) -> {
          read.add(with.now());
          return Optional.empty();
        });
    router(first).build().render(TASK, context.withClock(clock));
    assertThat(read).containsExactly(clock.instant());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void onlyFailuresThatAllowItGoToTheNext(Kind kind) {
    first.always(ScriptedProvider.fail(kind));
    RoutingProvider router = router(first, second).build();
    boolean served = tryRender(router).isPresent();
    assertThat(served).isEqualTo(kind.fallsBack());
    assertThat(second.runs()).isEqualTo(kind.fallsBack() ? 1 : 0);
  }

  @Test
  void failureThatMayBeBilledGoesToNobodyElse() {
    first.always(
        ScriptedProvider.fail(
            ProviderException.builder(Kind.UNAVAILABLE, "the picture may exist")
                .mayBeBilled(true)
                .build()));
    assertThat(failure(router(first, second).build()).mayBeBilled()).isTrue();
    assertThat(second.runs()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"OUTCOME_UNKNOWN", "PROTOCOL", "NO_IMAGE", "TIMEOUT", "UNAVAILABLE"})
  void whatMayBeBilledIsToldEvenIfSomebodyElseFailedForFreeBefore(Kind kind) {
    first.always(ScriptedProvider.fail(Kind.UNAVAILABLE));
    second.always(ScriptedProvider.fail(billed(kind)));
    ProviderException e = failure(router(first, second).build());
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.ranNothing()).as("a caller may order it again").isFalse();
    assertThat(catchThrowableOfType(ProviderException.class, this::renderNextAttempt).kind())
        .as("and it is kept who was asked")
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  private void renderNextAttempt() throws InterruptedException {
    router(first, second).build().render(TASK, context.nextAttempt());
  }

  @Test
  void whatMayBeBilledIsToldEvenIfSomebodyElseWasNotAsked() throws Exception {
    first.next(ScriptedProvider.fail(Kind.RATE_LIMITED));
    RoutingProvider router = router(first, second).build();
    render(router);
    second.always(ScriptedProvider.fail(billed(Kind.PROTOCOL)));
    ProviderException e = failure(router);
    assertThat(whats("first")).as("left alone").endsWith(What.SKIPPED_COOLING);
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e.mayBeBilled()).isTrue();
  }

  private static ProviderException billed(Kind kind) {
    return ProviderException.builder(kind, "the picture may exist").mayBeBilled(true).build();
  }

  @Test
  void failureThatGoesToNobodyElseIsTheOneThatIsTold() {
    first.always(ScriptedProvider.fail(Kind.UNAVAILABLE));
    second.always(ScriptedProvider.fail(Kind.TIMEOUT)); // of one that does not say what is billed
    assertThat(failure(router(first, second).build()).kind()).isEqualTo(Kind.TIMEOUT);
  }

  @Test
  void providerThatAnswersNothingIsNotFollowedByAnother() {
    ImageProvider silent =
        new ImageProvider() {
          @Override
          public Capabilities capabilities() {
            return as("silent", Repeat.UNSAFE).build();
          }

          @Override
          public Health check() {
            return Health.up();
          }

          @Override
          @SuppressWarnings("NullAway") // none may do it, and some will
          public RenderOutcome render(ImageTask task, RenderContext context) {
            return null;
          }
        };
    ProviderException e = failure(router(silent, second).build());
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(second.runs()).isZero();
  }

  @Test
  void namesOfModelsThatPeopleMakeUpDoNotFillTheRouter() throws Exception {
    RoutingProvider router = router(first).build();
    for (int i = 0; i < 100; i++) {
      ImageOptions options = ImageOptions.builder().model("made-up-" + i).build();
      assertThat(router.render(new ImageTask.Generate("a", options), new TestRenderContext()))
          .isInstanceOf(Rendered.class);
    }
    assertThat(render(router).images()).hasSize(1);
  }

  @Test
  void deadlineMayBeForever() throws Exception {
    RoutingProvider router = router(first).deadline(ChronoUnit.FOREVER.getDuration()).build();
    assertThat(render(router).images()).hasSize(1);
  }

  @Test
  void eachAttemptIsInTheResult() throws Exception {
    first.next(ScriptedProvider.fail(Kind.UNAVAILABLE));
    Rendered rendered = render(router(first, second).build());
    assertThat(rendered.attempts())
        .extracting(Attempt::provider)
        .containsExactly("first", "second");
    assertThat(rendered.attempts().get(0).failure()).contains(Kind.UNAVAILABLE);
    assertThat(rendered.attempts().get(1).failure()).isEmpty();
  }

  @Test
  void primaryGoesDownTheBreakerOpensTheSecondaryServesAndThePrimaryComesBack() throws Exception {
    first.always(ScriptedProvider.fail(Kind.UNAVAILABLE));
    RoutingProvider router = router(first, second).build();
    render(router);
    render(router);
    assertThat(whats("first")).contains(What.BREAKER_OPENED);
    render(router);
    assertThat(first.runs()).as("left alone").isEqualTo(2);
    assertThat(whats("first")).endsWith(What.SKIPPED_OPEN);

    first.health(Health.down("still away"));
    clock.advance(Duration.ofSeconds(31));
    render(router);
    assertThat(first.runs()).as("asked only for its health").isEqualTo(2);

    first.always();
    first.health(Health.up());
    clock.advance(Duration.ofSeconds(31));
    Rendered back = render(router);
    assertThat(back.attempts()).extracting(Attempt::provider).containsExactly("first");
    assertThat(whats("first"))
        .contains(What.BREAKER_HALF_OPENED, What.BREAKER_CLOSED)
        .endsWith(What.SERVED);
  }

  @Test
  void personsMistakesNeverOpenTheBreaker() throws Exception {
    RoutingProvider router = router(first).build();
    first.always(ScriptedProvider.fail(Kind.CONTENT_POLICY));
    for (int i = 0; i < 10; i++) {
      failure(router);
    }
    first.always(ScriptedProvider.fail(Kind.INVALID_REQUEST));
    for (int i = 0; i < 10; i++) {
      failure(router);
    }
    first.always();
    assertThat(render(router).images()).hasSize(1);
    assertThat(whats("first")).doesNotContain(What.BREAKER_OPENED);
  }

  @Test
  void rateLimitIsKeptToUntilItsTime() throws Exception {
    first.next(
        ScriptedProvider.fail(
            ProviderException.builder(Kind.RATE_LIMITED, "slow down")
                .retryAfter(Duration.ofSeconds(20))
                .build()));
    RoutingProvider router = router(first, second).build();
    render(router);
    render(router);
    assertThat(first.runs()).isEqualTo(1);
    assertThat(whats("first")).endsWith(What.SKIPPED_COOLING);
    clock.advance(Duration.ofSeconds(21));
    render(router);
    assertThat(first.runs()).isEqualTo(2);
  }

  @Test
  void modelThatTheKeyMayNotUseLeavesTheOthersOfItsProvider() throws Exception {
    first.next(ScriptedProvider.fail(Kind.PERMISSION_DENIED));
    RoutingProvider router = router(first, second).build();
    ImageOptions options = ImageOptions.builder().model("not-for-this-key").build();
    assertThat(router.render(new ImageTask.Generate("a", options), context))
        .isInstanceOf(Rendered.class);
    assertThat(render(router).attempts()).extracting(Attempt::provider).containsExactly("first");
  }

  @Test
  void whenNobodyIsFreeTheSoonestTimeIsTold() {
    first.always(
        ScriptedProvider.fail(
            ProviderException.builder(Kind.RATE_LIMITED, "slow down")
                .retryAfter(Duration.ofSeconds(20))
                .build()));
    RoutingProvider router = router(first).build();
    assertThat(failure(router).details().retryAfter()).contains(Duration.ofSeconds(20));
    clock.advance(Duration.ofSeconds(5));
    ProviderException again = failure(router);
    assertThat(again.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(again.details().retryAfter()).contains(Duration.ofSeconds(15));
    assertThat(again.ranNothing()).isTrue();
  }

  @Test
  void refusalGoesOnlyWhereThatWasAskedFor() throws Exception {
    first.always(ScriptedProvider.fail(Kind.CONTENT_POLICY));
    ScriptedProvider third = named("third", Repeat.UNSAFE);
    RoutingProvider router = router(first, second, third).afterRefusal("third").build();
    Rendered rendered = render(router);
    assertThat(rendered.attempts()).extracting(Attempt::provider).containsExactly("first", "third");
    assertThat(second.runs()).isZero();
  }

  @Test
  void sketchNeverStandsInForAPicture() throws Exception {
    ScriptedProvider local =
        new ScriptedProvider(as("local", Repeat.SAFE).semanticPrompt(false).build());
    ScriptedProvider words =
        new ScriptedProvider(
            Capabilities.builder("words")
                .sizes(new SizeRule.Within(8, 1024, 1, 1 << 20, 16))
                .defaultSize(new Size(64, 64))
                .build());
    words.always(ScriptedProvider.fail(Kind.UNAVAILABLE));
    RoutingProvider router = router(words, local).build();
    assertThat(failure(router).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(local.runs()).isZero();

    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPictures.png(16, 16, 1)), 2, ImageOptions.DEFAULT);
    assertThat(((Rendered) router.render(upscale, context)).attempts())
        .extracting(Attempt::provider)
        .containsExactly("local");

    RoutingProvider sketching = router(words, local).sketches(true).build();
    assertThat(render(sketching).attempts()).extracting(Attempt::provider).endsWith("local");
  }

  @Test
  void strictTaskGoesToWhoCanHonourItLenientOneToTheFirst() throws Exception {
    ScriptedProvider plain = new ScriptedProvider(as("plain", Repeat.UNSAFE).seed(false).build());
    RoutingProvider router = router(plain, second).build();
    ImageOptions strict = ImageOptions.builder().seed(4).strictness(Strictness.STRICT).build();
    Rendered rendered = (Rendered) router.render(new ImageTask.Generate("a", strict), context);
    assertThat(rendered.attempts()).extracting(Attempt::provider).containsExactly("second");
    Rendered lenient =
        (Rendered)
            router.render(
                new ImageTask.Generate("a", ImageOptions.builder().seed(4).build()),
                new TestRenderContext());
    assertThat(lenient.attempts()).extracting(Attempt::provider).containsExactly("plain");
    assertThat(lenient.warnings()).isNotEmpty();
  }

  @Test
  void modelGoesToWhoHasItAndItsNameToNobodyElse() throws Exception {
    RoutingProvider router =
        router().add(first, Set.of("first-model")).add(second, Set.of("second-model")).build();
    ImageTask task =
        new ImageTask.Generate("a", ImageOptions.builder().model("second-model").build());
    assertThat(((Rendered) router.render(task, context)).attempts())
        .extracting(Attempt::provider)
        .containsExactly("second");
    second.next(ScriptedProvider.fail(Kind.UNAVAILABLE));
    Rendered fallback = (Rendered) router.render(task, new TestRenderContext());
    assertThat(fallback.attempts())
        .extracting(Attempt::provider)
        .containsExactly("second", "first");
    assertThat(first.tasks().get(0).options().model()).isEmpty();
    assertThat(fallback.warnings()).anyMatch(w -> w.contains("model"));
  }

  @Test
  void strictTaskWithAModelGoesToNobodyElseThoughItsOwnerCannotDoIt() {
    ScriptedProvider owner =
        new ScriptedProvider(Capabilities.builder("owner").repeat(Repeat.UNSAFE).build());
    RoutingProvider router = router().add(owner, Set.of("its-model")).add(second).build();
    ImageOptions strict =
        ImageOptions.builder().model("its-model").strictness(Strictness.STRICT).build();
    ImageTask upscale = new ImageTask.Upscale(context.add(TestPictures.png(16, 16, 1)), 2, strict);
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> router.render(upscale, context));
    assertThat(e).as("the model would be left out").isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(second.runs()).isZero();
  }

  @Test
  void busyProviderIsNotWaitedFor() throws Exception {
    ScriptedProvider single =
        new ScriptedProvider(as("single", Repeat.UNSAFE).maxConcurrent(1).build());
    CountDownLatch goOn = new CountDownLatch(1);
    single.next(ScriptedProvider.await(goOn));
    RoutingProvider router = router(single, second).build();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Rendered> slow =
          thread.submit(() -> (Rendered) router.render(TASK, new TestRenderContext()));
      assertThat(single.awaitRuns(1, Duration.ofSeconds(30))).isTrue();
      assertThat(render(router).attempts()).extracting(Attempt::provider).containsExactly("second");
      goOn.countDown();
      assertThat(slow.get(30, TimeUnit.SECONDS).attempts())
          .extracting(Attempt::provider)
          .containsExactly("single");
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void parkedWorkGoesOnWithItsProviderAndItsOwnText() throws Exception {
    ScriptedProvider queued = named("queued", Repeat.RESUMES);
    queued.next(
        ScriptedProvider.checkpoint("remote-1"), ScriptedProvider.park(Duration.ofSeconds(5)));
    first.next(ScriptedProvider.fail(Kind.UNAVAILABLE));
    RoutingProvider router = router(first, queued).build();
    assertThat(router.render(TASK, context)).isInstanceOf(Pending.class);
    TestRenderContext next = context.nextAttempt();
    queued.next(
        (task, inner) -> {
          assertThat(inner.checkpoint()).contains("remote-1");
          return Optional.empty();
        });
    Rendered rendered = (Rendered) router.render(TASK, next);
    assertThat(rendered.attempts())
        .extracting(Attempt::provider)
        .containsExactly("first", "queued");
    assertThat(first.runs()).isEqualTo(1);
  }

  @Test
  void parkedWorkThatFailsLaterCountsForTheBreakerAndIsHeardOf() throws Exception {
    ScriptedProvider queued = named("queued", Repeat.RESUMES);
    RoutingProvider router = router(queued, second).build();
    for (int i = 0; i < 2; i++) {
      TestRenderContext one = new TestRenderContext();
      queued.next(
          ScriptedProvider.checkpoint("remote"), ScriptedProvider.park(Duration.ofSeconds(5)));
      assertThat(router.render(TASK, one)).isInstanceOf(Pending.class);
      queued.next(ScriptedProvider.fail(Kind.TIMEOUT));
      assertThatThrownBy(() -> router.render(TASK, one.nextAttempt()))
          .isInstanceOf(ProviderException.class);
      assertThat(whats("queued")).contains(What.SERVED).endsWith(What.FAILED);
    }
    assertThat(whats("queued")).contains(What.BREAKER_OPENED);
    assertThat(second.runs()).as("nobody else is paid for it").isZero();
  }

  @Test
  void callThatFailsInItsOwnWayLeavesItsPlaceFree() throws Exception {
    ScriptedProvider single =
        new ScriptedProvider(as("single", Repeat.UNSAFE).maxConcurrent(1).build());
    single.always(ScriptedProvider.crash());
    RoutingProvider router = router(single).build();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> router.render(TASK, new TestRenderContext()))
          .isInstanceOf(ScriptedProvider.Crash.class);
    }
    single.always();
    assertThat(render(router).images()).hasSize(1);
  }

  @Test
  void callThatACrashEndedIsNotRepeatedByAnyone() throws Exception {
    RoutingProvider router = router(first, second).build();
    first.next(ScriptedProvider.crash());
    assertThatThrownBy(() -> router.render(TASK, context))
        .isInstanceOf(ScriptedProvider.Crash.class);
    ProviderException e =
        catchThrowableOfType(
            ProviderException.class, () -> router.render(TASK, context.nextAttempt()));
    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(first.runs() + second.runs()).isEqualTo(1);
  }

  @Test
  void freeCallThatACrashEndedIsSimplyRepeated() throws Exception {
    ScriptedProvider local = named("local", Repeat.SAFE);
    RoutingProvider router = router(local, second).build();
    local.next(ScriptedProvider.crash());
    assertThatThrownBy(() -> router.render(TASK, context))
        .isInstanceOf(ScriptedProvider.Crash.class);
    assertThat(router.render(TASK, context.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(second.runs()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "SAFE, SAFE, SAFE",
    "SAFE, RESUMES_ALWAYS, RESUMES_ALWAYS",
    "RESUMES_ALWAYS, RESUMES_ALWAYS, RESUMES_ALWAYS",
    "RESUMES_ALWAYS, RESUMES, RESUMES",
    "RESUMES_ALWAYS, UNSAFE, RESUMES",
  })
  void resumesAsTheWeakestOfItsMembers(Repeat one, Repeat other, Repeat together) {
    RoutingProvider router = router(named("one", one), named("other", other)).build();
    assertThat(router.capabilities().repeat()).isEqualTo(together);
  }

  @Test
  void routerWithinARouterIsCalledAgainIfItHadBegunNothing() throws Exception {
    ScriptedProvider always = named("always", Repeat.RESUMES_ALWAYS);
    RoutingProvider outer = router(router(always).name("inner").build()).build();
    TestRenderContext crashed = context.withCheckpoint("{\"provider\":\"inner\"}");
    assertThat(outer.render(TASK, crashed)).isInstanceOf(Rendered.class);
    assertThat(always.runs()).isEqualTo(1);
  }

  @Test
  void failureThatRanNothingLeavesNobodyWithTheTask() throws Exception {
    first.next(ScriptedProvider.fail(Kind.UNAVAILABLE));
    second.next(ScriptedProvider.fail(Kind.RATE_LIMITED));
    RoutingProvider router = router(first, second).build();
    assertThat(failure(router).ranNothing()).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(router.render(TASK, context.nextAttempt())).isInstanceOf(Rendered.class);
  }

  @Test
  void listenerThatFailsLosesNoPicture() throws Exception {
    RoutingProvider router =
        RoutingProvider.builder()
            .add(first)
            .listener(
                event -> {
                  throw new IllegalStateException("no room for metrics");
                })
            .build();
    assertThat(render(router).images()).hasSize(1);
  }

  @Test
  void healthTellsWhoIsNotWell() {
    RoutingProvider router = router(first, second).build();
    assertThat(router.check().status()).isEqualTo(Health.Status.UP);
    first.health(Health.down("wrong key"));
    assertThat(router.check()).isEqualTo(Health.degraded("first: wrong key"));
    second.health(Health.down("away"));
    assertThat(router.check().status()).isEqualTo(Health.Status.DOWN);
  }

  private Rendered render(RoutingProvider router) throws InterruptedException {
    return (Rendered) router.render(TASK, new TestRenderContext());
  }

  private Optional<Rendered> tryRender(RoutingProvider router) {
    try {
      return Optional.of((Rendered) router.render(TASK, context));
    } catch (ProviderException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProviderException failure(RoutingProvider router) {
    return catchThrowableOfType(ProviderException.class, () -> router.render(TASK, context));
  }

  private List<What> whats(String provider) {
    return events.stream()
        .filter(e -> e.provider().equals(provider))
        .map(RoutingEvent::what)
        .toList();
  }
}
