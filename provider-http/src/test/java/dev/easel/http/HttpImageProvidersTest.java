package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.health.Health;
import dev.easel.image.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpImageProvidersTest {
  private static HttpImageProvider of(String name, Map<String, String> settings) {
    return HttpImageProviders.of(name, settings, HttpAccess.shared());
  }

  @Test
  void missingSettingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("openai", Map.of()))
        .withMessageContaining("OPENAI_API_KEY");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("webui", Map.of("EASEL_WEBUI_URL", " ")))
        .withMessageStartingWith("EASEL_WEBUI_URL is not set: give ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("fal", Map.of()))
        .withMessageStartingWith("FAL_KEY is not set: give ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("midjourney", Map.of()))
        .withMessageContaining("openai, webui, comfyui, fal");
  }

  @Test
  void wrongSettingIsNamedWithoutItsValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("openai", Map.of("OPENAI_API_KEY", "sk-with a blank")))
        .withMessageContaining("OPENAI_API_KEY")
        .withMessageNotContaining("blank\"")
        .withMessageNotContaining("sk-with");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("comfyui", Map.of("EASEL_COMFYUI_URL", "ftp://user:pw@x")))
        .withMessageContaining("EASEL_COMFYUI_URL")
        .withMessageNotContaining("pw@");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                of(
                    "comfyui",
                    Map.of("EASEL_COMFYUI_URL", "http://x", "EASEL_COMFYUI_WORKFLOW", "{}")))
        .withMessageContaining("EASEL_COMFYUI_WORKFLOW");
  }

  @Test
  void eachNameMakesItsProvider() {
    assertThat(of("webui", Map.of("EASEL_WEBUI_URL", "http://127.0.0.1:7860")))
        .isInstanceOf(WebUiImageProvider.class);
    assertThat(of("comfyui", Map.of("EASEL_COMFYUI_URL", "http://127.0.0.1:8188/")))
        .isInstanceOf(ComfyUiImageProvider.class);
    HttpImageProvider fal =
        of("fal", Map.of("FAL_KEY", "a:b", "FAL_MODEL_GENERATE", "fal-ai/flux/schnell"));
    assertThat(fal.capabilities().tasks()).contains(TaskKind.SWAP_FACES, TaskKind.UPSCALE);
    assertThat(fal.toString()).contains("flux/schnell");
  }

  @Test
  void openAiItselfIsNoCompatibleServerEvenWhereItsAddressIsSet() {
    String key = "sk-abc";
    HttpImageProvider self =
        of("openai", Map.of("OPENAI_API_KEY", key, "OPENAI_BASE_URL", "https://api.openai.com/v1"));
    HttpImageProvider other =
        of("openai", Map.of("OPENAI_API_KEY", key, "OPENAI_BASE_URL", "https://images.example/v1"));
    assertThat(self.capabilities())
        .isEqualTo(of("openai", Map.of("OPENAI_API_KEY", key)).capabilities());
    assertThat(other.capabilities()).isNotEqualTo(self.capabilities());
  }

  @Test
  void wrongKeyStopsAndUnreachableServerOnlyWarns() throws Exception {
    List<String> warnings = new ArrayList<>();
    FakeOpenAi service = FakeOpenAi.start();
    Map<String, String> wrong =
        Map.of("OPENAI_API_KEY", "sk-wrong", "OPENAI_BASE_URL", service.baseUrl());
    try (service) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HttpImageProviders.requireRightKey(of("openai", wrong), warnings::add))
          .withMessage("the service of the provider openai refuses the key");
    }
    HttpImageProvider away = of("openai", wrong);
    HttpImageProviders.requireRightKey(away, warnings::add);
    assertThat(warnings).hasSize(1).first().asString().contains("cannot be reached");
    assertThat(away.check().status()).isEqualTo(Health.Status.DOWN);
  }
}
