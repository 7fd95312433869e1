package dev.easel.fakes.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The documented behaviour, seen through plain HTTP. */
class FakeBotApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "4711:AAF_the-secret";

  private final FakeBotApi api = FakeBotApi.start();
  private final FakeBot bot = api.bot(TOKEN);
  private final FakePerson ann = bot.person("Ann");
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    api.close();
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(api.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode call(String method, String body) throws IOException, InterruptedException {
    return JSON.readTree(post("/bot" + TOKEN + "/" + method, body).body());
  }

  private JsonNode send(long chat, String text) throws IOException, InterruptedException {
    return call("sendMessage", "{\"chat_id\":" + chat + ",\"text\":\"" + text + "\"}");
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", out);
    return out.toByteArray();
  }

  @Test
  void methodNamesHaveNoCase() throws Exception {
    assertThat(call("GETME", "{}").path("result").path("id").asLong()).isEqualTo(4711);
    assertThat(
            call("sendmessage", "{\"chat_id\":" + ann.chat() + ",\"text\":\"x\"}")
                .path("ok")
                .asBoolean())
        .isTrue();
    assertThat(call("noSuchThing", "{}").path("error_code").asInt()).isEqualTo(404);
    assertThat(post("/botnonsense/getMe", "{}").statusCode()).isEqualTo(404);
    bot.revoke();
    assertThat(call("getMe", "{}").path("error_code").asInt()).isEqualTo(401);
  }

  @Test
  void updatesStayUntilAHigherOffsetIsAskedFor() throws Exception {
    ann.writes("one");
    ann.writes("two");
    JsonNode first = call("getUpdates", "{}").path("result");
    assertThat(first).hasSize(2);
    assertThat(call("getUpdates", "{}").path("result")).hasSize(2);
    long id = first.path(0).path("update_id").asLong();
    assertThat(call("getUpdates", "{\"offset\":" + (id + 1) + "}").path("result")).hasSize(1);
    assertThat(call("getUpdates", "{\"offset\":-1,\"limit\":1}").path("result")).hasSize(1);
    assertThat(bot.pending()).isEqualTo(1);
  }

  @Test
  void pollWaitsForAnUpdate() throws Exception {
    CompletableFuture<JsonNode> poll = pollInBackground();
    assertThat(poll).isNotCompleted();
    ann.writes("hello");
    assertThat(poll.get(30, TimeUnit.SECONDS).path("result")).hasSize(1);
  }

  @Test
  void secondPollerEndsTheFirst() throws Exception {
    CompletableFuture<JsonNode> first = pollInBackground();
    call("getUpdates", "{\"timeout\":0}");
    JsonNode answer = first.get(30, TimeUnit.SECONDS);
    assertThat(answer.path("error_code").asInt()).isEqualTo(409);
    assertThat(answer.path("description").asText()).contains("terminated by other getUpdates");
  }

  private CompletableFuture<JsonNode> pollInBackground() throws InterruptedException {
    CompletableFuture<JsonNode> poll =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return call("getUpdates", "{\"timeout\":20}");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    while (bot.updates().pollers() == 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return poll;
  }

  @Test
  void webhookAndPollingExcludeEachOther() throws Exception {
    call("setWebhook", "{\"url\":\"http://127.0.0.1:9/x\",\"secret_token\":\"s\"}");
    assertThat(call("getUpdates", "{}").path("error_code").asInt()).isEqualTo(409);
    assertThat(call("getWebhookInfo", "{}").path("result").path("url").asText()).contains("/x");
    call("deleteWebhook", "{}");
    assertThat(call("getUpdates", "{}").path("ok").asBoolean()).isTrue();
    assertThat(call("setWebhook", "{\"url\":\"http://example.org/x\"}").path("error_code").asInt())
        .isEqualTo(400);
  }

  @Test
  void onlyWantedKindsOfUpdatesCome() throws Exception {
    call("getUpdates", "{\"allowed_updates\":[\"callback_query\"]}");
    ann.writes("not wanted");
    ann.pressesRaw(1, "x");
    JsonNode updates = call("getUpdates", "{}").path("result");
    assertThat(updates).hasSize(1);
    assertThat(updates.path(0).has("callback_query")).isTrue();
  }

  @Test
  void chatThatIsFloodedIsRefusedAndOthersAreNot() throws Exception {
    JsonNode answer = send(ann.chat(), "0");
    for (int i = 1; i < 200 && answer.path("ok").asBoolean(); i++) {
      answer = send(ann.chat(), "n" + i);
    }
    assertThat(answer.path("error_code").asInt()).isEqualTo(429);
    assertThat(answer.path("parameters").path("retry_after").asInt()).isPositive();
    assertThat(send(bot.person("Bob").chat(), "x").path("ok").asBoolean()).isTrue();
    assertThat(bot.refusedForLimits()).isEqualTo(1);
  }

  @Test
  void groupTakesTwentyAMinute() throws Exception {
    FloodRules rules = new FloodRules();
    long second = Duration.ofSeconds(1).toNanos();
    int taken = 0;
    for (int i = 0; i < 60; i++) {
      try {
        rules.count(-5, true, 1, i * second);
        taken++;
      } catch (Refusal e) {
        assertThat(e.code()).isEqualTo(429);
      }
    }
    assertThat(taken).isEqualTo(20);
    rules.count(-5, true, 1, 120 * second);
  }

  @Test
  void thirtyASecondPassInAll() throws Exception {
    FloodRules rules = new FloodRules();
    for (int i = 0; i < 30; i++) {
      rules.count(i, false, 1, i);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> rules.count(99, false, 1, 100))
        .isInstanceOf(Refusal.class);
    rules.count(99, false, 1, Duration.ofSeconds(5).toNanos());
  }

  @Test
  void wrongMessagesAreRefusedAsThePlatformDoes() throws Exception {
    long chat = ann.chat();
    assertThat(send(chat, "x".repeat(4097)).path("description").asText())
        .contains("message is too long");
    assertThat(send(999_999, "x").path("description").asText()).contains("chat not found");
    String keyboard =
        ",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"b\",\"callback_data\":\"%s\"}]]}}";
    String begin = "{\"chat_id\":" + chat + ",\"text\":\"x\"";
    assertThat(
            call("sendMessage", begin + keyboard.formatted("é".repeat(33)))
                .path("description")
                .asText())
        .contains("BUTTON_DATA_INVALID");
    assertThat(
            call(
                    "sendMessage",
                    begin + ",\"entities\":[{\"type\":\"bold\",\"offset\":0,\"length\":9}]}")
                .path("description")
                .asText())
        .contains("ENTITY_BOUNDS_INVALID");
    ann.blocks();
    assertThat(send(chat, "x").path("error_code").asInt()).isEqualTo(403);
  }

  @Test
  void sameEditTwiceIsRefusedAndAForeignMessageCannotBeEdited() throws Exception {
    int own = ann.writes("mine");
    long id = send(ann.chat(), "a").path("result").path("message_id").asLong();
    String edit = "{\"chat_id\":" + ann.chat() + ",\"message_id\":%d,\"text\":\"b\"}";
    assertThat(call("editMessageText", edit.formatted(id)).path("ok").asBoolean()).isTrue();
    assertThat(call("editMessageText", edit.formatted(id)).path("description").asText())
        .contains("message is not modified");
    assertThat(call("editMessageText", edit.formatted(own)).path("description").asText())
        .contains("can't be edited");
    assertThat(call("editMessageText", edit.formatted(12_345)).path("description").asText())
        .contains("message to edit not found");
  }

  @Test
  void photoIsRecompressedAndAFileIsNot() throws Exception {
    byte[] picture = png(2_000, 1_000);
    ann.sendsPhoto(picture, "");
    ann.sendsFile(picture, "a.png", "image/png", "");
    JsonNode updates = call("getUpdates", "{}").path("result");
    JsonNode sizes = updates.path(0).path("message").path("photo");
    assertThat(sizes.path(1).path("width").asInt()).isEqualTo(1_280);
    assertThat(sizes.path(1).path("height").asInt()).isEqualTo(640);
    assertThat(download(sizes.path(1).path("file_id").asText())).startsWith(0xff, 0xd8);
    String file = updates.path(1).path("message").path("document").path("file_id").asText();
    assertThat(download(file)).isEqualTo(picture);
  }

  private byte[] download(String file) throws IOException, InterruptedException {
    JsonNode answer = call("getFile", "{\"file_id\":\"" + file + "\"}").path("result");
    URI uri = URI.create(api.url() + "/file/bot" + TOKEN + "/" + answer.path("file_path").asText());
    byte[] content =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
            .body();
    assertThat(content).hasSize(answer.path("file_size").asInt());
    return content;
  }

  @Test
  void pollBringsAtMostAHundred() throws Exception {
    for (int i = 0; i < 120; i++) {
      ann.writes("n" + i);
    }
    assertThat(call("getUpdates", "{\"limit\":1000}").path("result")).hasSize(100);
    assertThat(call("getUpdates", "{\"limit\":7}").path("result")).hasSize(7);
    bot.pageSize(110);
    assertThat(call("getUpdates", "{\"limit\":7}").path("result")).hasSize(110);
  }

  @Test
  void privacyModeHidesTalkThatIsNotForTheBot() throws Exception {
    FakePerson bob = bot.person("Bob").in(bot.group("Cats"));
    bob.writes("just talking");
    assertThat(bot.pending()).isZero();
    bob.writes("@" + bot.username() + " a cat");
    bob.writes("/imagine@" + bot.username() + " a cat");
    assertThat(bot.pending()).isEqualTo(2);
  }

  @Test
  void otherProcessPlaysThePeopleOverHttp() throws Exception {
    String control = "/control/" + TOKEN;
    HttpResponse<String> before =
        http.send(
            HttpRequest.newBuilder(URI.create(api.url() + control + "/messages?chat=7")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(before.body()).as("nobody there yet").isEqualTo("[]");
    String picture = Base64.getEncoder().encodeToString(png(20, 10));
    post(control + "/say", "{\"person\":7,\"name\":\"Zoe\",\"text\":\"/start\"}");
    post(control + "/photo", "{\"person\":7,\"photo\":\"" + picture + "\",\"caption\":\"c\"}");
    post(
        control + "/album",
        "{\"person\":7,\"photos\":[\"" + picture + "\",\"" + picture + "\"],\"caption\":\"\"}");
    assertThat(call("getUpdates", "{}").path("result")).hasSize(4);

    call(
        "sendMessage",
        "{\"chat_id\":7,\"text\":\"pick\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Go\",\"callback_data\":\"go\"}]]}}");
    JsonNode messages =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create(api.url() + control + "/messages?chat=7"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    int id = messages.path(0).path("id").asInt();
    assertThat(messages.path(0).path("buttons").path(0).path(0).path("label").asText())
        .isEqualTo("Go");
    JsonNode press =
        JSON.readTree(
            post(control + "/press", "{\"person\":7,\"message\":" + id + ",\"button\":\"Go\"}")
                .body());
    call(
        "answerCallbackQuery",
        "{\"callback_query_id\":\"" + press.path("press").asText() + "\",\"text\":\"ok\"}");
    assertThat(bot.answer(press.path("press").asText()).orElseThrow().text()).isEqualTo("ok");
    post(control + "/fault", "{\"method\":\"getMe\",\"kind\":\"html\",\"status\":502}");
    assertThat(post("/bot" + TOKEN + "/getMe", "{}").statusCode()).isEqualTo(502);
    assertThat(post(control + "/fault", "{\"kind\":\"nonsense\"}").statusCode()).isEqualTo(400);
  }
}
