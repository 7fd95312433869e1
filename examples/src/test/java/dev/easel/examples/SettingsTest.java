package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class SettingsTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private PrintStream out;
  private PrintStream err;

  @BeforeEach
  void listen() {
    out = System.out;
    err = System.err;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setOut(out);
    System.setErr(err);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EASEL_HTTP_PORT | 80800 | ''",
        "EASEL_HTTP_PORT | web | ''",
        "EASEL_HTTP_HOST | 0.0.0.0 | ''",
        "EASEL_HTTP_ALLOWED_HOSTS | http://example.org/ | ''",
        "EASEL_HTTP_TRUSTED_PROXIES | not an address | ''",
        "EASEL_HTTP_TRUSTED_PROXIES | 127.0.0.1,10.0.0.0/33 | ''",
        "EASEL_WEB_TOKEN | short | ''",
        "EASEL_WEB_PUBLIC | perhaps | ''",
        "TELEGRAM_BOT_TOKEN | 123 | ''",
        "TELEGRAM_WEBHOOK_URL | bot.example.org | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org/signin | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org/api/chat/telegram/messages | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org/%7Bany%7D | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org/* | ''",
        "TELEGRAM_WEBHOOK_URL | https://bot.example.org:84430/telegram | ''",
        "TELEGRAM_WEBHOOK_SECRET | short | ''",
        "TELEGRAM_POLL_TIMEOUT | 2m | ''",
        "TELEGRAM_ALLOWED_UPDATES | Everything! | ''",
        "TELEGRAM_ALLOWED_UPDATES | mesage,callback_query | ''",
        "TELEGRAM_API_URL | paper | ''",
        "TELEGRAM_API_URL | http://127.0.0.1:99999 | TELEGRAM_BOT_TOKEN=12:abc",
        "EASEL_ROLES | front,cook | ''",
        "EASEL_ROLES | , | ''",
        "EASEL_BACKEND | paper | ''",
        "EASEL_QUEUE | Bilder und Töne | ''",
        "EASEL_WORKERS | 0 | ''",
        "EASEL_PROVIDER | oracle | ''",
        "EASEL_PROVIDER | local,local | ''",
        "OPENAI_API_KEY | '' | EASEL_PROVIDER=openai",
        "OPENAI_BASE_URL | paper | EASEL_PROVIDER=openai",
        "EASEL_OPENAI_PROFILE | oracle | EASEL_PROVIDER=openai OPENAI_API_KEY=abc",
        "EASEL_WEBUI_URL | paper | EASEL_PROVIDER=webui",
        "EASEL_WEBUI_AUTH | secret | EASEL_PROVIDER=webui EASEL_WEBUI_URL=http://127.0.0.1:1",
        "EASEL_COMFYUI_URL | paper | EASEL_PROVIDER=comfyui",
        "EASEL_COMFYUI_WORKFLOW | /nosuch | EASEL_PROVIDER=comfyui"
            + " EASEL_COMFYUI_URL=http://127.0.0.1:1",
        "EASEL_COMFYUI_WORKFLOW | /dev/null | EASEL_PROVIDER=comfyui"
            + " EASEL_COMFYUI_URL=http://127.0.0.1:1",
        "FAL_KEY | '' | EASEL_PROVIDER=fal",
        "FAL_MODEL_GENERATE | no model! | EASEL_PROVIDER=fal FAL_KEY=abc",
        "FAL_MODEL_EDIT | no model! | EASEL_PROVIDER=fal FAL_KEY=abc",
        "FAL_MODEL_UPSCALE | no model! | EASEL_PROVIDER=fal FAL_KEY=abc",
        "FAL_MODEL_REMOVE_BACKGROUND | no model! | EASEL_PROVIDER=fal FAL_KEY=abc",
        "FAL_MODEL_SWAP_FACES | no model! | EASEL_PROVIDER=fal FAL_KEY=abc",
        "EASEL_DATA_DIR | /dev/null/data | ''",
        "EASEL_IMAGE_STORE | drawer | ''",
        "EASEL_KEEP_IMAGES | a week | ''",
        "EASEL_KEEP_IMAGES | 1s | ''",
        "EASEL_LIMIT_JOBS_PER_MINUTE | -1 | ''",
        "EASEL_LIMIT_WAITING | 0 | ''",
        "EASEL_LIMIT_QUEUE | many | ''",
        "EASEL_LIMIT_CONVERSATIONS | -1 | ''",
        "EASEL_LIMIT_MESSAGES | 1.5 | ''",
        "EASEL_STOP_TIMEOUT | soon | ''",
        "EASEL_LOCALE | de | ''",
        "EASEL_LOG_LEVEL | chatty | ''"
      })
  void aBadSettingStopsTheStartWithOneSentence(String name, String value, String others) {
    Map<String, String> environment = new HashMap<>();
    for (String other : others.isEmpty() ? new String[0] : others.split(" ")) {
      environment.put(other.split("=")[0], other.split("=")[1]);
    }
    environment.put(name, value);
    assertThat(BotProgram.run(new String[0], environment)).isEqualTo(2);
    assertThat(said()).contains(name).endsWith(".\n").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9000", "192.0.2.1"})
  void anAddressOfNoMachineIsNotBlamedOnThePort(String host, @TempDir Path data) {
    Map<String, String> environment =
        Map.of(
            "EASEL_HTTP_HOST",
            host,
            "EASEL_HTTP_PORT",
            "0",
            "EASEL_WEB_PUBLIC",
            "true",
            "EASEL_DATA_DIR",
            data.toString());
    assertThat(BotProgram.run(new String[0], environment)).isEqualTo(2);
    assertThat(said().lines().reduce("", (before, last) -> last))
        .startsWith("EASEL_HTTP_HOST is '" + host + "'")
        .endsWith(".");
  }

  @Test
  void aPortThatIsTakenIsNamed(@TempDir Path data) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment =
          Map.of(
              "EASEL_HTTP_HOST", "127.0.0.1",
              "EASEL_HTTP_PORT", Integer.toString(taken.getLocalPort()),
              "EASEL_DATA_DIR", data.toString());
      assertThat(BotProgram.run(new String[0], environment)).isEqualTo(2);
    }
    assertThat(said().lines().reduce("", (before, last) -> last)).startsWith("EASEL_HTTP_PORT ");
  }

  @Test
  void pathsOfTelegramAreTaken() {
    for (String url :
        List.of("https://bot.example.org/123:AA-b_c", "https://bot.example.org/hooks/telegram/")) {
      Values values = new Values(Map.of(Setting.TELEGRAM_WEBHOOK_URL, url));
      assertThat(Telegrams.webhookUrl(values)).hasToString(url);
    }
  }

  @Test
  void theAddressThatIsSaidCanBeOpened() {
    assertThat(PushServer.address("127.0.0.1", 80)).hasToString("http://127.0.0.1:80/");
    assertThat(PushServer.address("::1", 80)).hasToString("http://[::1]:80/");
    assertThat(PushServer.address("[::1]", 80)).hasToString("http://[::1]:80/");
    assertThat(PushServer.address("::", 80)).hasToString("http://localhost:80/");
    assertThat(PushServer.address("0.0.0.0", 80)).hasToString("http://localhost:80/");
  }

  @Test
  void everySettingIsTestedWithABadValue() throws Exception {
    String cases =
        String.join(
            " ",
            SettingsTest.class
                .getDeclaredMethod(
                    "aBadSettingStopsTheStartWithOneSentence",
                    String.class,
                    String.class,
                    String.class)
                .getAnnotation(CsvSource.class)
                .value());
    assertThat(Setting.values())
        .filteredOn(
            setting -> setting != Setting.OPENAI_IMAGE_MODEL) // any text may be a model's name
        .allSatisfy(setting -> assertThat(cases).contains(setting.name()));
  }

  @Test
  void aMissingRoleIsRefusedWhereNobodyElseCouldPlayIt() {
    assertThat(BotProgram.run(new String[] {"--roles", "front"}, Map.of())).isEqualTo(2);
    assertThat(said()).startsWith("EASEL_BACKEND is memory").hasLineCount(1);
  }

  @Test
  void optionsHaveTheNamesOfTheSettings() {
    assertThat(BotProgram.run(new String[] {"--http-port=x"}, Map.of())).isEqualTo(2);
    assertThat(BotProgram.run(new String[] {"--EASEL_HTTP_PORT", "x"}, Map.of())).isEqualTo(2);
    assertThat(
            BotProgram.run(new String[] {"--easel-http-port", "x"}, Map.of("EASEL_HTTP_PORT", "1")))
        .isEqualTo(2);
    assertThat(said().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("EASEL_HTTP_PORT is 'x'"));
  }

  @Test
  void anUnknownOptionIsNamed() {
    assertThat(BotProgram.run(new String[] {"--colour=red"}, Map.of())).isEqualTo(2);
    assertThat(said()).contains("--colour").contains("--help");
  }

  @Test
  void helpExplainsEverySetting() {
    assertThat(BotProgram.run(new String[] {"--help"}, Map.of())).isZero();
    assertThat(Setting.values())
        .allSatisfy(
            setting -> assertThat(said()).contains(setting.name()).contains(setting.option()));
  }
}
