package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeWebUi;
import dev.easel.health.Health;
import dev.easel.image.ImageProvider;
import dev.easel.image.TaskKind;
import dev.easel.local.LocalImageProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  private static ImageProvider of(Map<Setting, String> settings) {
    return Providers.of(new Values(new EnumMap<>(settings)));
  }

  /** What the program says, and how it ends. */
  private static String startFails(Map<String, String> environment) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(BotProgram.run(new String[0], environment)).isEqualTo(2);
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aWrongKeyStopsTheStartWithOneSentence() {
    try (FakeOpenAi openAi = FakeOpenAi.start();
        FakeWebUi webUi = FakeWebUi.start()) {
      String said =
          startFails(
              Map.of(
                  "EASEL_PROVIDER", "openai,local",
                  "OPENAI_BASE_URL", openAi.baseUrl(),
                  "OPENAI_API_KEY", "sk-wrong-zebra"));
      assertThat(said)
          .hasLineCount(1)
          .startsWith("OPENAI_API_KEY ")
          .contains("refuse")
          .endsWith(".\n")
          .doesNotContain("zebra");
      webUi.requireAuth("ann:right");
      said =
          startFails(
              Map.of(
                  "EASEL_PROVIDER", "webui",
                  "EASEL_WEBUI_URL", webUi.url().toString(),
                  "EASEL_WEBUI_AUTH", "ann:wrong-zebra"));
      assertThat(said)
          .hasLineCount(1)
          .startsWith("EASEL_WEBUI_AUTH ")
          .endsWith(".\n")
          .doesNotContain("zebra");
    }
  }

  @Test
  void anUnreachableServerIsAHealthAnswerAndNotTheEnd() {
    ImageProvider provider =
        of(
            Map.of(
                Setting.EASEL_PROVIDER, "webui",
                Setting.EASEL_WEBUI_URL, "http://127.0.0.1:9"));
    assertThat(provider.check().status()).isEqualTo(Health.Status.DOWN);
    assertThat(provider.check().detail()).contains("cannot be reached");
  }

  @Test
  void severalAreAskedInTheirOrderAndLocalServesWhatTheyLack() {
    try (FakeOpenAi openAi = FakeOpenAi.start()) {
      ImageProvider provider =
          of(
              Map.of(
                  Setting.EASEL_PROVIDER,
                  "openai,local",
                  Setting.OPENAI_API_KEY,
                  FakeOpenAi.KEY,
                  Setting.OPENAI_BASE_URL,
                  openAi.baseUrl()));
      assertThat(provider.capabilities().tasks()).contains(TaskKind.GENERATE, TaskKind.UPSCALE);
      assertThat(provider.check()).isEqualTo(Health.up());
    }
  }

  @Test
  void oneAloneIsNotWrapped() {
    assertThat(of(Map.of(Setting.EASEL_PROVIDER, "local"))).isInstanceOf(LocalImageProvider.class);
  }
}
