package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.Fault;
import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.store.ImageRef;
import dev.easel.testkit.TestRenderContext;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FalImageProviderTest {
  private final FakeFal service = FakeFal.start();
  private final FalImageProvider provider = FalImageProviderContractTest.builder(service).build();
  private final TestRenderContext context = new TestRenderContext();
  private final ImageTask task = ImageTask.Generate.of("a lighthouse");

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void requestIsCheckpointedBeforeItIsWaitedForAndHoldsNoThread() throws Exception {
    RenderOutcome first = provider.render(task, context);
    assertThat(first).isInstanceOf(Pending.class);
    assertThat(context.checkpoints()).hasSize(1);
    assertThat(context.checkpoint().orElseThrow()).contains("/requests/").doesNotContain("secret");
    assertThat(service.calls("/status")).as("not waited for yet").isEmpty();
    Rendered rendered = finish(task);
    assertThat(rendered.usage().seconds()).contains(1.25);
    assertThat(rendered.requestId()).isPresent();
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void severalPicturesAreSeveralOrdersWithSeedsThatGoOn() throws Exception {
    Rendered rendered =
        finish(new ImageTask.Generate("a", ImageOptions.builder().n(3).seed(40).build()));
    assertThat(rendered.images())
        .extracting(i -> i.seed().orElseThrow())
        .containsExactly(40L, 41L, 42L);
    assertThat(rendered.usage().seconds()).contains(3.75);
    assertThat(service.runs()).isEqualTo(3);
  }

  @Test
  void tenOrdersFitIntoACheckpoint() throws Exception {
    assertThat(finish(new ImageTask.Generate("a", ImageOptions.builder().n(10).build())).images())
        .hasSize(10);
  }

  @Test
  void completedMayMeanRefused() {
    ProviderException e = failure(ImageTask.Generate.of("forbidden things"));
    assertThat(e.kind()).isEqualTo(Kind.CONTENT_POLICY);
    assertThat(e.details().field()).contains("prompt");
    assertThat(e).hasMessageNotContaining("things");
  }

  @Test
  void completedMayMeanNothing() {
    assertThat(failure(ImageTask.Generate.of("be silent")).kind()).isEqualTo(Kind.NO_IMAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{\"images\":null}", "{\"images\":[]}", "{\"image\":null}"})
  void successMayHaveNoOutput(String result) throws Exception {
    provider.render(task, context);
    String id = Json.lenient(context.checkpoint().orElseThrow()).at("/orders/0/id").asText();
    service.next("/status", Fault.json(200, "{\"status\":\"COMPLETED\"}"));
    service.next("/requests/" + id, Fault.json(200, result));
    ProviderException e = failure(task);
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aborted", "Content Moderated", ""})
  void stateThatNobodyKnowsEndsTheOrder(String status) throws Exception {
    provider.render(task, context);
    service.next("/status", Fault.json(200, "{\"status\":\"" + status + "\"}"));
    ProviderException e = failure(task);
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e.mayBeBilled()).as("so nobody else is paid").isTrue();
  }

  @Test
  void emptyAnswerToAnOrderMayBeBilled() {
    service.next("flux", Fault.json(200, ""));
    ProviderException e = failure(task);
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e.mayBeBilled()).as("so nobody else is paid").isTrue();
  }

  @Test
  void numbersBeyondReasonAreLeftOut() throws Exception {
    provider.render(task, context);
    String id = Json.lenient(context.checkpoint().orElseThrow()).at("/orders/0/id").asText();
    String picture = Base64.getEncoder().encodeToString(TestPicture.png(64, 64, 1));
    service.next(
        "/status",
        Fault.json(200, "{\"status\":\"COMPLETED\",\"metrics\":{\"inference_time\":1e999}}"));
    service.next(
        "/requests/" + id,
        Fault.json(
            200,
            "{\"images\":[{\"url\":\"data:image/png;base64,%s\"}],\"seed\":1e999}"
                .formatted(picture)));
    Rendered rendered = finish(task);
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.usage().seconds()).isEmpty();
  }

  @Test
  void uploadToAPrivatePlaceIsRefusedBeforeAnythingIsPaid() {
    FalImageProvider uploading =
        FalImageProviderContractTest.builder(service).maxDataUri(100).build();
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(96, 64, 2)), 2, ImageOptions.DEFAULT);
    service.next(
        "/initiate", Fault.json(200, "{\"upload_url\":\"http://10.0.0.1/a\",\"file_url\":\"x\"}"));
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> uploading.render(upscale, context));
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e.mayBeBilled()).isFalse();
    assertThat(service.runs()).isZero();
  }

  @Test
  void moderatedPictureIsMarked() throws Exception {
    assertThat(finish(ImageTask.Generate.of("naked")).images().get(0).filtered()).isTrue();
  }

  @Test
  void orderThatTheServiceForgotLeavesTheOutcomeUnknown() throws Exception {
    provider.render(task, context);
    service.next("/status", Fault.json(404, "{\"detail\":\"Request not found\"}"));
    assertThat(failure(task).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void emptyAccountIsTold() {
    service.next(
        "flux", Fault.json(403, "{\"detail\":\"User is locked. Reason: Exhausted balance.\"}"));
    assertThat(failure(task).kind()).isEqualTo(Kind.QUOTA_EXHAUSTED);
  }

  @Test
  void uploadsThatACrashEndedAreDoneAgainAndTheOrderOnlyOnce() throws Exception {
    FalImageProvider uploading =
        FalImageProviderContractTest.builder(service).maxDataUri(100).build();
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(96, 64, 2)), 2, ImageOptions.DEFAULT);
    service.next("/upload/", Fault.json(503, "{}").header("Retry-After", "60"));
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> uploading.render(upscale, context));
    assertThat(e.ranNothing()).isTrue();
    assertThat(context.checkpoint()).as("the next attempt may go on").isPresent();
    assertThat(finish(uploading, upscale).images()).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void orderWithAPictureIsWrittenDownBeforeItIsPlaced() throws Exception {
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(96, 64, 2)), 2, ImageOptions.DEFAULT);
    service.next("esrgan", Fault.resetAfterRun());
    assertThat(failure(upscale).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    TestRenderContext next = context.nextAttempt();
    ProviderException again =
        catchThrowableOfType(ProviderException.class, () -> provider.render(upscale, next));
    assertThat(again.kind()).as("an attempt that a crash ended").isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void refusalForNowIsNotTakenForAnOrder() throws Exception {
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(96, 64, 2)), 2, ImageOptions.DEFAULT);
    service.next("esrgan", Fault.json(429, "{}"));
    assertThat(failure(upscale).ranNothing()).isTrue();
    assertThat(finish(upscale).images()).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void lookThatFailsIsRepeatedAndNothingIsOrderedAgain() throws Exception {
    provider.render(task, context);
    for (int i = 0; i < 4; i++) {
      service.next("/status", Fault.json(503, "{}"));
    }
    RenderOutcome outcome = provider.render(task, context);
    assertThat(outcome).as("still parked").isInstanceOf(Pending.class);
    assertThat(finish(task).images()).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "500, runner_server_error, NO_IMAGE",
    "503, runner_disconnected, NO_IMAGE",
    "504, request_timeout, TIMEOUT",
  })
  void runThatFailedAtTheServiceIsNotAskedAfterForAnHour(int status, String type, Kind kind)
      throws Exception {
    resultIs(
        "{\"status\":\"COMPLETED\"}",
        Fault.json(status, "{\"detail\":\"It failed.\",\"error_type\":\"" + type + "\"}"));
    ProviderException e = failureOfOneLook();
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.details().providerCode()).contains(type);
    assertThat(e.mayBeBilled()).as("so nobody else is paid").isTrue();
  }

  @Test
  void runWhoseModelFailedIsNotAskedAfterForAnHour() throws Exception {
    resultIs(
        "{\"status\":\"COMPLETED\"}",
        Fault.json(
            500,
            "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"x\",\"type\":\"internal_server_error\"}]}"));
    assertThat(failureOfOneLook().kind()).isEqualTo(Kind.NO_IMAGE);
  }

  @Test
  void stateThatNamesAFailureDecidesWhatAResultOfFewWordsMeans() throws Exception {
    resultIs(
        "{\"status\":\"COMPLETED\",\"error\":\"It failed.\",\"error_type\":\"internal_error\"}",
        Fault.json(500, "{\"detail\":\"Internal Server Error\"}"));
    ProviderException e = failureOfOneLook();
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.details().providerCode()).contains("internal_error");
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void resultSaysMoreThanTheState() throws Exception {
    resultIs(
        "{\"status\":\"COMPLETED\",\"error\":\"It failed.\"}",
        Fault.json(422, "{\"detail\":[{\"type\":\"content_policy_violation\"}]}"));
    assertThat(failureOfOneLook().kind()).isEqualTo(Kind.CONTENT_POLICY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"detail\":\"Internal Server Error\"}",
        "{\"detail\":\"x\",\"error_type\":\"internal_error\"}",
        "upstream connect error",
      })
  void resultThatCannotBeHadNowIsAskedForAgain(String body) throws Exception {
    resultIs("{\"status\":\"COMPLETED\"}", Fault.json(503, body).header("Retry-After", "60"));
    assertThat(provider.render(task, context)).isEqualTo(new Pending(Duration.ofSeconds(60)));
    assertThat(finish(task).images()).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  /** Orders, and says what the next look finds, however often that asks for the result. */
  private void resultIs(String state, Fault.Answer result) throws InterruptedException {
    provider.render(task, context);
    String id = Json.lenient(context.checkpoint().orElseThrow()).at("/orders/0/id").asText();
    service.next("/status", Fault.json(200, state));
    int tries = result.headers().containsKey("Retry-After") ? 1 : 3;
    for (int i = 0; i < tries; i++) {
      service.next("/requests/" + id, result);
    }
  }

  private ProviderException failureOfOneLook() {
    return catchThrowableOfType(
        ProviderException.class, () -> provider.render(task, context.nextAttempt()));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void answerThatMakesNoSenseIsAskedForAgain(Fault nonsense) throws Exception {
    provider.render(task, context);
    for (int i = 0; i < 3; i++) {
      service.next("/status", nonsense);
    }
    assertThat(provider.render(task, context)).as("still parked").isInstanceOf(Pending.class);
    service.looksUntilReady(1);
    assertThat(provider.render(task, context)).isInstanceOf(Rendered.class);
    String id = Json.lenient(context.checkpoint().orElseThrow()).at("/orders/0/id").asText();
    service.next("/status", Fault.slow(Duration.ZERO));
    service.next("/requests/" + id, nonsense);
    assertThat(provider.render(task, context)).as("the result").isInstanceOf(Rendered.class);
    assertThat(service.runs()).isEqualTo(1);
  }

  static Stream<Fault> nonsense() {
    return Stream.of(
        Fault.json(200, ""),
        Fault.json(200, "{\"status\":\"COMPLE"),
        Fault.json(200, "upstream connect error"),
        Fault.html(200, "<p>Back in a minute"));
  }

  @Test
  void rateLimitWhileLookingOnlyDelaysTheNextLook() throws Exception {
    provider.render(task, context);
    service.next("/status", Fault.json(429, "{}").header("Retry-After", "60"));
    assertThat(provider.render(task, context)).isEqualTo(new Pending(Duration.ofSeconds(60)));
    service.next("/status", Fault.json(429, "{}").header("Retry-After", "7200"));
    assertThat(provider.render(task, context))
        .as("but not for hours")
        .isEqualTo(new Pending(Duration.ofMinutes(10)));
  }

  @Test
  void lostReplyOfAnOrderLeavesTheOutcomeUnknown() {
    service.next("flux", Fault.resetAfterRun());
    ProviderException e = failure(task);
    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(context.checkpoints()).isEmpty();
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void lostReplyOfALaterOrderCostsOnlyThatPicture() throws Exception {
    service.next("flux", Fault.slow(Duration.ZERO));
    service.next("flux", Fault.resetAfterRun());
    Rendered rendered = finish(new ImageTask.Generate("a", ImageOptions.builder().n(2).build()));
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 2"));
    assertThat(service.runs()).as("the lost one is not placed again").isEqualTo(2);
  }

  @Test
  void laterOrderThatWasRefusedForNowIsPlacedLater() throws Exception {
    service.next("flux", Fault.slow(Duration.ZERO));
    service.next("flux", Fault.json(429, "{}"));
    Rendered rendered = finish(new ImageTask.Generate("a", ImageOptions.builder().n(2).build()));
    assertThat(rendered.images()).hasSize(2);
    assertThat(service.runs()).isEqualTo(2);
  }

  @Test
  void cancelOfAParkedRequestCancelsItAtTheService() throws Exception {
    service.looksUntilReady(1_000);
    provider.render(task, context);
    TestRenderContext next = context.nextAttempt();
    next.cancel();
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> provider.render(task, next));
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("/cancel")).hasSize(1);
  }

  @Test
  void cancelThatComesTooLateDeliversThePicture() throws Exception {
    service.looksUntilReady(1_000);
    service.cancelComesTooLate(true);
    provider.render(task, context);
    TestRenderContext next = context.nextAttempt();
    next.cancel();
    assertThat(provider.render(task, next)).isInstanceOf(Rendered.class);
  }

  @Test
  void lostLeaseLeavesTheRequestToWhoHasItNow() throws Exception {
    provider.render(task, context);
    TestRenderContext next = context.nextAttempt();
    next.loseLease();
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> provider.render(task, next));
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.calls("/cancel")).isEmpty();
  }

  @Test
  void requestThatIsNeverReadyIsGivenUpAndCancelled() throws Exception {
    service.looksUntilReady(1_000);
    FalImageProvider impatient =
        FalImageProviderContractTest.builder(service).maxAge(Duration.ZERO).build();
    impatient.render(task, context);
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> impatient.render(task, context));
    assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(service.calls("/cancel")).hasSize(1);
  }

  @Test
  void largePictureIsUploadedWithoutTheKey() throws Exception {
    FalImageProvider uploading =
        FalImageProviderContractTest.builder(service).maxDataUri(100).build();
    ImageRef photo = context.add(TestPicture.png(96, 64, 2));
    uploading.render(new ImageTask.Upscale(photo, 2, ImageOptions.DEFAULT), context);
    assertThat(service.calls("/upload/")).anyMatch(c -> c.method().equals("PUT"));
    assertThat(service.calls("/upload/").stream().filter(c -> c.method().equals("PUT")))
        .allMatch(c -> c.header("authorization").isEmpty());
    JsonNode input = Json.lenient(service.calls("esrgan").get(0).text());
    assertThat(input.path("image_url").asText()).startsWith(service.url() + "/files/");
    assertThat(input.path("scale").asInt()).isEqualTo(2);
  }

  @Test
  void eachKindOfTaskGoesToItsModel() throws Exception {
    ImageRef face = context.add(TestPicture.png(40, 40, 1));
    ImageRef target = context.add(TestPicture.png(96, 64, 2));
    Rendered swapped = finish(new ImageTask.SwapFaces(face, target, ImageOptions.DEFAULT));
    assertThat(swapped.images().get(0).info().width()).isEqualTo(96);
    JsonNode input = Json.lenient(service.calls("/fal-ai/face-swap").get(0).text());
    assertThat(input.path("swap_image_url").asText()).startsWith("data:image/png");
    assertThat(input.path("base_image_url").asText())
        .isNotEqualTo(input.path("swap_image_url").asText());
  }

  @Test
  void maskThatTheModelLacksIsAWarning() throws Exception {
    FalImageProvider plain =
        FalImageProviderContractTest.builder(service)
            .model(FalModel.edit("fal-ai/flux/dev/image-to-image"))
            .build();
    ImageTask edit =
        new ImageTask.Edit(
            List.of(context.add(TestPicture.png(96, 64, 2))),
            "blue",
            Optional.of(context.add(TestPicture.mask(96, 64))),
            Optional.of(0.5),
            ImageOptions.DEFAULT);
    assertThat(finish(plain, edit).warnings()).anyMatch(w -> w.contains("mask"));
  }

  @Test
  void modelOfAnotherServiceIsAWarningOrRefused() throws Exception {
    ImageOptions.Builder options = ImageOptions.builder().model("gpt-image-2");
    assertThat(finish(new ImageTask.Generate("a", options.build())).warnings())
        .anyMatch(w -> w.contains("model"));
    ImageOptions strict = options.strictness(ImageOptions.Strictness.STRICT).build();
    assertThat(failure(new ImageTask.Generate("a", strict)).kind()).isEqualTo(Kind.UNSUPPORTED);
  }

  @Test
  void morePicturesThanTheModelTakesAreRefusedBeforeAnythingIsPaid() {
    List<ImageRef> two =
        List.of(context.add(TestPicture.png(96, 64, 1)), context.add(TestPicture.png(96, 64, 2)));
    ProviderException e =
        failure(
            new ImageTask.Edit(
                two, "both", Optional.empty(), Optional.empty(), ImageOptions.DEFAULT));
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e.details().field()).contains("images");
    assertThat(service.runs()).isZero();
  }

  @Test
  void keyIsCheckedWithoutPaying() throws Exception {
    provider.verify();
    FalImageProvider wrong =
        FalImageProvider.builder("wrong:key-zebra")
            .queueUrl(service.url().toString())
            .model(FalModel.generate("fal-ai/flux/dev"))
            .build();
    ProviderException e = catchThrowableOfType(ProviderException.class, wrong::verify);
    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(e + wrong.toString()).doesNotContain("zebra");
    assertThat(service.runs()).isZero();
  }

  private Rendered finish(ImageTask what) throws InterruptedException {
    return finish(provider, what);
  }

  private Rendered finish(FalImageProvider from, ImageTask what) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      if (from.render(what, context) instanceof Rendered rendered) {
        return rendered;
      }
    }
    throw new AssertionError("still pending");
  }

  private ProviderException failure(ImageTask what) {
    return catchThrowableOfType(ProviderException.class, () -> finish(what));
  }
}
