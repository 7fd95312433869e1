package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.fakes.images.Fault;
import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.job.JobId;
import dev.easel.testkit.TestRenderContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComfyUiImageProviderTest {
  private final FakeComfyUi service = FakeComfyUi.start();
  private final ComfyUiImageProvider provider = builder().build();
  private final TestRenderContext context = new TestRenderContext();
  private final CountDownLatch open = new CountDownLatch(1);
  private final ImageTask task = ImageTask.Generate.of("a lighthouse");

  @AfterEach
  void close() {
    service.close();
  }

  private ComfyUiImageProvider.Builder builder() {
    return ComfyUiImageProvider.builder(service.url().toString()).lookEvery(Duration.ofMillis(20));
  }

  @Test
  void promptIdIsCheckpointedBeforeThePromptIsHandedOver() throws Exception {
    service.next("/prompt", Fault.resetAfterRun());
    RenderOutcome first = provider.render(task, context);
    assertThat(first).as("the answer was lost").isInstanceOf(Pending.class);
    TestRenderContext next = context.nextAttempt();
    assertThat(provider.render(task, next)).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void promptOfAnOldServerIsFoundAgainByItsMark() throws Exception {
    service.old(true);
    service.next("/prompt", Fault.resetAfterRun());
    provider.render(task, context);
    assertThat(provider.render(task, context.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void promptThatNeverArrivedIsHandedOverByTheNextAttempt() throws Exception {
    service.next("/prompt", Fault.resetBeforeRun());
    assertThat(provider.render(task, context)).isInstanceOf(Pending.class);
    assertThat(provider.render(task, context.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void nameIsCheckpointedBeforeTheUploadsSoThatACrashDuringThemCostsNothing() throws Exception {
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(64, 64, 1)), 2, ImageOptions.DEFAULT);
    service.next("/upload/image", Fault.json(503, "{}").header("Retry-After", "60"));
    assertThat(failure(provider, upscale).ranNothing()).isTrue();
    assertThat(context.checkpoint()).isPresent();
    assertThat(provider.render(upscale, context.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void bindingToNoSlotIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ComfyUiWorkflow.parse(
                    "{\"bindings\":{\"colour\":[\"1.a\"]},\"workflow\":{\"1\":{\"class_type\":\"A\",\"inputs\":{\"a\":1}}}}"))
        .withMessageContaining("negative_prompt");
  }

  @Test
  void serverThatIsAwayWhenThePromptIsLookedForIsAskedLater() throws Exception {
    service.next("/prompt", Fault.resetAfterRun());
    assertThat(provider.render(task, context)).isInstanceOf(Pending.class);
    Fault away = Fault.json(503, "{}").header("Retry-After", "60");
    service.next("/history", away);
    TestRenderContext next = context.nextAttempt();
    assertThat(provider.render(task, next)).isInstanceOf(Pending.class);
    assertThat(provider.render(task, next.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void serverThatStaysAwayIsGivenUp() throws Exception {
    Fault away = Fault.json(503, "{}").header("Retry-After", "60");
    service.next("/prompt", Fault.resetAfterRun());
    provider.render(task, context);
    TestRenderContext next = context.nextAttempt();
    service.next("/history", away);
    assertThat(provider.render(task, next)).isInstanceOf(Pending.class);
    String longAgo = next.checkpoint().orElseThrow().replaceFirst("\"away\":\\d+", "\"away\":1");
    assertThat(longAgo).isNotEqualTo(next.checkpoint().orElseThrow());
    service.next("/history", away);
    ProviderException e =
        catchThrowableOfType(
            ProviderException.class,
            () -> provider.render(task, next.nextAttempt().withCheckpoint(longAgo)));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.mayBeBilled()).isTrue();
    TestRenderContext back = next.nextAttempt().withCheckpoint(longAgo);
    assertThat(provider.render(task, back)).isInstanceOf(Rendered.class);
    assertThat(back.checkpoint().orElseThrow())
        .as("the next time begins anew")
        .doesNotContain("away");
  }

  @Test
  void largePromptsOfOthersAreLookedThrough() throws Exception {
    service.old(true);
    service.hold(open);
    String nodes =
        "{\"1\":{\"class_type\":\"ETN_LoadImageBase64\",\"inputs\":{\"image\":\"%s\"}},\"2\":{\"class_type\":\"SaveImage\",\"inputs\":{}}}"
            .formatted("A".repeat(12 << 20));
    post("/prompt", "{\"prompt\":" + nodes + "}");
    service.next("/prompt", Fault.resetAfterRun());
    assertThat(provider.render(task, context)).isInstanceOf(Pending.class);
    open.countDown(); // while ours is looked for in the queue, or behind it in all of the history
    TestRenderContext next = context.nextAttempt();
    assertThat(provider.render(task, next)).isInstanceOf(Rendered.class);
    assertThat(provider.render(task, context.nextAttempt()))
        .as("found in the history by its mark")
        .isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(2);
  }

  private void post(String path, String body) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(service.url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  @Test
  void pictureThatIsFasterThanItsCancelIsDelivered() throws Exception {
    service.hold(open);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  if (chain.request().url().encodedPath().endsWith("/cancel")) {
                    open.countDown();
                    await(service::isIdle);
                  }
                  return chain.proceed(chain.request());
                })
            .build();
    ComfyUiImageProvider slow =
        builder().access(HttpAccess.builder().client(client).build()).build();
    CompletableFuture<RenderOutcome> ended =
        CompletableFuture.supplyAsync(() -> outcome(slow, context));
    await(() -> !context.fractions().isEmpty());
    context.cancel();
    assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(Rendered.class);
  }

  @Test
  void socketThatDropsHarmsNobody() throws Exception {
    service.dropSockets(true);
    assertThat(render(task).images()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothFormsOfPreviewsAreShown(boolean withMetadata) throws Exception {
    service.previewsWithMetadata(withMetadata);
    service.hold(open);
    CompletableFuture<RenderOutcome> ended = CompletableFuture.supplyAsync(() -> outcome(context));
    await(() -> !context.previews().isEmpty());
    open.countDown();
    assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(Rendered.class);
    await(() -> context.fractions().size() > 2); // the socket may be slower than the answer
    assertThat(context.fractions()).isSorted();
  }

  @Test
  void nodeThatRefusesItsInputIsNamed() {
    ProviderException e =
        failure(
            provider,
            new ImageTask.Generate(
                "a",
                ImageOptions.builder()
                    .providerOptions(Map.of("comfyui", Map.of("3.steps", "99999")))
                    .build()));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e.details().providerCode()).contains("value_bigger_than_max");
    assertThat(e.details().field()).contains("steps");
  }

  @Test
  void modelThatTheServerLacksIsRefused() {
    ProviderException e =
        failure(
            provider,
            new ImageTask.Generate("a", ImageOptions.builder().model("none.ckpt").build()));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e.details().field()).contains("ckpt_name");
  }

  @Test
  void failingNodeIsToldWithItsKind() {
    ProviderException e = failure(provider, ImageTask.Generate.of("broken"));
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.details().providerCode()).contains("torch.OutOfMemoryError");
  }

  @Test
  void runWithoutAPictureIsTold() {
    service.savesNothing(true);
    assertThat(failure(provider, task).kind()).isEqualTo(Kind.NO_IMAGE);
  }

  @Test
  void serverThatForgotThePromptLeavesTheOutcomeUnknown() throws Exception {
    service.hold(open);
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> !context.fractions().isEmpty());
    service.restart();
    assertThat(ended.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelOfARunningPromptInterruptsIt(boolean old) throws Exception {
    service.old(old);
    service.hold(open);
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> !context.fractions().isEmpty());
    context.cancel();
    assertThat(ended.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls(old ? "/interrupt" : "/cancel")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelOfAWaitingPromptTakesOnlyThatOut(boolean old) throws Exception {
    service.old(old);
    service.hold(open);
    TestRenderContext other = new TestRenderContext(JobId.of("other"));
    CompletableFuture<RenderOutcome> first = CompletableFuture.supplyAsync(() -> outcome(other));
    await(() -> !other.fractions().isEmpty());
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> service.runs() == 2 && service.calls("/queue").size() > 2);
    context.cancel();
    assertThat(ended.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("/interrupt")).isEmpty();
    open.countDown();
    assertThat(first.get(30, TimeUnit.SECONDS)).isInstanceOf(Rendered.class);
  }

  @Test
  void nothingReachesTheServerBeforeTheCheckpointIsWritten() {
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(64, 64, 1)), 2, ImageOptions.DEFAULT);
    context.loseLease(); // so that it cannot be written
    assertThat(failure(provider, upscale).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("/prompt")).isEmpty();
    assertThat(service.calls("/upload")).isEmpty();
  }

  @Test
  void lostLeaseLeavesTheRunToWhoHasItNow() throws Exception {
    service.hold(open);
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> !context.fractions().isEmpty());
    TestRenderContext next = context.nextAttempt();
    context.loseLease();
    assertThat(ended.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
    open.countDown();
    assertThat(provider.render(task, next)).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void workThatOutlivesTheAttemptIsParked() throws Exception {
    service.hold(open);
    CompletableFuture<ProviderException> begun =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> !context.fractions().isEmpty());
    TestRenderContext next = context.nextAttempt();
    context.loseLease(); // so that the next attempt need not hand over anything in its time
    begun.get(30, TimeUnit.SECONDS);
    ImageTask hasty =
        new ImageTask.Generate("a", ImageOptions.builder().timeout(Duration.ofMillis(50)).build());
    assertThat(provider.render(hasty, next)).isInstanceOf(Pending.class);
    open.countDown();
    assertThat(provider.render(task, next.nextAttempt())).isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void promptThatHangsIsGivenUpAndCancelled(boolean old) throws Exception {
    service.old(old);
    TestRenderContext next = handedOverAndHeld();
    String seen = parked(next);
    String longAgo = seen.replaceFirst("\"since\":\\d+", "\"since\":1");
    ProviderException e =
        catchThrowableOfType(
            ProviderException.class,
            () ->
                provider.render(
                    task,
                    next.nextAttempt()
                        .withCheckpoint(longAgo)
                        .withTimeLeft(Duration.ofSeconds(20))));
    assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(service.calls(old ? "/interrupt" : "/cancel")).hasSize(1);
  }

  @Test
  void promptIsNotGivenUpWhileTheServerComesForward() throws Exception {
    TestRenderContext next = handedOverAndHeld();
    String before =
        parked(next)
            .replaceFirst("\"since\":\\d+", "\"since\":1")
            .replaceFirst("\"running\":\"[^\"]+\"", "\"running\":\"one-before\"");
    assertThat(before).contains("one-before");
    String seen = parked(next.nextAttempt().withCheckpoint(before));
    assertThat(seen).as("the time begins anew").doesNotContain("one-before", "\"since\":1,");
    open.countDown();
    assertThat(provider.render(task, next.nextAttempt().withCheckpoint(seen)))
        .isInstanceOf(Rendered.class);
  }

  /** What an attempt keeps that ends before its prompt does. */
  private String parked(TestRenderContext next) {
    ImageTask hasty =
        new ImageTask.Generate("a", ImageOptions.builder().timeout(Duration.ofMillis(300)).build());
    String before = next.checkpoint().orElseThrow();
    await(
        () -> {
          assertThat(outcome(provider, hasty, next)).isInstanceOf(Pending.class);
          return !next.checkpoint().orElseThrow().equals(before);
        });
    return next.checkpoint().orElseThrow();
  }

  @Test
  void promptBehindOneThatHangsIsGivenUpAlone() throws Exception {
    service.hold(open);
    TestRenderContext other = new TestRenderContext(JobId.of("other"));
    CompletableFuture<RenderOutcome> first = CompletableFuture.supplyAsync(() -> outcome(other));
    await(() -> !other.fractions().isEmpty());
    ComfyUiImageProvider impatient = builder().maxAge(Duration.ZERO).build();
    context.withTimeLeft(Duration.ofSeconds(20));
    assertThat(failure(impatient, task).kind()).isEqualTo(Kind.TIMEOUT);
    open.countDown();
    assertThat(first.get(30, TimeUnit.SECONDS)).isInstanceOf(Rendered.class);
  }

  /**
   * The attempt that follows one whose prompt the server works on, and which has lost its lease.
   */
  private TestRenderContext handedOverAndHeld() throws Exception {
    service.hold(open);
    CompletableFuture<ProviderException> begun =
        CompletableFuture.supplyAsync(() -> failure(provider, task));
    await(() -> !context.fractions().isEmpty());
    TestRenderContext next = context.nextAttempt();
    context.loseLease();
    begun.get(30, TimeUnit.SECONDS);
    return next;
  }

  @Test
  void picturesThatWereMadeAreDeliveredThoughTheNextHangs() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  if (chain.request().url().encodedPath().equals("/prompt")
                      && service.runs() == 1) {
                    await(service::isIdle);
                    service.hold(open);
                  }
                  return chain.proceed(chain.request());
                })
            .build();
    ComfyUiImageProvider impatient =
        builder().maxAge(Duration.ZERO).access(HttpAccess.builder().client(client).build()).build();
    ImageTask two = new ImageTask.Generate("a", ImageOptions.builder().n(2).build());
    Rendered rendered =
        (Rendered) impatient.render(two, context.withTimeLeft(Duration.ofSeconds(20)));
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 2") && w.contains("timeout"));
  }

  @Test
  void pictureThatTheServerNeverGivesOutIsGivenUp() throws Exception {
    Fault broken = Fault.json(500, "{}").header("Retry-After", "60");
    service.next("/view", broken);
    assertThat(provider.render(task, context)).as("asked for again").isInstanceOf(Pending.class);
    service.next("/view", broken);
    TestRenderContext later = awayForLong(context);
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> provider.render(task, later));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void serverThatNeverTakesThePromptIsGivenUp() throws Exception {
    service.next("/prompt", Fault.json(500, "{}"));
    assertThat(provider.render(task, context)).as("looked for again").isInstanceOf(Pending.class);
    service.next("/prompt", Fault.json(500, "{}"));
    TestRenderContext later = awayForLong(context);
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> provider.render(task, later));
    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  private static TestRenderContext awayForLong(TestRenderContext context) {
    String kept = context.checkpoint().orElseThrow();
    String longAgo = kept.replaceFirst("\"away\":\\d+", "\"away\":1");
    assertThat(longAgo).isNotEqualTo(kept);
    return context.nextAttempt().withCheckpoint(longAgo);
  }

  @Test
  void maskIsUploadedWhiteAsItIsAndReadFromItsColour() throws Exception {
    byte[] mask = TestPicture.mask(96, 64);
    render(
        new ImageTask.Edit(
            List.of(context.add(TestPicture.png(96, 64, 1))),
            "blue",
            Optional.of(context.add(mask)),
            Optional.empty(),
            ImageOptions.DEFAULT));
    assertThat(service.calls("/upload/image"))
        .anyMatch(c -> java.util.Arrays.equals(c.part("image").orElseThrow().content(), mask));
    JsonNode sent = Json.lenient(service.calls("/prompt").get(0).text()).path("prompt");
    assertThat(sent.path("12").path("inputs").path("channel").asText()).isEqualTo("red");
    assertThat(sent.path("12").path("inputs").path("image").asText()).startsWith("easel-");
  }

  @Test
  void ownWorkflowIsFilledByLookingAtItsSampler() throws Exception {
    String exported =
        """
        {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "fake-xl.safetensors"}},
         "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "x", "clip": ["1", 1]}},
         "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "y", "clip": ["1", 1]}},
         "4": {"class_type": "EmptyLatentImage", "inputs": {"width": 8, "height": 8, "batch_size": 1}},
         "5": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 4, "cfg": 1, "sampler_name": "euler",
               "scheduler": "normal", "denoise": 1, "model": ["1", 0], "positive": ["2", 0],
               "negative": ["3", 0], "latent_image": ["4", 0]}},
         "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
         "7": {"class_type": "SaveImage", "inputs": {"filename_prefix": "mine", "images": ["6", 0]}}}
        """;
    ComfyUiImageProvider own = builder().generate(ComfyUiWorkflow.parse(exported)).build();
    ImageOptions options =
        ImageOptions.builder().size(640, 384).seed(11).negativePrompt("rain").build();
    Rendered rendered =
        (Rendered) own.render(new ImageTask.Generate("a lighthouse", options), context);
    assertThat(rendered.images().get(0).info().width()).isEqualTo(640);
    JsonNode sent = Json.lenient(service.calls("/prompt").get(0).text()).path("prompt");
    assertThat(sent.path("2").path("inputs").path("text").asText()).isEqualTo("a lighthouse");
    assertThat(sent.path("3").path("inputs").path("text").asText()).isEqualTo("rain");
    assertThat(sent.path("5").path("inputs").path("seed").asLong()).isEqualTo(11);
  }

  @Test
  void seedAndModelWithoutAPlaceInTheWorkflowAreWarnings() throws Exception {
    String bare =
        """
        {"bindings": {"prompt": ["2.text"]},
         "workflow": {"2": {"class_type": "CLIPTextEncode", "inputs": {"text": ""}},
                      "9": {"class_type": "SaveImage", "inputs": {}}}}
        """;
    ComfyUiImageProvider own = builder().generate(ComfyUiWorkflow.parse(bare)).build();
    ImageOptions.Builder options = ImageOptions.builder().seed(5).model("other.safetensors");
    Rendered rendered =
        (Rendered) own.render(new ImageTask.Generate("a", options.build()), context);
    assertThat(rendered.warnings())
        .anyMatch(w -> w.contains("seed"))
        .anyMatch(w -> w.contains("model"));
    ImageOptions strict = options.strictness(ImageOptions.Strictness.STRICT).build();
    assertThat(failure(own, new ImageTask.Generate("a", strict)).kind())
        .isEqualTo(Kind.UNSUPPORTED);
  }

  @Test
  void workflowWithoutAPlaceForThePromptIsRefusedWhenItIsSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().generate(ComfyUiWorkflow.upscale()))
        .withMessageContaining("PROMPT");
    assertThatIllegalArgumentException().isThrownBy(() -> ComfyUiWorkflow.parse("{\"nodes\": []}"));
  }

  private Rendered render(ImageTask what) throws InterruptedException {
    return (Rendered) provider.render(what, context);
  }

  private RenderOutcome outcome(TestRenderContext with) {
    return outcome(provider, with);
  }

  private RenderOutcome outcome(ComfyUiImageProvider from, TestRenderContext with) {
    return outcome(from, task, with);
  }

  private static RenderOutcome outcome(
      ComfyUiImageProvider from, ImageTask what, TestRenderContext with) {
    try {
      return from.render(what, with);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProviderException failure(ComfyUiImageProvider from, ImageTask what) {
    return catchThrowableOfType(ProviderException.class, () -> from.render(what, context));
  }

  private static void await(java.util.function.BooleanSupplier what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!what.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
