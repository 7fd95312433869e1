package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.fakes.images.FakeWebUi;
import dev.easel.fakes.images.Fault;
import dev.easel.fakes.images.TestPicture;
import dev.easel.health.Health;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.job.JobId;
import dev.easel.store.ImageRef;
import dev.easel.testkit.TestRenderContext;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebUiImageProviderTest {
  private final FakeWebUi service = FakeWebUi.start();
  private final WebUiImageProvider provider = builder().build();
  private final TestRenderContext context = new TestRenderContext();
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    service.close();
  }

  private WebUiImageProvider.Builder builder() {
    return WebUiImageProvider.builder(service.url() + "/").watchEvery(Duration.ofMillis(5));
  }

  @Test
  void gridBeforeThePicturesIsLeftOut() throws Exception {
    service.gridFirst(true);
    Rendered rendered =
        render(new ImageTask.Generate("a", ImageOptions.builder().n(3).seed(5).build()));
    assertThat(rendered.images()).hasSize(3);
    assertThat(rendered.images()).allMatch(i -> i.info().width() == 512);
    assertThat(rendered.images().get(2).seed()).contains(7L);
    assertThat(rendered.maker()).contains("fake-model");
  }

  @Test
  void maskGoesOutWhiteAsItIs() throws Exception {
    ImageRef photo = context.add(TestPicture.png(640, 320, 1));
    byte[] mask = TestPicture.mask(640, 320);
    render(
        new ImageTask.Edit(
            List.of(photo),
            "blue",
            Optional.of(context.add(mask)),
            Optional.of(0.4),
            ImageOptions.DEFAULT));
    JsonNode sent = Json.lenient(service.calls("img2img").get(0).text());
    assertThat(Base64.getDecoder().decode(sent.path("mask").asText())).isEqualTo(mask);
    assertThat(sent.path("denoising_strength").asDouble()).isEqualTo(0.4);
    assertThat(sent.path("width").asInt()).isEqualTo(640);
  }

  @Test
  void progressOfAnotherClientIsNotOurs() throws Exception {
    service.hold(open);
    CompletableFuture<Rendered> other =
        CompletableFuture.supplyAsync(
            () -> renderUnchecked(provider, new TestRenderContext(JobId.of("other"))));
    await(() -> service.isBusy());
    WebUiImageProvider second = builder().name("second").build();
    CompletableFuture<Rendered> ours =
        CompletableFuture.supplyAsync(() -> renderUnchecked(second, context));
    await(() -> service.calls("txt2img").size() == 2 && service.calls("/internal").size() > 20);
    assertThat(context.fractions()).as("while ours waits").isEmpty();
    service.waitForLooks(3);
    open.countDown();
    other.get(30, TimeUnit.SECONDS);
    ours.get(30, TimeUnit.SECONDS);
    assertThat(context.fractions()).isNotEmpty().isSorted();
  }

  @Test
  void cancelInterruptsOurRunAndDropsTheHalfMadePicture() throws Exception {
    service.hold(open);
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(provider, ImageTask.Generate.of("a")));
    await(() -> !context.fractions().isEmpty());
    context.cancel();
    ProviderException e = ended.get(30, TimeUnit.SECONDS);
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("interrupt")).hasSize(1);
    await(() -> !service.isBusy());
  }

  @Test
  void cancelOfAWaitingTaskInterruptsNobodyElse() throws Exception {
    service.hold(open);
    CompletableFuture<Rendered> other =
        CompletableFuture.supplyAsync(
            () -> renderUnchecked(provider, new TestRenderContext(JobId.of("other"))));
    await(() -> service.isBusy());
    WebUiImageProvider second = builder().name("second").build();
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(second, ImageTask.Generate.of("a")));
    await(() -> service.calls("txt2img").size() == 2);
    context.cancel();
    assertThat(ended.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("interrupt")).isEmpty();
    open.countDown();
    assertThat(other.get(30, TimeUnit.SECONDS).images()).hasSize(1);
  }

  @Test
  void serverWithoutProgressIsNoFailure() throws Exception {
    service.tellsProgress(false);
    service.hold(open);
    service.stepMillis(5);
    CompletableFuture<Rendered> ended =
        CompletableFuture.supplyAsync(() -> renderUnchecked(provider, context));
    await(() -> service.calls("/internal").size() == 1);
    open.countDown();
    assertThat(ended.get(30, TimeUnit.SECONDS).images()).hasSize(1);
    assertThat(context.fractions()).isEmpty();
    assertThat(service.calls("/internal").size()).as("asked once, then left in peace").isEqualTo(1);
  }

  @Test
  void ownOptionsAreNoneOfAnUpscaleAndAWarning() throws Exception {
    ImageOptions options =
        ImageOptions.builder()
            .providerOptions(Map.of("webui", Map.of("codeformer_weight", "1")))
            .build();
    Rendered rendered =
        render(new ImageTask.Upscale(context.add(TestPicture.png(64, 64, 1)), 2, options));
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("codeformer_weight"));
  }

  @ParameterizedTest
  @EnumSource(FakeWebUi.Dialect.class)
  void errorsAreReadInBothDialects(FakeWebUi.Dialect dialect) {
    service.dialect(dialect);
    ImageTask unknown =
        new ImageTask.Upscale(
            context.add(TestPicture.png(64, 64, 1)),
            2,
            ImageOptions.builder().model("no such upscaler").build());
    ProviderException e = failure(provider, unknown);
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e).hasMessageContaining("400");
  }

  @Test
  void wrongTypeIsNamed() {
    service.next(
        "txt2img",
        Fault.json(
            422,
            "{\"detail\":[{\"loc\":[\"body\",\"steps\"],\"msg\":\"bad\",\"type\":\"int_parsing\"}]}"));
    ProviderException e = failure(provider, ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e.details().field()).contains("steps");
  }

  @Test
  void basicAuthIsSentAndItsFailureIsAWrongKey() throws Exception {
    service.requireAuth("ann:secret-word");
    WebUiImageProvider right = builder().basicAuth("ann", "secret-word").build();
    right.verify();
    assertThat(right.toString()).doesNotContain("secret-word");
    ProviderException e = catchThrowableOfType(ProviderException.class, provider::verify);
    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(provider.check().status()).isEqualTo(Health.Status.DOWN);
  }

  @Test
  void lostAnswerIsNotOrderedAgainUnlessItIsFree() {
    service.next("txt2img", Fault.resetAfterRun());
    assertThat(failure(provider, ImageTask.Generate.of("a")).kind())
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
    service.next("txt2img", Fault.resetAfterRun());
    ProviderException free = failure(builder().free(true).build(), ImageTask.Generate.of("a"));
    assertThat(free.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(free.ranNothing()).as("may be run again").isTrue();
    assertThat(service.runs()).isEqualTo(2);
  }

  private Rendered render(ImageTask task) throws InterruptedException {
    return (Rendered) provider.render(task, context);
  }

  private static Rendered renderUnchecked(WebUiImageProvider from, TestRenderContext with) {
    try {
      return (Rendered) from.render(ImageTask.Generate.of("a"), with);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProviderException failure(WebUiImageProvider from, ImageTask task) {
    return catchThrowableOfType(ProviderException.class, () -> from.render(task, context));
  }

  private static void await(java.util.function.BooleanSupplier what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!what.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
