package dev.easel.fakes.images;

import static dev.easel.fakes.images.FakeService.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What OpenAI refuses, and in which words. */
final class OpenAiChecks {
  private static final Set<String> GPT_FIELDS =
      Set.of(
          "prompt",
          "model",
          "n",
          "size",
          "quality",
          "output_format",
          "output_compression",
          "background",
          "moderation",
          "stream",
          "partial_images",
          "user",
          "input_fidelity",
          "image",
          "image[]",
          "images",
          "mask");
  private static final Set<String> DALLE_FIELDS =
      Set.of("prompt", "model", "n", "size", "quality", "style", "response_format", "user");
  private static final Set<String> FILE_TYPES =
      Set.of("image/png", "image/jpeg", "image/jpg", "image/webp");

  private OpenAiChecks() {}

  static void requireKey(@Nullable String given) throws Refusal {
    if (given == null) {
      throw refusal(
          401, "You didn't provide an API key.", "invalid_request_error", null, "invalid_api_key");
    }
    if (!given.equals("Bearer " + FakeOpenAi.KEY)) {
      throw refusal(
          401,
          "Incorrect API key provided: " + given.replace("Bearer ", "") + ".",
          "invalid_request_error",
          null,
          "invalid_api_key");
    }
  }

  static void check(JsonNode body, String model) throws Refusal {
    boolean dalle = model.startsWith("dall-e");
    requireModel(model);
    for (var field : body.properties()) {
      if (!(dalle ? DALLE_FIELDS : GPT_FIELDS).contains(field.getKey())) {
        throw refusal(
            400,
            "Unknown parameter: '" + field.getKey() + "'.",
            "invalid_request_error",
            field.getKey(),
            "unknown_parameter");
      }
    }
    String prompt = body.path("prompt").asText("");
    if (prompt.isEmpty()) {
      throw invalid("prompt", "missing_required_parameter");
    }
    int n = body.path("n").asInt(1);
    if (n < 1 || n > (model.equals("dall-e-3") ? 1 : 10)) {
      throw invalid("n", "invalid_value");
    }
    if (prompt.contains("forbidden")) {
      throw refusal(
          400,
          "Your request was rejected by the safety system. safety_violations=[violence].",
          "image_generation_user_error",
          null,
          "moderation_blocked");
    }
  }

  static void requireModel(String model) throws Refusal {
    if (!model.startsWith("gpt-image")
        && !model.startsWith("dall-e-")
        && !model.startsWith("chatgpt-image")) {
      throw refusal(
          404,
          "The model '" + model + "' does not exist or you do not have access to it.",
          "invalid_request_error",
          null,
          "model_not_found");
    }
  }

  static int[] sizeOf(String text, String model) throws Refusal {
    if (text.equals("auto")) {
      return new int[] {1024, 1024};
    }
    if (!text.matches("\\d{2,4}x\\d{2,4}")) {
      throw invalid("size", "invalid_value");
    }
    int width = Integer.parseInt(text.substring(0, text.indexOf('x')));
    int height = Integer.parseInt(text.substring(text.indexOf('x') + 1));
    boolean allowed =
        switch (model) {
          case "dall-e-2" -> Set.of("256x256", "512x512", "1024x1024").contains(text);
          case "dall-e-3" -> Set.of("1024x1024", "1792x1024", "1024x1792").contains(text);
          default ->
              model.startsWith("gpt-image-1")
                  ? Set.of("1024x1024", "1536x1024", "1024x1536").contains(text)
                  : width % 16 == 0
                      && height % 16 == 0
                      && Math.max(width, height) <= 3 * Math.min(width, height)
                      && Math.max(width, height) <= 3840
                      && width * height <= 3840 * 2160;
        };
    if (!allowed) {
      throw invalid("size", "invalid_value");
    }
    return new int[] {width, height};
  }

  static void checkFile(ReceivedCall.Part part) throws Refusal {
    String type = part.contentType().orElse("");
    if (!FILE_TYPES.contains(type)) {
      throw refusal(
          400,
          "Invalid file '" + part.name() + "': unsupported mimetype ('" + type + "').",
          "invalid_request_error",
          part.name(),
          "unsupported_file_mimetype");
    }
    try {
      if (!type.equals("image/webp")) {
        TestPicture.read(part.content());
      }
    } catch (IOException e) {
      throw refusal(
          400,
          "Invalid image file.",
          "image_generation_user_error",
          part.name(),
          "invalid_image_file");
    }
  }

  static Refusal invalid(String param, String code) {
    return refusal(400, "Invalid '" + param + "'.", "invalid_request_error", param, code);
  }

  static Refusal refusal(
      int status, String message, String type, @Nullable String param, @Nullable String code) {
    return new Refusal(status, error(message, type, param, code));
  }

  static ObjectNode error(
      String message, String type, @Nullable String param, @Nullable String code) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", code);
    return root;
  }
}
