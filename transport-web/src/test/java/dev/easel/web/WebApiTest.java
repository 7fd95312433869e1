package dev.easel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.InboundEvent.ActionPressed;
import dev.easel.chat.InboundEvent.CommandReceived;
import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.chat.Inbox;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportId;
import dev.easel.health.Health;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.SettableClock;
import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API as it is described, from the outside. */
class WebApiTest {
  private static final Duration PATIENCE = Client.PATIENCE;

  private final List<WebTransport> open = new ArrayList<>();
  private final SettableClock clock = new SettableClock();
  private final RecordingHost host = new RecordingHost(clock);
  private int operations;

  @AfterEach
  void close() {
    open.forEach(t -> t.close(PATIENCE));
  }

  // ---- messages

  @Test
  void messageIsAcceptedWithAnIdAndComesAsTheFirstEvent() throws Exception {
    Client client = client();
    HttpResponse<String> response = client.say("a red fox");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      Client.Event event = stream.next();
      assertThat(event.name()).isEqualTo("message");
      assertThat(event.messageId()).isEqualTo(Client.id(response));
      assertThat(event.data().toString())
          .isEqualTo(
              "{\"id\":\"%s\",\"from\":\"user\",\"text\":\"a red fox\",\"images\":[],\"buttons\":[]}"
                  .formatted(Client.id(response)));
    }
  }

  @Test
  void messageHasTheShapeOfTheDescription() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    ImageRef picture = stored(Pictures.drawn("png", 30, 20));
    transport
        .outbox()
        .send(
            where(client),
            OutgoingMessage.text("Making it")
                .withImages(List.of(OutgoingImage.of(picture)))
                .withButtons(List.of(List.of(new Button("Cancel", "c:1"))))
                .withProgress(Progress.of(0.25).withPreview(picture.id())),
            operation());

    try (Client.Stream stream = client.stream()) {
      JsonNode data = stream.next().data();
      assertThat(data.path("from").asText()).isEqualTo("bot");
      assertThat(data.path("images").toString())
          .isEqualTo(
              "[{\"id\":\"%1$s\",\"url\":\"/api/images/%1$s\",\"mediaType\":\"image/png\",\"width\":30,\"height\":20}]"
                  .formatted(picture.id()));
      assertThat(data.path("buttons").toString())
          .isEqualTo("[[{\"label\":\"Cancel\",\"action\":\"c:1\"}]]");
      assertThat(data.path("progress").toString())
          .isEqualTo("{\"fraction\":0.25,\"preview\":\"/api/images/%s\"}".formatted(picture.id()));
    }
  }

  @Test
  void progressWithoutAFractionSaysNone() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    transport
        .outbox()
        .send(where(client), OutgoingMessage.text("x").withProgress(Progress.NONE), operation());

    try (Client.Stream stream = client.stream()) {
      assertThat(stream.next().data().path("progress").toString()).isEqualTo("{}");
    }
  }

  @Test
  void sameKeyIsTheSameMessage() throws Exception {
    Client client = client();
    HttpResponse<String> first = client.say("once", "Idempotency-Key", "k-1");
    HttpResponse<String> second = client.say("once", "Idempotency-Key", "k-1");
    HttpResponse<String> other = client.say("twice", "Idempotency-Key", "k-2");

    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(Client.id(second)).isEqualTo(Client.id(first));
    assertThat(Client.id(other)).isNotEqualTo(Client.id(first));
    assertThat(host.events()).hasSize(2);
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.next().text()).isEqualTo("once");
      assertThat(stream.next().text()).isEqualTo("twice");
    }
  }

  @Test
  void sameKeyInAnotherConversationIsAnotherMessage() {
    WebTransport transport = start(b -> {});
    Client one = new Client(transport.address().orElseThrow());
    Client two = new Client(transport.address().orElseThrow());

    assertThat(Client.id(one.say("x", "Idempotency-Key", "k")))
        .isNotEqualTo(Client.id(two.say("x", "Idempotency-Key", "k")));
    assertThat(host.events()).hasSize(2);
  }

  @Test
  void languageOfThePersonIsPassedOn() throws Exception {
    client().say("привет", "Accept-Language", "ru-RU,ru;q=0.9,en;q=0.5");

    TextReceived event = host.await(TextReceived.class, e -> true, PATIENCE);
    assertThat(event.envelope().user().locale()).contains(Locale.forLanguageTag("ru-RU"));
  }

  @Test
  void conversationIsTheSameInUpperCase() {
    WebTransport transport = start(b -> {});
    String id = UUID.randomUUID().toString();
    new Client(transport.address().orElseThrow(), id).say("one");
    new Client(transport.address().orElseThrow(), id.toUpperCase(Locale.ROOT)).say("two");

    assertThat(host.events())
        .extracting(e -> e.envelope().conversation().chat())
        .containsExactly(id, id);
  }

  @Test
  void twoConversationsAreTwoUsersAndNeitherShowsItsId() {
    WebTransport transport = start(b -> {});
    Client one = new Client(transport.address().orElseThrow());
    Client two = new Client(transport.address().orElseThrow());
    one.say("x");
    one.say("y");
    two.say("x");

    List<String> users = host.events().stream().map(e -> e.envelope().user().id()).toList();
    assertThat(users.get(0)).isEqualTo(users.get(1)).isNotEqualTo(users.get(2));
    for (InboundEvent event : host.events()) {
      assertThat(event.envelope().eventId() + event.envelope().user())
          .doesNotContain(one.conversation)
          .doesNotContain(two.conversation);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-1000-8000-000000000000",
        "c9a646d3-9c61-4cb7-c1d2-0e1f2a3b4c5d",
        "not-a-uuid",
        "c9a646d39c614cb781d20e1f2a3b4c5d"
      })
  void otherConversationsThanUuidsOfVersionFourAreRefused(String id) {
    Client client = new Client(start(b -> {}).address().orElseThrow(), id);

    assertProblem(client.say("x"), 400, "bad-conversation");
    assertProblem(client.press("m", "a"), 400, "bad-conversation");
    assertProblem(client.get(client.chat("events")), 400, "bad-conversation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"text\":5}",
        "{\"text\":[\"a\"]}",
        "{\"text\":\"a\",\"images\":\"x\"}",
        "{\"text\":\"a\",\"images\":[1]}",
        "{\"text\":\"a\"} trailing",
        "{\"text\":\"\u0000"
      })
  void malformedJsonIsRefused(String body) {
    Client client = client();

    assertProblem(client.postJson(client.chat("messages"), body), 400, "malformed");
    assertThat(host.events()).isEmpty();
  }

  @Test
  void emptyMessageIsRefusedInThePersonsLanguage() {
    HttpResponse<String> response = client().say("  \n ", "Accept-Language", "ru");

    assertProblem(response, 400, "nothing-said");
    assertThat(Client.tree(response).path("detail").asText()).contains("Напишите");
  }

  @Test
  void promptThatIsTooLongToUnderstandIsTakenAndOneThatIsTooLongToKeepIsRefused() {
    Client client = client();

    assertThat(client.say("x".repeat(4_001)).statusCode()).isEqualTo(202);
    assertProblem(client.say("x".repeat(16_001)), 413, "text-too-long");
    assertProblem(client.say("x".repeat(300_000)), 413, "too-large");
  }

  @Test
  void answerIsReadByAClientThatWasStillSending() {
    Client client = client();
    String large = "x".repeat(5_000_000); // more than buffers on the way would hold

    for (int i = 0; i < 10; i++) { // a connection that is reset loses the answer by chance
      assertProblem(client.say(large), 413, "too-large");
      assertProblem(client.say(large, "Origin", "https://evil.example"), 403, "foreign-origin");
    }
  }

  @Test
  void controlCharactersAndHalfCharactersDoNoHarm() throws Exception {
    Client client = client();
    String json = "{\"text\":\"a\\u0000b\\u202ec\\ud800d\\u0007\"}";

    assertThat(client.postJson(client.chat("messages"), json).statusCode()).isEqualTo(202);
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.next().text()).isEqualTo("abc\ufffdd");
    }
  }

  @Test
  void otherTypesOfBodyAreRefused() {
    Client client = client();

    assertProblem(
        client.post(
            client.chat("messages"), "text/plain", "hello".getBytes(StandardCharsets.UTF_8)),
        415,
        "unsupported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ключ", ""})
  void badKeysAreRefused(String key) throws IOException {
    String body = "{\"text\":\"x\"}";
    String answer =
        raw(
            "POST /api/chat/"
                + UUID.randomUUID()
                + "/messages HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\nIdempotency-Key: "
                + key
                + "\r\nConnection: close\r\n\r\n"
                + body);

    assertThat(answer).startsWith("HTTP/1.1 400").contains("bad-key");
  }

  @Test
  void refusedInboxIsSaidAndTheMessageIsNotShown() throws Exception {
    Client client = client();
    host.refuse(Inbox.Why.CONVERSATION_BUSY, Duration.ofMillis(2_300));
    HttpResponse<String> busy = client.say("lost?", "Idempotency-Key", "k");
    assertProblem(busy, 429, "conversation-busy");
    assertThat(busy.headers().firstValue("Retry-After")).contains("3");
    host.refuse(Inbox.Why.FULL, Duration.ofSeconds(7));
    HttpResponse<String> full = client.say("lost?", "Idempotency-Key", "k");
    assertProblem(full, 503, "busy");
    assertThat(full.headers().firstValue("Retry-After")).contains("7");

    host.acceptAgain();
    assertThat(client.say("found", "Idempotency-Key", "k").statusCode()).isEqualTo(202);
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.next().text()).isEqualTo("found");
    }
  }

  @Test
  void picturesStayWhenTheQueueMayHaveThemWithoutHavingSaidSo() throws Exception {
    Hosted hosted = new Hosted(host);
    hosted.inbox =
        event -> {
          host.inbox().accept(event); // and the answer is lost
          return Optional.of(new Inbox.NotAccepted(Inbox.Why.UNAVAILABLE, Duration.ofSeconds(2)));
        };
    Client client = client(hosted);

    assertProblem(client.upload("x", List.of(Pictures.drawn("png", 9, 9))), 503, "unavailable");
    ImagesReceived event = host.await(ImagesReceived.class, e -> true, PATIENCE);
    assertThat(event.images())
        .allSatisfy(i -> assertThat(host.images().open(i.stored().orElseThrow().id())).isPresent());
  }

  @Test
  void picturesDoNotStayWhenTheConversationCannotBeReached() {
    Hosted hosted = new Hosted(host);
    hosted.timelines.away = true;
    Client client = client(hosted);

    assertProblem(client.upload("x", List.of(Pictures.drawn("png", 9, 9))), 503, "unavailable");
    assertThat(hosted.images.put).hasSize(1);
    assertThat(hosted.images.put).allSatisfy(i -> assertThat(host.images().open(i)).isEmpty());
    assertThat(host.events()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/chat/c9a646d3-9c61-4cb7-81d2-0e1f2a3b4c5d/messages, application/json",
    "/api/chat/c9a646d3-9c61-4cb7-81d2-0e1f2a3b4c5d/messages, multipart/form-data; boundary=XyZ",
    "/api/chat/c9a646d3-9c61-4cb7-81d2-0e1f2a3b4c5d/actions, application/json",
    "/signin, application/x-www-form-urlencoded"
  })
  void bodyThatStopsComingIsTooSlowAndABrokenOneIsMalformed(String path, String type)
      throws Exception {
    WebTransport transport = WebTransport.builder().build();
    open.add(transport);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.modifyHttpConfiguration(http -> http.setIdleTimeout(100));
              transport.mount(config);
            });
    transport.start(host);
    server.start("127.0.0.1", 0);
    try {
      URI address = URI.create("http://127.0.0.1:" + server.port());
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n"
              .formatted(path, type);

      assertThat(raw(address, head + "Content-Length: 100\r\n\r\n--XyZ\r\n"))
          .startsWith("HTTP/1.1 408")
          .contains("too-slow");
      assertThat(raw(address, head + "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("malformed");
    } finally {
      server.stop();
    }
  }

  // ---- pictures

  @Test
  void picturesOfEachKindAreTaken() throws Exception {
    Client client = client();
    byte[] png = Pictures.drawn("png", 33, 21);
    byte[] jpeg = Pictures.drawn("jpg", 40, 30);
    assertThat(client.upload("two", List.of(png, jpeg)).statusCode()).isEqualTo(202);

    ImagesReceived event = host.await(ImagesReceived.class, e -> true, PATIENCE);
    assertThat(event.images()).hasSize(2);
    assertThat(event.images().get(1).stored().orElseThrow().type()).isEqualTo(MediaType.JPEG);
    try (Client.Stream stream = client.stream()) {
      JsonNode images = stream.next().data().path("images");
      HttpResponse<byte[]> first = client.bytes(images.get(0).path("url").asText());
      assertThat(first.body()).isEqualTo(png);
      assertThat(first.headers().firstValue("Content-Type")).contains("image/png");
      assertThat(first.headers().firstValue("Content-Length")).contains("" + png.length);
      assertThat(first.headers().firstValue("Cache-Control").orElse(""))
          .contains("private", "immutable");
      assertThat(first.headers().firstValue("Content-Disposition").orElse(""))
          .startsWith("inline; filename=\"easel-")
          .endsWith(".png\"");
      HttpResponse<String> head = client.head(images.get(0).path("url").asText());
      assertThat(head.headers().firstValue("Content-Type")).contains("image/png");
      assertThat(head.headers().firstValue("Content-Length")).contains("" + png.length);
      assertThat(images.get(1).path("width").asInt()).isEqualTo(40);
      assertThat(images.get(1).path("mediaType").asText()).isEqualTo("image/jpeg");
    }
  }

  @Test
  void commandWithAPictureIsACommand() throws Exception {
    client().upload("/Upscale 2", List.of(Pictures.drawn("png", 8, 8)));

    CommandReceived event = host.await(CommandReceived.class, e -> true, PATIENCE);
    assertThat(event.name()).isEqualTo("upscale");
    assertThat(event.arguments()).isEqualTo("2");
    assertThat(event.images()).hasSize(1);
  }

  @Test
  void placeIsTakenOutOfAPhoto() throws Exception {
    client().upload("", List.of(Pictures.jpegWithPlace("52.5163 N 13.3777 E")));

    ImagesReceived event = host.await(ImagesReceived.class, e -> true, PATIENCE);
    ImageRef ref = event.images().get(0).stored().orElseThrow();
    try (InputStream in = host.images().open(ref.id()).orElseThrow().content()) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("52.5163");
    }
  }

  @Test
  void whatIsNoPictureIsRefused() {
    Client client = client();
    for (String text :
        List.of("<svg xmlns='http://www.w3.org/2000/svg'/>", "<!doctype html>", "")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertProblem(client.upload("x", List.of(bytes)), 415, "not-an-image");
    }
    byte[] gif = Pictures.drawn("gif", 5, 5);
    assertProblem(client.upload("x", List.of(gif)), 415, "not-an-image");
    assertThat(host.events()).isEmpty();
  }

  @Test
  void hugePictureIsRefusedByItsHead() {
    Client client = client();

    assertProblem(
        client.upload("x", List.of(Pictures.pngThatClaims(30_000, 30_000))),
        422,
        "too-many-pixels");
    assertProblem(
        client.upload("x", List.of(Pictures.pngThatClaims(16_385, 10))), 422, "too-many-pixels");
  }

  @Test
  void damagedPicturesAreRefused() {
    Client client = client();
    for (String format : List.of("png", "jpg")) {
      byte[] whole = Pictures.drawn(format, 64, 64);
      byte[] half = Arrays.copyOf(whole, whole.length / 2);
      assertProblem(client.upload("x", List.of(half)), 422, "damaged-image");
    }
    byte[] jpeg = Pictures.drawn("jpg", 64, 64);
    byte[] cutWithEnd = Arrays.copyOf(jpeg, jpeg.length / 2);
    cutWithEnd[cutWithEnd.length - 2] = (byte) 0xff;
    cutWithEnd[cutWithEnd.length - 1] = (byte) 0xd9;
    assertProblem(client.upload("x", List.of(cutWithEnd)), 422, "damaged-image");
    // says 100 x 100 and has the pixels of 4 x 4
    assertProblem(
        client.upload("x", List.of(Pictures.pngThatClaims(100, 100))), 422, "damaged-image");
    assertThat(host.events()).isEmpty();
  }

  @Test
  void pictureOfTwentyMegabytesIsTakenAndALargerOneIsNot() {
    Client client = client();

    assertThat(client.upload("x", List.of(Pictures.pngOfBytes(20 << 20))).statusCode())
        .isEqualTo(202);
    assertProblem(
        client.upload("x", List.of(Pictures.pngOfBytes((20 << 20) + 1))), 413, "image-too-large");
  }

  @Test
  @Timeout(60)
  void uploadsOfOneAddressThatDoNotGoOnLeaveRoomForThoseOfOthers() throws Exception {
    WebTransport transport =
        start(b -> b.trustedProxies(List.of("127.0.0.0/8")).messagesPerMinute(0));
    Client client = new Client(transport.address().orElseThrow());
    String slow =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n"
                .formatted(client.chat("messages"))
            + "Content-Type: multipart/form-data; boundary=XyZ\r\nContent-Length: 1000\r\n\r\n--XyZ";
    List<byte[]> png = List.of(Pictures.drawn("png", 9, 9));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) { // more than there is room for
        sockets.add(ask(transport.address().orElseThrow(), slow));
      }
      HttpResponse<String> one;
      do { // some may still be on their way
        one = client.upload("x", png, "X-Forwarded-For", "203.0.113.1");
      } while (one.statusCode() == 202);

      assertProblem(one, 503, "busy");
      assertThat(client.upload("x", png, "X-Forwarded-For", "203.0.113.2").statusCode())
          .isEqualTo(202);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void repeatedUploadIsTakenToItsEndBeforeItIsAnswered() throws IOException {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    List<byte[]> images = List.of(Pictures.pngOfBytes(20 << 20));
    String id = Client.id(client.upload("x", images, "Idempotency-Key", "k"));
    byte[] body = Client.form("x", images);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
                .formatted(client.chat("messages"), Client.FORM)
            + "Idempotency-Key: k\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";

    // a browser does not look for an answer before it has sent all
    try (Socket socket = ask(transport.address().orElseThrow(), head)) {
      socket.getOutputStream().write(body);
      assertThat(statusOf(socket)).startsWith("HTTP/1.1 202");
    }
    assertThat(Client.id(client.upload("x", images, "Idempotency-Key", "k"))).isEqualTo(id);
    assertThat(host.events()).hasSize(1);
  }

  @Test
  void elevenPicturesAreTooMany() {
    Client client = client();
    byte[] png = Pictures.drawn("png", 4, 4);

    assertThat(client.upload("x", Collections.nCopies(10, png)).statusCode()).isEqualTo(202);
    assertProblem(client.upload("x", Collections.nCopies(11, png)), 422, "too-many-images");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=other"
      })
  void malformedFormsAreRefused(String type) {
    Client client = client();
    byte[] body = "--XyZ\r\nnothing".getBytes(StandardCharsets.US_ASCII);

    assertProblem(client.post(client.chat("messages"), type, body), 400, "malformed");
  }

  @Test
  void formThatEndsInTheMiddleIsRefusedAndLeavesNothing() {
    Client client = client();
    byte[] body =
        "--XyZ\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello"
            .getBytes(StandardCharsets.US_ASCII);

    assertProblem(
        client.post(client.chat("messages"), "multipart/form-data; boundary=XyZ", body),
        400,
        "malformed");
    assertThat(host.events()).isEmpty();
  }

  @Test
  void pictureOfTheConversationCanBeSentAgainByItsId() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    ImageRef ref = stored(Pictures.drawn("png", 12, 12));
    transport
        .outbox()
        .send(
            where(client),
            OutgoingMessage.text("here").withImages(List.of(OutgoingImage.of(ref))),
            operation());

    assertThat(sendImages(client, ref.id().value()).statusCode()).isEqualTo(202);
    ImagesReceived event = host.await(ImagesReceived.class, e -> true, PATIENCE);
    assertThat(event.images().get(0).stored()).contains(ref);
  }

  @Test
  void pictureOfAnotherConversationDoesNotExistInThisOne() {
    WebTransport transport = start(b -> {});
    Client owner = new Client(transport.address().orElseThrow());
    Client other = new Client(transport.address().orElseThrow());
    ImageRef ref = stored(Pictures.drawn("png", 12, 12));
    transport
        .outbox()
        .send(
            where(owner),
            OutgoingMessage.text("here").withImages(List.of(OutgoingImage.of(ref))),
            operation());

    assertProblem(sendImages(other, ref.id().value()), 422, "unknown-image");
    assertProblem(sendImages(owner, "../../etc/passwd"), 422, "unknown-image");
    assertThat(host.events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/images/AAAAAAAAAAAAAAAAAAAAAA",
        "/api/images/x",
        "/api/images/..%2f..%2fetc%2fpasswd",
        "/api/images/%2e%2e/x",
        "/api/images/",
        "/nowhere"
      })
  void unknownPathsAndPicturesAreProblems(String path) {
    HttpResponse<String> response = client().get(path);

    assertThat(response.statusCode()).isIn(400, 404);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertSecure(response);
  }

  // ---- presses

  @Test
  void pressReachesTheInboxAndItsAnswerTheStream() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    MessageRef message = send(transport, client, "choose");
    try (Client.Stream stream = client.stream()) {
      stream.next();
      assertThat(client.press(message.ids().get(0), "t:1").statusCode()).isEqualTo(202);
      ActionPressed press = host.await(ActionPressed.class, e -> true, PATIENCE);
      assertThat(press.token()).isEqualTo("t:1");
      transport.outbox().answer(press.press(), Notice.of("On its way"));

      Client.Event notice = stream.next();
      assertThat(notice.name()).isEqualTo("notice");
      assertThat(notice.data().toString())
          .isEqualTo(
              "{\"messageId\":\"%s\",\"text\":\"On its way\"}".formatted(message.ids().get(0)));
    }
  }

  @Test
  void malformedPressesAreRefused() {
    Client client = client();

    assertProblem(client.press("m", "x".repeat(65)), 400, "bad-action");
    assertProblem(client.press("", "x"), 400, "bad-action");
    assertProblem(client.postJson(client.chat("actions"), "{}"), 400, "bad-action");
    assertProblem(client.postJson(client.chat("actions"), "{"), 400, "malformed");
    assertThat(host.events()).isEmpty();
  }

  // ---- streams

  @Test
  void streamMayBeOpenedBeforeTheFirstMessageAndHasAComment() throws Exception {
    Client client = client();
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.any().name()).as("a comment").isEmpty();
      client.say("first");
      assertThat(stream.next().text()).isEqualTo("first");
    }
  }

  @Test
  void editsAndDeletionsComeLive() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    try (Client.Stream stream = client.stream()) {
      MessageRef message = send(transport, client, "one");
      assertThat(stream.next().name()).isEqualTo("message");
      transport.outbox().edit(message, OutgoingMessage.text("two"), operation());
      Client.Event edit = stream.next();
      assertThat(edit.name()).isEqualTo("edit");
      assertThat(edit.text()).isEqualTo("two");
      transport.outbox().delete(message);
      Client.Event delete = stream.next();
      assertThat(delete.name()).isEqualTo("delete");
      assertThat(delete.data().toString())
          .isEqualTo("{\"id\":\"%s\"}".formatted(message.ids().get(0)));
      assertThat(Long.parseLong(delete.id())).isGreaterThan(Long.parseLong(edit.id()));
    }
  }

  @Test
  void whatChangedSinceTheLastEventIsReplayedInItsCurrentForm() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    MessageRef first = send(transport, client, "first");
    send(transport, client, "untouched");
    MessageRef third = send(transport, client, "third");
    String last;
    try (Client.Stream stream = client.stream()) {
      last = stream.until(e -> e.text().equals("third")).get(2).id();
    }
    transport.outbox().edit(first, OutgoingMessage.text("first, 1"), operation());
    transport.outbox().edit(first, OutgoingMessage.text("first, 2"), operation());
    transport.outbox().delete(third);
    send(transport, client, "fourth");

    try (Client.Stream stream = client.stream("Last-Event-ID", last)) {
      List<Client.Event> events = stream.until(e -> e.text().equals("fourth"));
      assertThat(events)
          .extracting(e -> e.name() + " " + e.text())
          .containsExactly("edit first, 2", "delete ", "message fourth");
      last = events.get(2).id();
    }
    send(transport, client, "fifth");
    try (Client.Stream stream = client.stream("Last-Event-ID", last)) {
      assertThat(stream.next().text()).isEqualTo("fifth");
    }
  }

  @Test
  void breakInTheMiddleOfAReplayLosesNothing() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    MessageRef first = send(transport, client, "first");
    send(transport, client, "second");
    send(transport, client, "third");
    // changed last, but still the first in the order of the conversation
    transport.outbox().edit(first, OutgoingMessage.text("first, changed"), operation());

    List<Client.Event> all;
    try (Client.Stream stream = client.stream()) {
      all = List.of(stream.next(), stream.next(), stream.next());
      assertThat(all)
          .extracting(Client.Event::text)
          .containsExactly("first, changed", "second", "third");
    }
    for (int heard = 1; heard <= 2; heard++) {
      try (Client.Stream stream = client.stream("Last-Event-ID", all.get(heard - 1).id())) {
        List<String> rest =
            stream.until(e -> e.text().equals("third")).stream().map(Client.Event::text).toList();
        assertThat(rest)
            .as("after %d events", heard)
            .containsSubsequence(all.subList(heard, 3).stream().map(Client.Event::text).toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999", "-1", "abc", "99999999999999999999"})
  void unknownRevisionIsResetAndStateFollows(String id) throws Exception {
    Client client = client();
    client.say("kept");

    try (Client.Stream stream = client.stream("Last-Event-ID", id)) {
      Client.Event reset = stream.next();
      assertThat(reset.name()).isEqualTo("reset");
      assertThat(reset.data().toString()).isEqualTo("{}");
      assertThat(reset.id()).isNotEmpty();
      Client.Event message = stream.next();
      assertThat(message.name()).isEqualTo("message");
      assertThat(message.text()).isEqualTo("kept");
    }
  }

  @Test
  void revisionWhoseRowsAreGoneIsReset() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    send(transport, client, "kept");
    String last;
    try (Client.Stream stream = client.stream()) {
      last = stream.next().id();
    }
    MessageRef other = send(transport, client, "kept too");
    client.press(other.ids().get(0), "t");
    ActionPressed press = host.await(ActionPressed.class, e -> true, PATIENCE);
    transport.outbox().answer(press.press(), Notice.of("for 30 s"));
    clock.advance(Duration.ofSeconds(31));

    try (Client.Stream stream = client.stream("Last-Event-ID", last)) {
      assertThat(stream.until(e -> e.text().equals("kept too")))
          .extracting(Client.Event::name)
          .containsExactly("reset", "message", "message");
    }
  }

  @Test
  void otherFrontProcessesShowTheSame() throws Exception {
    WebTransport one = start(b -> {});
    WebTransport two = WebTransport.builder().port(0).build();
    open.add(two);
    RecordingHost beside = host.beside();
    two.start(beside);
    Client here = new Client(one.address().orElseThrow());
    Client there = new Client(two.address().orElseThrow(), here.conversation);

    try (Client.Stream stream = there.stream()) {
      HttpResponse<String> said = here.say("hello", "Idempotency-Key", "k");
      assertThat(stream.next().messageId()).isEqualTo(Client.id(said));
      assertThat(Client.id(there.say("hello", "Idempotency-Key", "k"))).isEqualTo(Client.id(said));
      assertThat(beside.events()).as("known already").isEmpty();

      OperationId operation = operation();
      Receipt first = one.outbox().send(where(here), OutgoingMessage.text("hi"), operation);
      Receipt again = two.outbox().send(where(here), OutgoingMessage.text("hi"), operation);
      assertThat(again).isEqualTo(first);
      MessageRef message = ((Receipt.Delivered) first).message();
      two.outbox().edit(message, OutgoingMessage.text("hi!"), operation());
      assertThat(stream.until(e -> e.text().equals("hi!"))).hasSizeBetween(1, 2);
    }
  }

  @Test
  void streamsAreClosedWhenTheTransportIsAndOwnersWereTold() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    Client.Stream stream = client.stream();
    transport.stopReceiving();
    assertProblem(client.say("too late"), 503, "stopping");
    send(transport, client, "I am being restarted");
    transport.close(PATIENCE);

    assertThat(stream.awaitEnd()).isTrue();
    assertThat(stream.rest()).extracting(Client.Event::text).contains("I am being restarted");
  }

  @Test
  void streamsAreBounded() {
    WebTransport transport = start(b -> b.maxStreams(20));
    Client client = new Client(transport.address().orElseThrow());
    List<Client.Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        streams.add(client.stream());
      }
      HttpResponse<String> refused = client.get(client.chat("events"));
      assertProblem(refused, 429, "too-many-streams");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    } finally {
      streams.forEach(Client.Stream::close);
    }
  }

  @Test
  @Timeout(60)
  void pageHasOneStreamHoweverOftenItConnects() throws Exception {
    WebTransport transport = start(b -> b.maxStreams(20));
    Client client = new Client(transport.address().orElseThrow());
    Client.Stream other = client.streamOfPage("other");
    Client.Stream last = client.streamOfPage("one");
    for (int i = 0; i < 8; i++) { // more than a conversation may have at once
      Client.Stream next = client.streamOfPage("one");
      assertThat(last.awaitEnd()).isTrue();
      last = next;
    }
    send(transport, client, "hello");
    try (Client.Stream open = last;
        other) {
      assertThat(open.next().text()).isEqualTo("hello");
      assertThat(other.next().text()).isEqualTo("hello");
    }
    assertProblem(client.get(client.chat("events?page=" + "a".repeat(65))), 400, "malformed");
  }

  @Test
  @Timeout(60)
  void streamsOpenedAtOnceAreBoundedLikeThoseOpenedInTurn() throws Exception {
    WebTransport transport = start(b -> {});
    URI address = transport.address().orElseThrow();
    for (int round = 0; round < 5; round++) {
      Client client = new Client(address);
      String get = "GET " + client.chat("events") + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      assertThat(Collections.frequency(statusesAtOnce(address, get, 24), "HTTP/1.1 200 OK"))
          .isEqualTo(8);
    }
  }

  @Test
  @Timeout(60)
  void streamsThatEndedMakeRoom() throws Exception {
    WebTransport transport = start(b -> b.maxStreams(8));
    Client client = new Client(transport.address().orElseThrow());
    List<Client.Stream> streams = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      streams.add(client.stream());
    }
    assertThat(transport.health().status()).isEqualTo(Health.Status.DEGRADED);
    assertProblem(client.get(client.chat("events")), 429, "too-many-streams");
    streams.forEach(Client.Stream::close);

    int news = 0;
    do {
      send(transport, client, "are you there? " + news++); // a connection that is gone shows so
      LockSupport.parkNanos(1_000_000);
    } while (transport.health().status() != Health.Status.UP);
    try (Client.Stream stream = client.stream()) {
      assertThat(stream.next().text()).startsWith("are you there?");
    }
  }

  @Test
  void clientThatDoesNotReadHoldsUpNobody() throws Exception {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());
    URI address = transport.address().orElseThrow();
    List<Socket> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket
            .getOutputStream()
            .write(
                ("GET " + client.chat("events") + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        deaf.add(socket);
      }
      for (int i = 0; i < 300; i++) {
        send(transport, client, i + " " + "x".repeat(7_900));
      }
      send(transport, client, "last");
      try (Client.Stream stream = client.stream()) {
        assertThat(stream.until(e -> e.text().equals("last"))).hasSize(301);
      }
    } finally {
      for (Socket socket : deaf) {
        socket.close();
      }
    }
  }

  @Test
  void storeThatDoesNotAnswerDoesNotHoldUpTheEnd() throws Exception {
    Hosted hosted = new Hosted(host);
    WebTransport transport = start(hosted, b -> {});
    Client client = new Client(transport.address().orElseThrow());
    try (Client.Stream stream = client.stream()) {
      hosted.timelines.stuck = true;
      Thread closing = new Thread(() -> transport.close(Duration.ofMillis(200)), "closing");
      closing.start();
      closing.join(PATIENCE.toMillis());

      assertThat(closing.isAlive()).isFalse();
      assertThat(stream.awaitEnd()).isTrue();
    } finally {
      hosted.timelines.answers.countDown();
    }
  }

  // ---- who may come in

  @Test
  void addressIsLimitedBeforeAnythingIsRead() {
    WebTransport transport = start(b -> b.messagesPerMinute(3));
    Client client = new Client(transport.address().orElseThrow());
    for (int i = 0; i < 3; i++) {
      assertThat(client.say("x").statusCode()).isEqualTo(202);
    }
    HttpResponse<String> limited = client.say("x");
    assertProblem(limited, 429, "too-fast");
    assertThat(limited.headers().firstValue("Retry-After")).contains("20");
    assertProblem(new Client(transport.address().orElseThrow()).say("x"), 429, "too-fast");

    clock.advance(Duration.ofSeconds(20));
    assertThat(client.say("x").statusCode()).isEqualTo(202);
  }

  @Test
  void newConversationsOfAnAddressAreLimitedAndKnownOnesGoOn() {
    WebTransport transport = start(b -> b.conversationsPerHour(2));
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(new Client(transport.address().orElseThrow()));
    }

    assertThat(clients.get(0).say("x").statusCode()).isEqualTo(202);
    assertThat(clients.get(1).say("x").statusCode()).isEqualTo(202);
    assertProblem(clients.get(2).say("x"), 429, "too-many-conversations");
    assertThat(clients.get(0).say("y").statusCode()).isEqualTo(202);
  }

  @Test
  void zeroSwitchesALimitOff() {
    WebTransport transport = start(b -> b.conversationsPerHour(0).messagesPerMinute(0));
    for (int i = 0; i < 200; i++) {
      Client client = new Client(transport.address().orElseThrow());
      assertThat(client.say("x").statusCode()).isEqualTo(202);
      i += 20;
    }
  }

  @Test
  void trustedProxyNamesTheClient() {
    WebTransport transport =
        start(b -> b.messagesPerMinute(1).trustedProxies(List.of("127.0.0.0/8")));
    Client client = new Client(transport.address().orElseThrow());

    assertThat(client.say("x", "X-Forwarded-For", "203.0.113.1").statusCode()).isEqualTo(202);
    assertThat(client.say("x", "X-Forwarded-For", "203.0.113.2").statusCode()).isEqualTo(202);
    assertProblem(client.say("x", "X-Forwarded-For", "9.9.9.9, 203.0.113.1"), 429, "too-fast");
  }

  @Test
  void untrustedProxyNamesNobody() {
    WebTransport transport = start(b -> b.messagesPerMinute(1));
    Client client = new Client(transport.address().orElseThrow());

    assertThat(client.say("x", "X-Forwarded-For", "203.0.113.1").statusCode()).isEqualTo(202);
    assertProblem(client.say("x", "X-Forwarded-For", "203.0.113.2"), 429, "too-fast");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://localhost:1", "http://127.0.0.1"})
  void postsOfOtherPagesAreRefused(String origin) {
    Client client = client();

    assertProblem(client.say("x", "Origin", origin), 403, "foreign-origin");
    assertProblem(client.press("m", "a", "Origin", origin), 403, "foreign-origin");
    assertThat(host.events()).isEmpty();
  }

  @Test
  void postsOfTheOwnPageAreTaken() {
    WebTransport transport = start(b -> {});
    URI address = transport.address().orElseThrow();
    Client client = new Client(address);

    String origin = "http://" + address.getAuthority();
    assertThat(client.say("x", "Origin", origin).statusCode()).isEqualTo(202);
  }

  @Test
  void otherNamesOfTheServerAreRefused() throws IOException {
    String get = " HTTP/1.1\r\nConnection: close\r\nHost: ";
    assertThat(raw("GET /" + get + "evil.example\r\n\r\n")).startsWith("HTTP/1.1 421");
    assertThat(raw("GET /" + get + "localhost.evil.example\r\n\r\n")).startsWith("HTTP/1.1 421");
    assertThat(raw("GET /" + get + "localhost:8080\r\n\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw("GET /" + get + "[::1]:99\r\n\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw("GET /healthz" + get + "10.0.0.7\r\n\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void allowedNamesAreTaken() throws IOException {
    WebTransport transport = start(b -> b.allowedHosts(Set.of("Bot.Example")));

    assertThat(
            raw(transport, "GET / HTTP/1.1\r\nHost: bot.example:443\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void tokenIsWanted() {
    WebTransport transport = start(b -> b.token("correct horse battery"));
    Client client = new Client(transport.address().orElseThrow());

    HttpResponse<String> refused = client.say("x");
    assertProblem(refused, 401, "unauthorized");
    assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertProblem(client.get(client.chat("events")), 401, "unauthorized");
    assertProblem(client.get("/api/images/AAAAAAAAAAAAAAAAAAAAAA"), 401, "unauthorized");
    assertProblem(client.say("x", "Authorization", "Bearer wrong"), 401, "unauthorized");
    assertThat(client.say("x", "Authorization", "Bearer correct horse battery").statusCode())
        .isEqualTo(202);
    assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(client.get("/").body()).contains("signin.js").doesNotContain("chat.js");
  }

  @Test
  void tokenMayHaveAnyLetters() throws IOException {
    WebTransport transport = start(b -> b.token("пароль для всех"));
    String get = "GET /api/images/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: localhost\r\n";
    String end = "\r\nConnection: close\r\n\r\n";

    assertThat(raw(transport, get + "Authorization: Bearer пароль для всех" + end))
        .startsWith("HTTP/1.1 404");
    assertThat(raw(transport, get + "Authorization: Bearer пароль" + end))
        .startsWith("HTTP/1.1 401");
  }

  @Test
  void signingInGivesABrowserACookie() {
    WebTransport transport = start(b -> b.token("correct horse battery"));
    Client client = new Client(transport.address().orElseThrow());
    String form = "application/x-www-form-urlencoded";

    HttpResponse<String> wrong =
        client.post("/signin", form, "token=nope".getBytes(StandardCharsets.UTF_8));
    assertThat(wrong.statusCode()).isEqualTo(303);
    assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
    HttpResponse<String> right =
        client.post(
            "/signin", form, "token=correct+horse%20battery".getBytes(StandardCharsets.UTF_8));
    assertThat(right.headers().firstValue("Location")).contains("/");
    String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain("correct");
    String pair = cookie.substring(0, cookie.indexOf(';'));
    assertThat(client.say("x", "Cookie", pair).statusCode()).isEqualTo(202);
    assertThat(client.get("/", "Cookie", pair).body()).contains("chat.js");
    assertProblem(client.say("x", "Cookie", pair + "0"), 401, "unauthorized");
  }

  @Test
  void signingInIsLimited() {
    WebTransport transport = start(b -> b.token("correct horse battery"));
    Client client = new Client(transport.address().orElseThrow());
    String form = "application/x-www-form-urlencoded";
    byte[] guess = "token=guess".getBytes(StandardCharsets.UTF_8);
    int status = 0;
    for (int i = 0; i < 30 && status != 429; i++) {
      status = client.post("/signin", form, guess).statusCode();
    }

    assertThat(status).isEqualTo(429);
  }

  @Test
  void wrongTokensAreLimitedAndTheRightOneIsNot() {
    WebTransport transport =
        start(b -> b.token("correct horse battery").trustedProxies(List.of("127.0.0.0/8")));
    Client client = new Client(transport.address().orElseThrow());
    String form = "application/x-www-form-urlencoded";
    byte[] right = "token=correct+horse+battery".getBytes(StandardCharsets.UTF_8);
    String image = "/api/images/AAAAAAAAAAAAAAAAAAAAAA";
    HttpResponse<String> guess = client.get(image, "Authorization", "Bearer guess");
    assertProblem(guess, 401, "unauthorized");
    for (int i = 0; i < 30 && guess.statusCode() == 401; i++) {
      guess = client.get(image, "Authorization", "Bearer guess");
    }

    assertProblem(guess, 429, "too-fast");
    assertThat(guess.headers().firstValue("Retry-After")).contains("30");
    assertProblem(client.get("/", "Authorization", "Bearer guess"), 429, "too-fast");
    assertProblem(client.get(image), 401, "unauthorized");
    assertThat(client.say("x", "Authorization", "Bearer correct horse battery").statusCode())
        .isEqualTo(202);
    HttpResponse<String> in = client.post("/signin", form, right);
    assertThat(in.headers().firstValue("Set-Cookie")).isPresent();
    assertProblem(
        client.post("/signin", form, "token=guess".getBytes(StandardCharsets.UTF_8)),
        429,
        "too-fast");
    assertProblem(
        client.get(image, "Authorization", "Bearer guess", "X-Forwarded-For", "203.0.113.1"),
        401,
        "unauthorized");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/assets/chat.js",
        "/assets/none.js",
        "/healthz",
        "/api/images/AAAAAAAAAAAAAAAAAAAAAA",
        "/api/chat/c9a646d3-9c61-4cb7-81d2-0e1f2a3b4c5d/events",
        "/api/chat/no-conversation/events"
      })
  void headSaysWhatGetWould(String path) {
    WebTransport transport = start(b -> b.token("correct horse battery"));
    Client client = new Client(transport.address().orElseThrow());
    for (String token : List.of("correct horse battery", "wrong")) {
      String[] headers = {"Authorization", "Bearer " + token};
      HttpResponse<String> head = client.head(path, headers);
      if (path.endsWith("/events") && head.statusCode() == 200) {
        try (Client.Stream stream = client.stream(headers)) {
          assertAlike(head, stream.response);
        }
      } else {
        assertAlike(head, client.get(path, headers));
      }
      assertThat(head.body()).isEmpty();
    }
    transport.stopReceiving();
    assertAlike(client.head("/healthz"), client.get("/healthz"));
  }

  @Test
  void headOfAStreamOpensNone() {
    Client client = client();
    for (int i = 0; i < 9; i++) {
      assertThat(client.head(client.chat("events")).statusCode()).isEqualTo(200);
    }
    List<Client.Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        streams.add(client.stream());
        assertThat(streams.get(i).response.statusCode()).isEqualTo(200);
      }
      assertThat(client.head(client.chat("events")).statusCode()).isEqualTo(429);
    } finally {
      streams.forEach(Client.Stream::close);
    }
  }

  @Test
  @Timeout(60)
  void bodiesThatDoNotComeLeaveThreadsForOthers() throws Exception {
    WebTransport transport = WebTransport.builder().token("correct horse battery").build();
    open.add(transport);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.threadPool = new QueuedThreadPool(60, 4);
              config.jetty.modifyHttpConfiguration(http -> http.setIdleTimeout(600_000));
              transport.mount(config);
            });
    transport.start(host);
    server.start("127.0.0.1", 0);
    List<Socket> sockets = new ArrayList<>();
    try {
      URI address = URI.create("http://127.0.0.1:" + server.port());
      Client client = new Client(address);
      String post =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              .formatted(client.chat("messages"));
      String signIn = "POST /signin HTTP/1.1\r\nHost: localhost\r\n";
      String right = "Authorization: Bearer correct horse battery\r\n";
      for (String head : List.of(post, post + right, signIn)) {
        for (int i = 0; i < 60; i++) {
          sockets.add(ask(address, head + "Content-Length: 100\r\n\r\n"));
        }
      }

      assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
      server.stop();
    }
  }

  @Test
  void headersProtectEveryAnswer() {
    Client client = client();
    for (String path : List.of("/", "/assets/chat.js", "/assets/none.js", "/healthz", "/nowhere")) {
      assertSecure(client.get(path));
    }
    assertSecure(client.say("x"));
    assertSecure(client.postJson(client.chat("messages"), "{"));
    assertThat(client.get("/").headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void pageCallsNobodyElse() {
    Client client = client();
    for (String path : List.of("/", "/assets/chat.js", "/assets/easel.css", "/assets/api.js")) {
      String body = client.get(path).body();
      assertThat(body).as(path).doesNotContain("https://").doesNotContain("style=\"");
    }
    HttpResponse<String> page = client.get("/assets/chat.js");
    String tag = page.headers().firstValue("ETag").orElseThrow();
    assertThat(client.get("/assets/chat.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  // ---- setting up

  @Test
  void addressThatOthersReachWantsATokenOrAPublicBot() {
    assertThatThrownBy(() -> WebTransport.builder().host("0.0.0.0").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EASEL_WEB_TOKEN")
        .hasMessageContaining("EASEL_WEB_PUBLIC");
    assertThatThrownBy(() -> WebTransport.builder().host("bot.example").build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(WebTransport.builder().host("0.0.0.0").publicAccess(true).build()).isNotNull();
    assertThat(WebTransport.builder().host("::").token("12345678").build()).isNotNull();
    assertThat(WebTransport.builder().host("::1").build()).isNotNull();
  }

  @Test
  void proxyThatIsNoneIsRefusedWhereItIsSet() {
    assertThatThrownBy(() -> WebTransport.builder().trustedProxies(List.of("10.0.0.0/33")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.0.0.0/33");
  }

  @Test
  void portThatIsTakenIsSaidInOneSentence() {
    WebTransport first = start(b -> {});
    int port = first.address().orElseThrow().getPort();
    WebTransport second = WebTransport.builder().port(port).build();

    assertThatThrownBy(() -> second.start(host))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("port " + port);
    second.close(PATIENCE);
  }

  @Test
  void routesStandOnAServerOfTheUser() throws Exception {
    WebTransport transport = WebTransport.builder().build();
    open.add(transport);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.router.contextPath = "/bot";
              transport.mount(config);
              config.routes.get("/mine", ctx -> ctx.result("mine"));
            });
    server.start("127.0.0.1", 0);
    try {
      Client client = new Client(URI.create("http://127.0.0.1:" + server.port() + "/bot"));
      assertProblem(client.say("x"), 503, "unavailable");
      transport.start(host);
      assertThat(transport.address()).isEmpty();
      assertThat(client.upload("look", List.of(Pictures.drawn("png", 9, 9))).statusCode())
          .isEqualTo(202);
      assertThat(client.get("/mine").body()).isEqualTo("mine");
      assertThat(client.get("/").body()).contains("chat.js");
      assertThat(client.get("").headers().firstValue("Location")).contains("/bot/");
      try (Client.Stream stream = client.stream()) {
        String url = stream.next().data().path("images").get(0).path("url").asText();
        assertThat(url).startsWith("/bot/api/images/");
        Client root = new Client(URI.create("http://127.0.0.1:" + server.port()));
        assertThat(root.bytes(url).statusCode()).isEqualTo(200);
      }
      transport.close(PATIENCE);
      assertThat(client.get("/mine").statusCode()).as("still the user's").isEqualTo(200);
      assertProblem(client.get(client.chat("events")), 503, "stopping");
    } finally {
      server.stop();
    }
  }

  @Test
  void healthSaysWhetherAnythingIsTakenIn() {
    WebTransport transport = start(b -> {});
    Client client = new Client(transport.address().orElseThrow());

    assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
    transport.stopReceiving();
    assertThat(client.get("/healthz").statusCode()).isEqualTo(503);
  }

  @Test
  void healthTellsOfOtherPartsWithoutTheirDetails() {
    Health away = Health.down("http://10.0.0.3:8188 cannot be reached");
    WebTransport transport = start(b -> b.healthOf("provider", () -> away));
    Client client = new Client(transport.address().orElseThrow());

    HttpResponse<String> answer = client.get("/healthz");
    assertThat(answer.statusCode()).as("messages are taken in").isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"status\":\"degraded\",\"parts\":{\"provider\":\"down\"}}");
  }

  @Test
  void partThatNobodyHasLookedAtYetAlarmsNobody() {
    Health unknown = Health.unknown("nobody has looked yet");
    WebTransport transport = start(b -> b.healthOf("provider", () -> unknown));
    Client client = new Client(transport.address().orElseThrow());

    assertThat(client.get("/healthz").body())
        .isEqualTo("{\"status\":\"up\",\"parts\":{\"provider\":\"unknown\"}}");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Client.tree(response);
    assertThat(problem.path("type").asText()).isEqualTo("urn:easel:problem:" + code);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty().doesNotContain("{", "Exception");
    assertSecure(response);
  }

  private static void assertSecure(HttpResponse<?> response) {
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(response.headers().firstValue("Server")).isEmpty();
  }

  private WebTransport start(Consumer<WebTransport.Builder> settings) {
    return start(host, settings);
  }

  private WebTransport start(Host where, Consumer<WebTransport.Builder> settings) {
    WebTransport.Builder builder = WebTransport.builder().port(0);
    settings.accept(builder);
    WebTransport transport = builder.build();
    open.add(transport);
    transport.start(where);
    return transport;
  }

  private Client client() {
    return client(host);
  }

  private Client client(Host where) {
    return new Client(start(where, b -> {}).address().orElseThrow());
  }

  private String raw(String request) throws IOException {
    return raw(start(b -> {}), request);
  }

  private static String raw(WebTransport transport, String request) throws IOException {
    return raw(transport.address().orElseThrow(), request);
  }

  private static String raw(URI address, String request) throws IOException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Socket ask(URI address, String request) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** The first line of an answer; empty if there is none. */
  private static String statusOf(Socket socket) {
    try {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return Optional.ofNullable(in.readLine()).orElse("");
    } catch (IOException e) { // closed
      return "";
    }
  }

  /** Asks the same so many times, as far as possible at one moment. */
  private static List<String> statusesAtOnce(URI address, String request, int count)
      throws Exception {
    List<Socket> sockets = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    List<String> statuses = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch go = new CountDownLatch(1);
    try {
      for (int i = 0; i < count; i++) {
        Socket socket = ask(address, request.substring(0, request.length() - 1));
        sockets.add(socket);
        threads.add(
            new Thread(
                () -> {
                  try {
                    go.await();
                    socket.getOutputStream().write(request.charAt(request.length() - 1));
                    statuses.add(statusOf(socket));
                  } catch (IOException | InterruptedException e) {
                    statuses.add(e.toString());
                  }
                },
                "asks-" + i));
      }
      threads.forEach(Thread::start);
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    return statuses;
  }

  private static void assertAlike(HttpResponse<?> head, HttpResponse<?> get) {
    assertThat(head.statusCode()).isEqualTo(get.statusCode());
    for (String name : List.of("Content-Type", "Cache-Control", "WWW-Authenticate", "ETag")) {
      assertThat(head.headers().firstValue(name))
          .as(name)
          .isEqualTo(get.headers().firstValue(name));
    }
    assertSecure(head);
  }

  private static HttpResponse<String> sendImages(Client client, String id) {
    return client.postJson(
        client.chat("messages"), "{\"text\":\"again\",\"images\":[\"" + id + "\"]}");
  }

  private MessageRef send(WebTransport transport, Client client, String text) {
    Receipt receipt =
        transport.outbox().send(where(client), OutgoingMessage.text(text), operation());
    return ((Receipt.Delivered) receipt).message();
  }

  private ImageRef stored(byte[] png) {
    return host.images().put(new ByteArrayInputStream(png), MediaType.PNG, Duration.ofHours(1));
  }

  private OperationId operation() {
    return OperationId.of("op-" + operations++);
  }

  private static ConversationRef where(Client client) {
    return ConversationRef.of(
        TransportId.parse("web:main"), client.conversation, ConversationRef.Kind.PRIVATE);
  }
}
