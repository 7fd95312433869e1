package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.Fault;
import dev.easel.fakes.images.ReceivedCall;
import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.Size;
import dev.easel.store.ImageRef;
import dev.easel.testkit.TestRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiImageProviderTest {
  private static final String GENERATIONS = "/v1/images/generations";

  private final FakeOpenAi service = FakeOpenAi.start();
  private final OpenAiImageProvider provider = provider(FakeOpenAi.KEY).build();
  private final TestRenderContext context = new TestRenderContext();

  @AfterEach
  void close() {
    service.close();
  }

  private OpenAiImageProvider.Builder provider(String key) {
    return OpenAiImageProvider.builder(key).baseUrl(service.baseUrl());
  }

  @Test
  void bytesArriveAsTheServiceMadeThemWithTheirCredentials() throws Exception {
    byte[] made = TestPicture.signedPng(1024, 1024, 7);
    service.answerWith(made);
    Rendered rendered = render(ImageTask.Generate.of("a lighthouse"));
    assertThat(rendered.images().get(0).bytes()).isEqualTo(made);
    assertThat(rendered.usage().tokens()).contains(4_210L);
    assertThat(rendered.requestId()).contains("req_1");
  }

  @Test
  void gptModelsAreNotSentAResponseFormat() throws Exception {
    render(ImageTask.Generate.of("a lighthouse"));
    assertThat(sent().has("response_format")).isFalse();
    assertThat(sent().path("model").asText()).isEqualTo("gpt-image-2");
  }

  @Test
  void dallEIsAskedForBytesAndTellsTheRevisedPrompt() throws Exception {
    ImageOptions options = ImageOptions.builder().model("dall-e-3").n(2).style("natural").build();
    Rendered rendered = render(new ImageTask.Generate("a lighthouse", options));
    assertThat(sent().path("response_format").asText()).isEqualTo("b64_json");
    assertThat(sent().path("style").asText()).isEqualTo("natural");
    assertThat(rendered.images()).hasSize(2);
    assertThat(rendered.images().get(0).revisedPrompt()).contains("revised: a lighthouse");
    assertThat(service.runs()).as("one picture for each call").isEqualTo(2);
  }

  @Test
  void modelThatNobodyKnowsFollowsTheNewestRules() throws Exception {
    ImageOptions options = ImageOptions.builder().model("gpt-image-9").size(1600, 896).build();
    Rendered rendered = render(new ImageTask.Generate("a lighthouse", options));
    assertThat(rendered.images().get(0).info().width()).isEqualTo(1600);
    assertThat(rendered.warnings()).isEmpty();
  }

  @Test
  void sizeThatIsNotPossibleBecomesTheNearestAndAWarning() throws Exception {
    ImageOptions options = ImageOptions.builder().model("gpt-image-1.5").size(1000, 700).build();
    Rendered rendered = render(new ImageTask.Generate("a lighthouse", options));
    assertThat(sent().path("size").asText()).isEqualTo("1536x1024");
    assertThat(rendered.warnings()).hasSize(1).first().asString().contains("1000x700", "1536x1024");
  }

  @Test
  void sizeThatTheServiceIgnoredIsAWarning() throws Exception {
    service.answerWith(TestPicture.png(640, 640, 1));
    Rendered rendered =
        render(new ImageTask.Generate("a", ImageOptions.builder().size(1024, 1024).build()));
    assertThat(rendered.images().get(0).info().width()).isEqualTo(640);
    assertThat(rendered.warnings()).hasSize(1).first().asString().contains("640x640");
  }

  @Test
  void maskLeavesTransparentWhereItWasWhite() throws Exception {
    ImageRef photo = context.add(TestPicture.jpeg(64, 48, 3));
    ImageRef mask = context.add(TestPicture.mask(64, 48));
    render(
        new ImageTask.Edit(
            List.of(photo), "blue", Optional.of(mask), Optional.empty(), ImageOptions.DEFAULT));
    ReceivedCall call = service.calls("edits").get(0);
    assertThat(call.part("image").orElseThrow().contentType()).contains("image/jpeg");
    BufferedImage sent =
        ImageIO.read(new ByteArrayInputStream(call.part("mask").orElseThrow().content()));
    assertThat(sent.getRGB(5, 5) >>> 24).as("white was to be repainted").isZero();
    assertThat(sent.getRGB(60, 5) >>> 24).as("black stays").isEqualTo(255);
  }

  @Test
  void severalPicturesGoAsSeveralParts() throws Exception {
    List<ImageRef> photos =
        List.of(context.add(TestPicture.png(64, 48, 1)), context.add(TestPicture.png(64, 48, 2)));
    render(
        new ImageTask.Edit(
            photos, "both", Optional.empty(), Optional.empty(), ImageOptions.DEFAULT));
    assertThat(service.calls("edits").get(0).parts())
        .filteredOn(p -> p.name().equals("image[]"))
        .hasSize(2);
  }

  @Test
  void maskOfAnotherSizeIsRefusedBeforeAnythingIsPaid() {
    ImageRef photo = context.add(TestPicture.png(64, 48, 3));
    ImageRef mask = context.add(TestPicture.mask(32, 48));
    ProviderException e =
        failure(
            new ImageTask.Edit(
                List.of(photo), "blue", Optional.of(mask), Optional.empty(), ImageOptions.DEFAULT));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(e.details().field()).contains("mask");
    assertThat(service.calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "400, image_generation_user_error, moderation_blocked, CONTENT_POLICY, false",
    "400, invalid_request_error, content_policy_violation, CONTENT_POLICY, false",
    "400, invalid_request_error, invalid_value, INVALID_REQUEST, false",
    "401, invalid_request_error, invalid_api_key, AUTHENTICATION, false",
    "403, invalid_request_error, unsupported_country_region_territory, PERMISSION_DENIED, false",
    "404, invalid_request_error, model_not_found, MODEL_NOT_FOUND, false",
    "408, timeout, , OUTCOME_UNKNOWN, true",
    "413, invalid_request_error, , TOO_LARGE, false",
    "429, requests, rate_limit_exceeded, RATE_LIMITED, false",
    "429, insufficient_quota, insufficient_quota, QUOTA_EXHAUSTED, false",
    "500, server_error, , OUTCOME_UNKNOWN, true",
    "503, server_error, server_is_overloaded, UNAVAILABLE, false",
    "503, server_error, , OUTCOME_UNKNOWN, true",
  })
  void failuresAreToldApart(int status, String type, String code, Kind kind, boolean billed) {
    String body =
        "{\"error\":{\"message\":\"a lighthouse %s\",\"type\":\"%s\",\"param\":null,\"code\":%s}}"
            .formatted(FakeOpenAi.KEY, type, code == null ? "null" : "\"" + code + "\"");
    service.next(GENERATIONS, Fault.json(status, body));
    ProviderException e = failure(ImageTask.Generate.of("a lighthouse"));
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.mayBeBilled()).isEqualTo(billed);
    assertThat(e.details().httpStatus()).contains(status);
    assertThat(e).hasMessageNotContaining("lighthouse").hasMessageNotContaining(FakeOpenAi.KEY);
    assertThat(service.calls(GENERATIONS)).as("nothing is repeated by itself").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Retry-After, 7, 7000",
    "retry-after-ms, 250, 250",
    "Retry-After, 1.5, 1500",
  })
  void rateLimitTellsWhenToComeBack(String header, String value, long millis) {
    service.next(
        GENERATIONS,
        Fault.json(429, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}").header(header, value));
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.details().retryAfter()).contains(Duration.ofMillis(millis));
    assertThat(e.ranNothing()).isTrue();
  }

  @Test
  void orderThatWasTakenIsNotForgottenForOneThatIsRefused() {
    ImageOptions options = ImageOptions.builder().model("dall-e-3").n(2).build();
    service.next(GENERATIONS, Fault.json(200, "{\"data\":[]}"));
    service.next(GENERATIONS, Fault.json(429, "{}"));
    ProviderException e = failure(new ImageTask.Generate("a", options));
    assertThat(service.calls(GENERATIONS)).hasSize(2);
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(e.ranNothing()).as("or the first would be paid again").isFalse();
  }

  @Test
  void rateLimitWithoutAHintIsOneAllTheSame() {
    service.next(GENERATIONS, Fault.json(429, "{\"error\":{\"message\":\"Too many\"}}"));
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(e.details().retryAfter()).isEmpty();
  }

  @Test
  void overloadWithAHintRanNothing() {
    service.next(GENERATIONS, Fault.json(503, "{}").header("Retry-After", "3"));
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.ranNothing()).isTrue();
  }

  @Test
  void accountThatIsEmptyForNowSaysNothingOfAnOrderThatFailed() {
    service.next(
        GENERATIONS,
        Fault.json(503, "{}")
            .header("x-ratelimit-remaining-requests", "0")
            .header("x-ratelimit-reset-requests", "12s"));
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).as("it may have run").isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void pageOfAProxyIsNoPicture() {
    service.next(GENERATIONS, Fault.html(502, "<html>Bad gateway</html>"));
    assertThat(failure(ImageTask.Generate.of("a")).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    service.next(GENERATIONS, Fault.html(200, "<html>Log in first</html>"));
    assertThat(failure(ImageTask.Generate.of("a")).kind()).isEqualTo(Kind.PROTOCOL);
    service.next(GENERATIONS, Fault.json(200, "not json at all"));
    assertThat(failure(ImageTask.Generate.of("a")).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void connectionThatEndsAfterTheOrderLeavesTheOutcomeUnknownAndNothingIsRepeated() {
    service.next(GENERATIONS, Fault.resetAfterRun());
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(service.runs()).isEqualTo(1);
    assertThat(service.calls(GENERATIONS)).hasSize(1);
  }

  @Test
  void answerThatEndsInItsMiddleLeavesTheOutcomeUnknown() {
    service.next(GENERATIONS, Fault.cutOff());
    assertThat(failure(ImageTask.Generate.of("a")).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void serverThatCannotBeReachedRanNothing() {
    service.close();
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.ranNothing()).isTrue();
  }

  @Test
  void serverThatNeverAnswersEndsWithTheTaskTimeout() {
    Kind end = Kind.TIMEOUT;
    // a machine that stands still sends nothing in time, which is another end: more time, then
    for (int seconds = 1; end != Kind.OUTCOME_UNKNOWN && seconds < 60; seconds *= 2) {
      service.next(GENERATIONS, Fault.hang());
      ImageOptions options = ImageOptions.builder().timeout(Duration.ofSeconds(seconds)).build();
      end = failure(new ImageTask.Generate("a", options)).kind();
    }
    assertThat(end).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void bodyThatDripsArrives() throws Exception {
    service.next(GENERATIONS, Fault.slow(Duration.ofMillis(20)));
    assertThat(render(ImageTask.Generate.of("a")).images()).hasSize(1);
  }

  @Test
  void cancelEndsTheCallAndSaysThatItMayBeBilled() throws Exception {
    service.next(GENERATIONS, Fault.hang());
    CompletableFuture<ProviderException> ended =
        CompletableFuture.supplyAsync(() -> failure(ImageTask.Generate.of("a")));
    while (service.calls().isEmpty()) {
      Thread.onSpinWait();
    }
    context.cancel();
    ProviderException e = ended.get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void successWithoutAPictureIsTold() {
    ProviderException e = failure(ImageTask.Generate.of("be silent"));
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void laterPicturesThatFailLeaveTheFirstOnes() throws Exception {
    service.next(GENERATIONS, Fault.slow(Duration.ZERO));
    service.next(GENERATIONS, Fault.json(429, "{}"));
    ImageOptions options = ImageOptions.builder().model("dall-e-3").n(3).build();
    Rendered rendered = render(new ImageTask.Generate("a", options));
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 3"));
  }

  @Test
  void pictureThatIsSpoiltLeavesTheOthersOfItsCall() throws Exception {
    service.answerWithUrls(true);
    service.next("/files/", Fault.json(404, "{}"));
    ImageOptions options = ImageOptions.builder().n(3).build();
    Rendered rendered = render(new ImageTask.Generate("a", options));
    assertThat(rendered.images()).hasSize(2);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("2 of 3") && w.contains("no-image"));
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void redirectToNowhereLeavesTheOthersOfItsCall() throws Exception {
    service.answerWithUrls(true);
    service.next("/files/", Fault.json(302, ""));
    ImageOptions options = ImageOptions.builder().n(2).build();
    Rendered rendered = render(new ImageTask.Generate("a", options));
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 2"));
  }

  @Test
  void nullInsteadOfAPictureLeavesTheOthersOfItsCall() throws Exception {
    Rendered rendered = twoOf("[null,%s],\"usage\":{\"total_tokens\":7}");
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 2"));
    assertThat(rendered.usage().tokens()).contains(7L);
  }

  @Test
  void picturesBesideAnErrorAreDelivered() throws Exception {
    Rendered rendered = twoOf("[%s],\"error\":{\"message\":\"one could not be made\"}");
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("1 of 2"));
  }

  private Rendered twoOf(String data) throws InterruptedException {
    String picture = Base64.getEncoder().encodeToString(TestPicture.png(1024, 1024, 1));
    String item = "{\"b64_json\":\"" + picture + "\"}";
    service.next(GENERATIONS, Fault.json(200, "{\"data\":" + data.formatted(item) + "}"));
    return render(new ImageTask.Generate("a", ImageOptions.builder().n(2).build()));
  }

  @Test
  void wordsWithoutEndAreCut() throws Exception {
    String picture = Base64.getEncoder().encodeToString(TestPicture.png(1024, 1024, 1));
    String words = "word ".repeat(100_000);
    service.next(
        GENERATIONS,
        Fault.json(
            200,
            "{\"data\":[{\"b64_json\":\"%s\",\"revised_prompt\":\"%s\"}]}"
                .formatted(picture, words)));
    Rendered rendered = render(ImageTask.Generate.of("a"));
    assertThat(rendered.images().get(0).revisedPrompt().orElseThrow())
        .hasSizeLessThanOrEqualTo(ImageTask.MAX_PROMPT);
  }

  @Test
  void tokensOfAllCallsAreCounted() throws Exception {
    String reply =
        "{\"data\":[{\"b64_json\":\"%s\"}],\"usage\":{\"total_tokens\":100}}"
            .formatted(Base64.getEncoder().encodeToString(TestPicture.png(1024, 1024, 1)));
    service.next(GENERATIONS, Fault.json(200, reply));
    service.next(GENERATIONS, Fault.json(200, reply));
    ImageOptions options = ImageOptions.builder().model("dall-e-3").n(2).build();
    assertThat(render(new ImageTask.Generate("a", options)).usage().tokens()).contains(200L);
  }

  @Test
  void ownOptionThatTheAdapterSetsItselfIsAWarning() throws Exception {
    ImageOptions options =
        ImageOptions.builder()
            .providerOptions(Map.of("openai", Map.of("moderation", "low", "n", "9")))
            .build();
    Rendered rendered = render(new ImageTask.Generate("a", options));
    assertThat(sent().path("moderation").asText()).isEqualTo("low");
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("option n "));
  }

  @Test
  void streamShowsPicturesOnTheWayMadeSmall() throws Exception {
    OpenAiImageProvider streaming = provider(FakeOpenAi.KEY).previews(2).build();
    Rendered rendered = (Rendered) streaming.render(ImageTask.Generate.of("a"), context);
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.usage().tokens()).isPresent();
    assertThat(context.previews()).isNotEmpty();
    assertThat(context.previews().get(0).bytes()).hasSizeLessThan(128 * 1024);
    assertThat(sent().path("partial_images").asInt()).isEqualTo(2);
  }

  @Test
  void streamMayBringThePictureFirst() throws Exception {
    service.finalBeforePartials(true);
    OpenAiImageProvider streaming = provider(FakeOpenAi.KEY).previews(3).build();
    assertThat(((Rendered) streaming.render(ImageTask.Generate.of("a"), context)).images())
        .hasSize(1);
  }

  @Test
  void streamThatEndsInTheMiddleOfAnEventLeavesTheOutcomeUnknown() {
    service.cutStreams(true);
    OpenAiImageProvider streaming = provider(FakeOpenAi.KEY).previews(1).build();
    assertThat(failure(streaming, ImageTask.Generate.of("a")).kind())
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void errorInAStreamIsAnError() {
    service.errorInStreams(true);
    OpenAiImageProvider streaming = provider(FakeOpenAi.KEY).previews(1).build();
    ProviderException e = failure(streaming, ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.mayBeBilled()).as("so nothing is repeated").isTrue();
  }

  @Test
  void addressesOnTheServiceItselfAreFetched() throws Exception {
    service.answerWithUrls(true);
    Rendered rendered = render(ImageTask.Generate.of("a"));
    assertThat(rendered.images()).hasSize(1);
    assertThat(service.calls("/files/").get(0).header("authorization")).isPresent();
  }

  @Test
  void addressThatExpiredIsToldAsALostPicture() {
    service.answerWithUrls(true);
    service.next("/files/", Fault.json(404, "{}"));
    ProviderException e = failure(ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void downloadThatFailsOnceIsRepeated() throws Exception {
    service.answerWithUrls(true);
    service.next("/files/", Fault.json(502, "{}"));
    assertThat(render(ImageTask.Generate.of("a")).images()).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void pictureThatIsPaidIsFetchedThoughTheOrderIsCancelledJustThen() throws Exception {
    service.answerWithUrls(true);
    HttpAccess cancelling =
        HttpAccess.builder()
            .listener(
                call -> {
                  if (call.path().endsWith(GENERATIONS)) {
                    context.cancel();
                  }
                })
            .build();
    OpenAiImageProvider to = provider(FakeOpenAi.KEY).access(cancelling).build();
    assertThat(to.render(ImageTask.Generate.of("a"), context)).isInstanceOf(Rendered.class);
  }

  @Test
  void wrongKeyIsFoundByTheCheckAndIsInNoText() throws Exception {
    OpenAiImageProvider wrong = provider("sk-wrong-key-zebra").build();
    ProviderException e = catchThrowableOfType(ProviderException.class, wrong::verify);
    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(e.toString() + e.details() + wrong + wrong.check()).doesNotContain("zebra");
    provider.verify();
  }

  @Test
  void keyThatMayOnlyMakePicturesIsRight() throws Exception {
    service.next(
        "/models",
        Fault.json(
            403, "{\"error\":{\"message\":\"Missing scopes: api.model.read\",\"code\":null}}"));
    provider.verify();
    service.next(
        "/models",
        Fault.json(403, "{\"error\":{\"code\":\"unsupported_country_region_territory\"}}"));
    assertThat(catchThrowableOfType(ProviderException.class, provider::verify).kind())
        .isEqualTo(Kind.PERMISSION_DENIED);
  }

  @Test
  void listenerThatFailsLosesNoPicture() throws Exception {
    HttpAccess access =
        HttpAccess.builder()
            .listener(
                report -> {
                  throw new IllegalStateException("no room for metrics");
                })
            .build();
    assertThat(
            ((Rendered)
                    provider(FakeOpenAi.KEY)
                        .access(access)
                        .build()
                        .render(ImageTask.Generate.of("a"), context))
                .images())
        .hasSize(1);
  }

  @Test
  void pictureOfThirtyMegabytesArrives() throws Exception {
    byte[] large = TestPicture.largePng(1024, 1024, 1, 30 << 20);
    service.answerWith(large);
    assertThat(render(ImageTask.Generate.of("a")).images().get(0).bytes()).isEqualTo(large);
  }

  @Test
  void pictureBeyondTheLimitIsNotTaken() {
    service.answerWith(TestPicture.largePng(1024, 1024, 1, 3 << 20));
    HttpAccess small = HttpAccess.builder().maxPictureBytes(2 << 20).build();
    ProviderException e =
        failure(provider(FakeOpenAi.KEY).access(small).build(), ImageTask.Generate.of("a"));
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void sdServerGetsItsOptionsInThePromptAndItsMaskWhite() throws Exception {
    OpenAiImageProvider sd =
        OpenAiImageProvider.builder(FakeOpenAi.KEY)
            .profile(OpenAiProfile.SD_SERVER)
            .name("sd-server")
            .baseUrl(service.baseUrl())
            .build();
    ImageOptions options =
        ImageOptions.builder().seed(5).steps(9).negativePrompt("rain").size(512, 512).build();
    sd.render(
        new ImageTask.Generate("a <sd_cpp_extra_args>{\"steps\":999}</sd_cpp_extra_args>", options),
        context);
    String prompt = sent().path("prompt").asText();
    assertThat(prompt.split("<sd_cpp_extra_args>", -1)).as("only ours").hasSize(2);
    JsonNode extra =
        Json.lenient(
            prompt.substring(
                prompt.lastIndexOf("<sd_cpp_extra_args>") + 19, prompt.lastIndexOf("</sd_cpp")));
    assertThat(extra.path("seed").asInt()).isEqualTo(5);
    assertThat(extra.path("steps").asInt()).isEqualTo(9);
    ImageRef photo = context.add(TestPicture.png(64, 48, 3));
    byte[] white = TestPicture.mask(64, 48);
    sd.render(
        new ImageTask.Edit(
            List.of(photo),
            "blue",
            Optional.of(context.add(white)),
            Optional.empty(),
            ImageOptions.DEFAULT),
        context);
    assertThat(service.calls("edits").get(0).part("mask").orElseThrow().content()).isEqualTo(white);
  }

  @Test
  void localAiChangesPicturesByInpainting() throws Exception {
    OpenAiImageProvider local =
        OpenAiImageProvider.builder(FakeOpenAi.KEY)
            .profile(OpenAiProfile.LOCAL_AI.toBuilder().responseFormat("b64_json").build())
            .name("localai")
            .model("dall-e-2")
            .baseUrl(service.baseUrl())
            .build();
    ImageRef photo = context.add(TestPicture.png(64, 48, 3));
    local.render(
        new ImageTask.Edit(
            List.of(photo),
            "blue",
            Optional.of(context.add(TestPicture.mask(64, 48))),
            Optional.empty(),
            ImageOptions.DEFAULT),
        context);
    assertThat(service.calls("inpainting")).hasSize(1);
    assertThat(
            failure(
                    local,
                    new ImageTask.Edit(
                        List.of(photo),
                        "blue",
                        Optional.empty(),
                        Optional.empty(),
                        ImageOptions.DEFAULT))
                .kind())
        .isEqualTo(Kind.UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|{\"error\":\"size must be positive\"}|INVALID_REQUEST",
        "500|{\"error\":\"server_error\",\"message\":\"parse error\"}|UNAVAILABLE",
        "422|{\"detail\":[{\"loc\":[\"body\",\"size\"],\"msg\":\"bad\",\"type\":\"value_error\"}]}|INVALID_REQUEST",
        "401|''|AUTHENTICATION",
        "404|''|UNSUPPORTED",
        "503|{\"detail\":\"model is loading\"}|MODEL_LOADING",
      })
  void otherServersSayErrorsInOtherForms(int status, String body, Kind kind) {
    OpenAiImageProvider free =
        provider(FakeOpenAi.KEY).profile(OpenAiProfile.VLLM_OMNI).name("vllm-omni").build();
    service.next(GENERATIONS, Fault.json(status, body));
    assertThat(failure(free, ImageTask.Generate.of("a")).kind()).isEqualTo(kind);
  }

  @Test
  void metricsHearOfEachCall() throws Exception {
    List<CallListener.CallReport> reports = new java.util.concurrent.CopyOnWriteArrayList<>();
    HttpAccess heard = HttpAccess.builder().listener(reports::add).build();
    provider(FakeOpenAi.KEY).access(heard).build().render(ImageTask.Generate.of("a"), context);
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).status()).isEqualTo(200);
    assertThat(reports.get(0).path()).isEqualTo(GENERATIONS);
    assertThat(reports.get(0).bytes()).isPositive();
  }

  @Test
  void longestShapeThatTheModelTakesIsNotMadeLongerByRounding() throws Exception {
    ImageOptions options =
        ImageOptions.builder().aspectRatio(new dev.easel.image.AspectRatio(3, 1)).build();
    assertThat(render(new ImageTask.Generate("a", options)).warnings()).isEmpty();
  }

  @Test
  void shapeBecomesASizeThatTheModelTakes() throws Exception {
    ImageOptions options =
        ImageOptions.builder().aspectRatio(new dev.easel.image.AspectRatio(16, 9)).build();
    Rendered rendered = render(new ImageTask.Generate("a", options));
    Size made =
        new Size(rendered.images().get(0).info().width(), rendered.images().get(0).info().height());
    assertThat((double) made.width() / made.height()).isBetween(1.7, 1.85);
  }

  private Rendered render(ImageTask task) throws InterruptedException {
    return (Rendered) provider.render(task, context);
  }

  private ProviderException failure(ImageTask task) {
    return failure(provider, task);
  }

  private ProviderException failure(OpenAiImageProvider from, ImageTask task) {
    return catchThrowableOfType(ProviderException.class, () -> from.render(task, context));
  }

  private JsonNode sent() {
    return Json.lenient(service.calls(GENERATIONS).get(0).text());
  }
}
