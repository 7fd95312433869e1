package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.chat.Inbox;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.health.Health;
import dev.easel.memory.MemoryBackend;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.SleepyBackend;
import dev.easel.testkit.TestPictures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way: the platform pushes over HTTP, and the handler is mounted in a server. */
class WebhookTest {
  private static final String SECRET = "s3cret_of-the-webhook";
  private static final Map<String, String> RIGHT = Map.of(TelegramWebhook.SECRET_HEADER, SECRET);

  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");
  private HttpServer server;
  private TelegramTransport transport;

  WebhookTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/telegram");
    transport =
        TelegramTransport.webhook(bed.token, url, SECRET)
            .apiUrl(bed.api.url())
            .messagesPerSecond(1_000)
            .timing(Bed.CALM)
            .build();
    TelegramWebhook webhook = transport.webhook();
    server.createContext(
        "/telegram",
        exchange -> {
          TelegramWebhook.Reply reply =
              webhook.handle(exchange.getRequestHeaders()::getFirst, exchange.getRequestBody());
          reply.headers().forEach(exchange.getResponseHeaders()::add);
          exchange.sendResponseHeaders(reply.status(), -1);
          exchange.close();
        });
  }

  @BeforeEach
  void start() throws Exception {
    server.start();
    transport.start(bed.host);
    bed.until(() -> bed.bot.webhookUrl().isPresent());
  }

  @AfterEach
  void close() {
    transport.close(Bed.PATIENCE);
    transport = TelegramTransport.polling(bed.token).apiUrl(bed.api.url()).build();
    transport.removeWebhook();
    transport.close(Duration.ofSeconds(1));
    server.stop(0);
  }

  @Test
  void pushedUpdatesArriveInOrder() throws Exception {
    for (int i = 0; i < 20; i++) {
      ann.writes("number " + i);
    }
    bed.host.await(TextReceived.class, e -> e.text().equals("number 19"), Bed.PATIENCE);
    assertThat(bed.events())
        .extracting(e -> ((TextReceived) e).text())
        .startsWith("number 0", "number 1")
        .hasSize(20);
  }

  @Test
  void refusedUpdateComesAgainWhenTheInboxHasRoom() throws Exception {
    bed.host.refuse(Inbox.Why.FULL, Duration.ofMillis(500));
    ann.writes("keep me");
    bed.until(() -> bed.host.refused() > 0);
    assertThat(bed.bot.pending()).isEqualTo(1);
    bed.host.acceptAgain();

    assertThat(bed.event(TextReceived.class).text()).isEqualTo("keep me");
    bed.settled();
  }

  @Test
  void albumIsPutTogetherAlthoughItsPartsComeOneByOne() throws Exception {
    ann.sendsAlbum(
        List.of(TestPictures.png(9, 9, 1), TestPictures.png(8, 8, 2), TestPictures.png(7, 7, 3)),
        "a set");
    ann.writes("that is all");

    assertThat(bed.event(ImagesReceived.class).images()).hasSize(3);
    bed.settled();
  }

  /** Telegram repeats what it got no answer to, which may be after the album was handed over. */
  @Test
  void partOfAnAlbumThatComesAgainAfterItIsNoPictureOfItsOwn() throws Exception {
    String first =
        bed.bot.intercept(() -> ann.sendsPartOfAlbum("5", TestPictures.png(9, 9, 1), "a set"));
    String second =
        bed.bot.intercept(() -> ann.sendsPartOfAlbum("5", TestPictures.png(8, 8, 2), ""));
    String text = bed.bot.intercept(() -> ann.writes("that is all"));
    for (String update : List.of(first, second, text, second, first)) {
      assertThat(push(update, RIGHT).status()).isEqualTo(200);
    }

    assertThat(bed.events()).hasSize(2);
    assertThat(bed.event(ImagesReceived.class).images()).hasSize(2);
  }

  @Test
  void wrongOrMissingSecretIsRefused() throws Exception {
    assertThat(push("{}", Map.of()).status()).isEqualTo(401);
    assertThat(push("{}", Map.of(TelegramWebhook.SECRET_HEADER, SECRET + "x")).status())
        .isEqualTo(401);
    assertThat(push("{}", Map.of(TelegramWebhook.SECRET_HEADER, "")).status()).isEqualTo(401);
  }

  @Test
  void bodyHasALimitAndNonsenseDoesNotComeAgain() throws Exception {
    assertThat(push("x".repeat((1 << 20) + 1), RIGHT).status()).isEqualTo(413);
    assertThat(push("not json", RIGHT).status()).isEqualTo(200);
    assertThat(push("[1,2]", RIGHT).status()).isEqualTo(200);
    assertThat(push("", RIGHT).status()).isEqualTo(200);
  }

  @Test
  void nothingIsTakenAfterClose() throws Exception {
    transport.close(Bed.PATIENCE);
    TelegramWebhook.Reply reply = push("{\"update_id\":1}", RIGHT);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers()).containsKey("Retry-After");
  }

  @Test
  void updateComesAgainWhileTheStoreIsAwayOrTheInboxFails() throws Exception {
    SleepyBackend backend = new SleepyBackend(MemoryBackend.create());
    RecordingHost host =
        new RecordingHost(
            InstantSource.system(),
            backend.state(),
            backend.limiter(),
            backend.images(),
            backend.timelines());
    AtomicBoolean fails = new AtomicBoolean();
    TelegramTransport other = webhook();
    other.start(
        Bed.hostWith(
            host,
            event -> {
              if (fails.get()) {
                throw new IllegalStateException("a bug");
              }
              return host.inbox().accept(event);
            }));
    try {
      bed.until(() -> other.health().status() == Health.Status.UP);
      String part =
          bed.bot.intercept(() -> ann.sendsPartOfAlbum("5", TestPictures.png(9, 9, 1), ""));
      String text = bed.bot.intercept(() -> ann.writes("hello"));

      backend.sleep();
      assertThat(push(other, part, RIGHT).status()).isEqualTo(503);
      backend.wake();
      assertThat(push(other, part, RIGHT).status()).isEqualTo(200);
      fails.set(true);
      assertThat(push(other, text, RIGHT).headers()).containsKey("Retry-After");
      fails.set(false);
      assertThat(push(other, text, RIGHT).status()).isEqualTo(200);
      assertThat(push(other, text, RIGHT).status()).isEqualTo(200);
      host.await(ImagesReceived.class, e -> true, Bed.PATIENCE);
      assertThat(host.events()).hasSize(2);
    } finally {
      other.close(Bed.PATIENCE);
    }
  }

  /** Telegram holds back what follows in a chat until an update is taken. */
  @Test
  void updateThatFailsEachTimeIsLeftOutSoThatItsChatGoesOn() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    TelegramTransport other =
        started(
            event -> {
              if (event instanceof TextReceived text && text.text().equals("poison")) {
                calls.incrementAndGet();
                throw new IllegalStateException("a bug");
              }
              return bed.host.inbox().accept(event);
            });
    try (CapturedLog log = CapturedLog.of(Intake.class)) {
      String poison = bed.bot.intercept(() -> ann.writes("poison"));
      for (int i = 0; i < 2; i++) {
        TelegramWebhook.Reply again = push(other, poison, RIGHT);
        assertThat(again.status()).isEqualTo(503);
        assertThat(again.headers()).containsKey("Retry-After");
      }
      assertThat(push(other, poison, RIGHT).status()).isEqualTo(200);
      assertThat(calls).hasValue(3);
      assertThat(log.lines()).anyMatch(line -> line.contains("Left out an update"));
    } finally {
      other.close(Bed.PATIENCE);
    }
  }

  @Test
  void updateIsNotLeftOutWhileTheBackendIsAway() throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    TelegramTransport other =
        started(
            event ->
                away.get()
                    ? Optional.of(
                        new Inbox.NotAccepted(Inbox.Why.UNAVAILABLE, Duration.ofSeconds(2)))
                    : bed.host.inbox().accept(event));
    try {
      String text = bed.bot.intercept(() -> ann.writes("keep me"));
      for (int i = 0; i < 20; i++) {
        assertThat(push(other, text, RIGHT).status()).isEqualTo(503);
      }
      away.set(false);
      assertThat(push(other, text, RIGHT).status()).isEqualTo(200);
      assertThat(bed.event(TextReceived.class).text()).isEqualTo("keep me");
    } finally {
      other.close(Bed.PATIENCE);
    }
  }

  /** What Telegram found out about the address may be otherwise soon, and a front set it too. */
  @Test
  void webhookIsSetAgainUntilWhatPassesHasPassed() throws Exception {
    for (String why :
        List.of(
            "Failed to resolve host: Temporary failure in name resolution",
            "IP address 10.0.0.7 is reserved",
            "IPv6-only addresses are not allowed",
            "Unknown")) {
      bed.bot.fault("setWebhook", Fault.error(400, "Bad Request: bad webhook: " + why));
    }
    bed.bot.fault("setWebhook", Fault.error(409, "Conflict: terminated by other setWebhook"));
    TelegramTransport other = started(bed.host.inbox());
    other.close(Bed.PATIENCE);

    assertThat(bed.bot.faultsLeft()).isZero();
    assertThat(bed.bot.webhookUrl()).contains(URI.create("https://bot.example.org/x"));
  }

  @Test
  void webhookThatCannotBeIsNotTriedForEver() throws Exception {
    for (String why :
        List.of(
            "bad webhook: An HTTPS URL must be provided for webhook",
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
            "invalid webhook URL specified")) {
      bed.bot.fault("setWebhook", Fault.error(400, "Bad Request: " + why));
      TelegramTransport other = webhook();
      other.start(bed.host);
      try {
        bed.until(() -> other.health().detail().contains(why));
        bed.until(bed::nobodyReceives);
      } finally {
        other.close(Bed.PATIENCE);
      }
    }
  }

  private TelegramTransport webhook() {
    return TelegramTransport.webhook(bed.token, URI.create("https://bot.example.org/x"), SECRET)
        .apiUrl(bed.api.url())
        .threads(bed::thread)
        .timing(Bed.CALM)
        .build();
  }

  /** A bot with this inbox, to which tests push by themselves. */
  private TelegramTransport started(Inbox inbox) throws Exception {
    TelegramTransport other = webhook();
    other.start(Bed.hostWith(bed.host, inbox));
    bed.until(() -> other.health().status() == Health.Status.UP);
    return other;
  }

  @Test
  void webhookIsRemovedWhenAsked() {
    assertThat(transport.removeWebhook()).isTrue();
    assertThat(bed.bot.webhookUrl()).isEmpty();
  }

  private TelegramWebhook.Reply push(String body, Map<String, String> headers) throws IOException {
    return push(transport, body, headers);
  }

  private static TelegramWebhook.Reply push(
      TelegramTransport to, String body, Map<String, String> headers) throws IOException {
    return to.webhook()
        .handle(headers::get, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }
}
