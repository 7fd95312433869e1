package dev.easel.fakes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own client, unchanged, takes the fake for its service. */
class OpenAiClientTest {
  private final FakeOpenAi service = FakeOpenAi.start();
  private final OpenAIClient client = client(FakeOpenAi.KEY, 0);

  private OpenAIClient client(String key, int retries) {
    return OpenAIOkHttpClient.builder()
        .apiKey(key)
        .baseUrl(service.baseUrl())
        .maxRetries(retries)
        .build();
  }

  @AfterEach
  void close() {
    client.close();
    service.close();
  }

  private static ImageGenerateParams.Builder params(String model) {
    return ImageGenerateParams.builder().prompt("a lighthouse").model(model);
  }

  private static MultipartField<ImageEditParams.Image> image(String contentType) {
    return MultipartField.<ImageEditParams.Image>builder()
        .value(
            ImageEditParams.Image.ofInputStreams(
                List.of(new ByteArrayInputStream(TestPicture.png(64, 64, 1)))))
        .contentType(contentType)
        .filename("a.png")
        .build();
  }

  @Test
  void generates() {
    ImagesResponse response =
        client.images().generate(params("gpt-image-2").size("1024x1536").n(2).build());
    assertThat(response.data().orElseThrow()).hasSize(2);
    byte[] picture =
        Base64.getDecoder().decode(response.data().orElseThrow().get(0).b64Json().orElseThrow());
    assertThat(picture).startsWith(0x89, 'P', 'N', 'G');
    assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(8_370);
  }

  @Test
  void givesAddressesAndRevisedPromptsForOldModels() {
    ImagesResponse response = client.images().generate(params("dall-e-3").build());
    assertThat(response.data().orElseThrow().get(0).url().orElseThrow())
        .startsWith(service.url().toString());
    assertThat(response.data().orElseThrow().get(0).revisedPrompt()).isPresent();
  }

  @Test
  void streamsPicturesOnTheWayAndTheLast() {
    int partial = 0;
    int completed = 0;
    try (StreamResponse<ImageGenStreamEvent> stream =
        client.images().generateStreaming(params("gpt-image-2").partialImages(2).build())) {
      for (ImageGenStreamEvent event : stream.stream().toList()) {
        partial += event.isGenerationPartialImage() ? 1 : 0;
        completed += event.isGenerationCompleted() ? 1 : 0;
      }
    }
    assertThat(partial).isEqualTo(2);
    assertThat(completed).isEqualTo(1);
  }

  @Test
  void editsWithAMask() {
    ImagesResponse response =
        client
            .images()
            .edit(
                ImageEditParams.builder()
                    .image(image("image/png"))
                    .prompt("blue")
                    .model("gpt-image-2")
                    .build());
    assertThat(response.data().orElseThrow()).hasSize(1);
  }

  @Test
  void refusesPartsWithoutAnImageType() {
    BadRequestException e =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .images()
                    .edit(
                        ImageEditParams.builder()
                            .image(image("application/octet-stream"))
                            .prompt("blue")
                            .build()));
    assertThat(e.code()).contains("unsupported_file_mimetype");
  }

  @Test
  void saysErrorsAsTheServiceDoes() {
    BadRequestException policy =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client.images().generate(params("gpt-image-2").prompt("forbidden things").build()));
    assertThat(policy.code()).contains("moderation_blocked");
    assertThat(policy.type()).contains("image_generation_user_error");
    BadRequestException field =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .images()
                    .generate(
                        params("gpt-image-2")
                            .putAdditionalBodyProperty(
                                "response_format", JsonValue.from("b64_json"))
                            .build()));
    assertThat(field.code()).contains("unknown_parameter");
    assertThat(field.param()).contains("response_format");
    assertThat(
            catchThrowableOfType(
                    NotFoundException.class,
                    () -> client.images().generate(params("no-such-model").build()))
                .code())
        .contains("model_not_found");
    OpenAIClient wrong = client("sk-wrong", 0);
    assertThat(
            catchThrowableOfType(
                    UnauthorizedException.class,
                    () -> wrong.images().generate(params("gpt-image-2").build()))
                .code())
        .contains("invalid_api_key");
    wrong.close();
  }

  @Test
  void limitsAndFails() {
    service.next(
        "generations",
        Fault.json(
                429,
                "{\"error\":{\"message\":\"x\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}")
            .header("Retry-After", "1"));
    RateLimitException limited =
        catchThrowableOfType(
            RateLimitException.class,
            () -> client.images().generate(params("gpt-image-2").build()));
    assertThat(limited.headers().values("Retry-After")).containsExactly("1");
    service.next(
        "generations",
        Fault.json(500, "{\"error\":{\"message\":\"x\",\"type\":\"server_error\",\"code\":null}}"));
    assertThat(
            catchThrowableOfType(
                    InternalServerException.class,
                    () -> client.images().generate(params("gpt-image-2").build()))
                .statusCode())
        .isEqualTo(500);
    // the client repeats a 500 by itself: the way to be billed twice that our adapter does not take
    service.next("generations", Fault.json(500, "{}"));
    OpenAIClient retrying = client(FakeOpenAi.KEY, 2);
    assertThat(retrying.images().generate(params("gpt-image-2").build()).data()).isPresent();
    retrying.close();
  }

  @Test
  void listsModels() {
    assertThat(client.models().list().data()).isNotEmpty();
  }
}
