package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.InboundEvent;
import dev.easel.chat.InboundEvent.CommandReceived;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.chat.Inbox;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.health.Health;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.TestPictures;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each of these killed, blocked or misled the poller of a library; ours goes on. */
class PollingFaultsTest {
  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");

  @AfterEach
  void close() {
    bed.close();
  }

  private String nextText() throws InterruptedException {
    return bed.event(TextReceived.class).text();
  }

  @Test
  void exceptionInTheConsumerDoesNotEndPolling() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Inbox failing =
        event -> {
          calls.incrementAndGet();
          if (event instanceof TextReceived text && text.text().equals("poison")) {
            throw new IllegalStateException("a bug");
          }
          return bed.host.inbox().accept(event);
        };
    TelegramTransport transport = bed.builder().build();
    transport.start(Bed.hostWith(bed.host, failing));
    ann.writes("poison");
    ann.writes("after it");

    assertThat(nextText()).isEqualTo("after it");
    assertThat(calls).as("it was tried more than once").hasValueGreaterThan(2);
    transport.close(Bed.PATIENCE);
  }

  /** An interceptor of the client that was handed to us, for one. */
  @Test
  void exceptionInTheHttpClientEndsNeitherPollingNorTheLedger() throws Exception {
    Set<String> fails = ConcurrentHashMap.newKeySet();
    fails.addAll(List.of("getupdates", "sendmessage"));
    OkHttpClient faulty =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  List<String> path = chain.request().url().pathSegments();
                  if (fails.remove(path.get(path.size() - 1).toLowerCase(Locale.ROOT))) {
                    response.close();
                    throw new IllegalStateException("a bug");
                  }
                  return response;
                })
            .build();
    ann.writes("hello");
    bed.start(b -> b.httpClient(faulty));
    OperationId operation = bed.operation();
    for (int i = 0; i < 2; i++) {
      assertThat(
              bed.transport().outbox().send(bed.chat(ann), OutgoingMessage.text("once"), operation))
          .isInstanceOf(Receipt.Uncertain.class);
    }

    assertThat(ann.sees()).hasSize(1);
    assertThat(nextText()).isEqualTo("hello");
  }

  @Test
  void updateThatIsNotJsonIsPassedByAndTheGoodOnesAroundItArrive() throws Exception {
    ann.writes("before");
    ann.writes("after");
    String broken =
        "{\"ok\":true,\"result\":[{\"update_id\":1,\"message\":{\"text\":\"\\ud83d}},,]}";
    bed.bot.fault("getUpdates", new Fault.Answer(200, "application/json", broken));
    bed.bot.fault("getUpdates", new Fault.Answer(200, "application/json", broken));
    bed.start(b -> b);

    bed.host.await(TextReceived.class, e -> e.text().equals("after"), Bed.PATIENCE);
    assertThat(bed.events()).hasSize(2);
  }

  @Test
  void deleteWebhookThatFailsIsTriedAgain() throws Exception {
    bed.bot.fault("deleteWebhook", Fault.error(500, "Internal Server Error"));
    bed.bot.fault("deleteWebhook", Fault.html(404));
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
    assertThat(bed.bot.faultsLeft()).isZero();
  }

  @Test
  void errorPageOfAProxyIsNotTakenForARefusedToken() throws Exception {
    bed.bot.fault("getUpdates", Fault.html(404));
    bed.bot.fault("getUpdates", Fault.html(401));
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
  }

  @Test
  void startSaysThatThereIsNoBotApiServer() {
    bed.bot.fault("getMe", Fault.html(404));

    assertThatThrownBy(() -> bed.start(b -> b))
        .hasMessageContaining(bed.api.url().toString())
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.GONE));
  }

  @Test
  void unauthorizedStopsWithAReason() throws Exception {
    bed.start(b -> b);
    bed.until(() -> bed.transport().health().status() == Health.Status.UP);
    bed.bot.revoke();
    ann.writes("hello"); // ends the poll that waits
    bed.until(() -> bed.transport().health().status() == Health.Status.DOWN);

    assertThat(bed.transport().health().detail()).contains("token");
  }

  @Test
  void startSaysThatTheTokenIsWrong() {
    bed.bot.revoke();

    assertThatThrownBy(() -> bed.start(b -> b))
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAUTHORIZED));
  }

  @Test
  void waitsAsToldOn429() throws Exception {
    bed.bot.fault("getUpdates", new Fault.TooMany(1));
    long began = System.nanoTime();
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void answer429ThatNamesNoTimeIsNotAskedAgainAtOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      bed.bot.fault("getUpdates", Fault.html(429));
    }
    long began = System.nanoTime();
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void waitsAsToldBeforeItPollsToo() throws Exception {
    bed.bot.fault("getMe", new Fault.CutBefore());
    bed.bot.fault("getMe", new Fault.TooMany(1));
    long began = System.nanoTime();
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void errorPageOfAProxyDoesNotEndReceivingBeforeItBegan() throws Exception {
    bed.bot.fault("getMe", new Fault.CutBefore());
    bed.bot.fault("getMe", Fault.html(404));
    bed.bot.fault("getMe", Fault.html(403));
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
  }

  @Test
  void healthIsGoodAgainOnceTheInboxTakesAgain() throws Exception {
    bed.host.refuse(Inbox.Why.UNAVAILABLE, Duration.ofMillis(100));
    bed.start(b -> b);
    ann.writes("hello");
    bed.until(() -> bed.transport().health().detail().contains("inbox"));
    bed.host.acceptAgain();

    assertThat(nextText()).isEqualTo("hello");
    bed.until(() -> bed.transport().health().status() == Health.Status.UP);
  }

  @Test
  void goesOnAfterServerErrorsAndCutConnections() throws Exception {
    bed.bot.fault("getUpdates", Fault.html(502));
    bed.bot.fault("getUpdates", new Fault.CutBefore());
    bed.bot.fault("getUpdates", new Fault.CutAfter());
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
  }

  @Test
  void foreignPollerIsNamed() throws Exception {
    bed.start(b -> b.timing(Bed.lease(Duration.ofMillis(1_500))));
    bed.until(() -> bed.transport().health().status() == Health.Status.UP);
    // as long as the lease is young, a conflict is taken for our own
    for (int i = 0; i < 1_000; i++) {
      bed.bot.fault(
          "getUpdates", Fault.error(409, "Conflict: terminated by other getUpdates request"));
    }
    ann.writes("hello"); // ends the poll that waits

    bed.until(() -> bed.transport().health().detail().contains("409"));
    assertThat(bed.bot.faultsLeft()).as("it goes on").isPositive();
  }

  @Test
  void webhookThatSomebodySetIsRemoved() throws Exception {
    FakeBotApiCalls.setWebhook(bed, URI.create("http://127.0.0.1:9/nobody"));
    ann.writes("hello");
    bed.start(b -> b);

    assertThat(nextText()).isEqualTo("hello");
    assertThat(bed.bot.webhookUrl()).isEmpty();
  }

  @Test
  void offsetIsConfirmedOnlyAfterTheInboxHasIt() throws Exception {
    ann.writes("keep me");
    RecordingHost first = bed.host;
    first.refuse(Inbox.Why.UNAVAILABLE, Duration.ofMillis(100));
    bed.start(b -> b);
    bed.until(() -> first.refused() > 1);
    bed.close(); // killed between receiving and accepting, as far as Telegram knows
    assertThat(bed.bot.pending()).isEqualTo(1);

    RecordingHost second = first.beside();
    TelegramTransport next = bed.builder().build();
    next.start(second);
    assertThat(second.await(TextReceived.class, e -> true, Bed.PATIENCE).text())
        .isEqualTo("keep me");
    next.close(Bed.PATIENCE);
  }

  @Test
  void stopConfirmsWhatWasTaken() throws Exception {
    bed.start(b -> b);
    ann.writes("one");
    nextText();
    bed.close();

    assertThat(bed.bot.pending()).isZero();
  }

  @Test
  void busyConversationIsToldAndDoesNotHoldUpOthers() throws Exception {
    FakePerson bob = bed.bot.person("Bob");
    Inbox picky =
        event ->
            event.envelope().user().id().equals(Long.toString(ann.id()))
                ? Optional.of(
                    new Inbox.NotAccepted(Inbox.Why.CONVERSATION_BUSY, Duration.ofSeconds(5)))
                : bed.host.inbox().accept(event);
    TelegramTransport transport = bed.builder().busyText("Slow down, please.").build();
    // with a clock that stands still: in another minute they would be told again
    RecordingHost still = new RecordingHost(InstantSource.fixed(Instant.now()));
    transport.start(Bed.hostWith(still, picky));
    for (int i = 0; i < 20; i++) {
      ann.writes("flood " + i);
    }
    bob.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
    ann.awaits(Bed.PATIENCE, m -> m.text().equals("Slow down, please."));
    bed.settled();
    transport.close(Bed.PATIENCE);
    assertThat(ann.sees()).as("once, not for each").hasSize(1);
  }

  /** How fast it is says the benchmark; the poll would last longer than the test waits. */
  @Test
  void stopDoesNotWaitForThePollInFlightAndHandsOverNothingMore() throws Exception {
    bed.start(b -> b.pollTimeout(Duration.ofSeconds(50)));
    bed.until(() -> bed.bot.waitingPolls() == 1);
    long began = System.nanoTime();
    bed.transport().close(Duration.ofSeconds(60));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
    assertThat(bed.nobodyReceives()).isTrue();
    ann.writes("too late");
    assertThat(bed.events()).isEmpty();
    assertThat(bed.bot.pending()).isEqualTo(1);
  }

  @Test
  void threadsDoNotKeepTheProgramAlive() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    bed.start(b -> b);
    bed.until(() -> bed.bot.waitingPolls() == 1);
    bed.delivered(ann, OutgoingMessage.text("hello"));

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(t -> !before.contains(t))
        .filteredOn(t -> t.getName().startsWith("easel-") || t.getName().contains("OkHttp"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }

  @Test
  void thousandUpdatesInOnePollAreAllTaken() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      ann.writes("number " + i);
    }
    bed.bot.pageSize(1_000);
    bed.start(b -> b);

    bed.settled();
    assertThat(bed.bot.calls("getUpdates")).as("polls that brought something").hasSize(1);
    assertThat(bed.events()).hasSize(1_000);
    assertThat(bed.events())
        .extracting(e -> ((TextReceived) e).text())
        .startsWith("number 0", "number 1")
        .endsWith("number 999");
  }

  @Test
  void startsLaterIfTelegramCannotBeReachedAtFirst() throws Exception {
    bed.bot.fault("getMe", new Fault.CutBefore());
    bed.bot.fault("getMe", Fault.html(502));
    bed.start(b -> b);
    ann.writes("hello");

    assertThat(nextText()).isEqualTo("hello");
  }

  @Test
  void commandIsFoundWithoutAskingForEntitiesFirst() throws Exception {
    bed.start(b -> b);
    ann.writes("/start");

    assertThat(bed.event(CommandReceived.class).name()).isEqualTo("start");
  }

  @Test
  void serverWithAPathPrefixServesDownloadsToo() throws Exception {
    try (FakeBotApi other = FakeBotApi.start(0, false, "/tg/v1")) {
      RecordingHost host = new RecordingHost();
      TelegramTransport transport =
          TelegramTransport.polling(bed.token)
              .apiUrl(URI.create(other.url() + "/tg/v1"))
              .timing(Bed.CALM)
              .build();
      transport.start(host);
      byte[] picture = TestPictures.png(30, 20, 7);
      other.bot(bed.token).person("Zoe").sendsFile(picture, "a.png", "image/png", "hi");
      InboundEvent.ImagesReceived event =
          host.await(InboundEvent.ImagesReceived.class, e -> true, Bed.PATIENCE);
      try (InputStream in = transport.outbox().open(event.images().get(0))) {
        assertThat(in.readAllBytes()).isEqualTo(picture);
      }
      transport.close(Bed.PATIENCE);
    }
  }

  private RemoteImage sentPicture() throws Exception {
    bed.start(b -> b);
    ann.sendsPhoto(TestPictures.png(200, 200, 9), "x");
    return bed.event(InboundEvent.ImagesReceived.class).images().get(0);
  }

  @Test
  void errorPageIsNotTakenForAPicture() throws Exception {
    RemoteImage image = sentPicture();
    bed.bot.fault("file", Fault.error(404, "Not Found"));
    assertThatThrownBy(() -> bed.transport().outbox().open(image))
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.GONE));
    bed.bot.fault("file", Fault.html(502));
    assertThatThrownBy(() -> bed.transport().outbox().open(image))
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAVAILABLE));
  }

  @Test
  void fileLargerThanAnnouncedEndsWithAnError() throws Exception {
    RemoteImage image = sentPicture();
    bed.bot.fault("file", new Fault.Oversize());

    assertThatThrownBy(
            () -> {
              try (InputStream in = bed.transport().outbox().open(image)) {
                in.readAllBytes();
              }
            })
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(IOException.class).hasMessageContaining("larger"),
            e -> assertThat(e).isInstanceOf(TransportException.class));
  }

  @Test
  void fileThatEndsEarlyEndsWithAnError() throws Exception {
    RemoteImage image = sentPicture();
    bed.bot.fault("file", new Fault.CutAfter());

    assertThatThrownBy(
            () -> {
              try (InputStream in = bed.transport().outbox().open(image)) {
                in.readAllBytes();
              }
            })
        .isInstanceOfAny(IOException.class, TransportException.class);
  }

  @Test
  void twentyMegabytesThatStallEndWithAnErrorAndHoldUpNothing() throws Exception {
    bed.start(b -> b.timing(Bed.stall(Duration.ofSeconds(10))));
    ann.sendsFile(new byte[20 << 20], "large.png", "image/png", "x");
    RemoteImage image = bed.event(InboundEvent.ImagesReceived.class).images().get(0);
    bed.bot.fault("file", new Fault.Stall());
    try (InputStream in = bed.transport().outbox().open(image)) {
      in.readNBytes(1 << 20);
      ann.writes("still there?");
      bed.host.await(TextReceived.class, e -> true, Bed.PATIENCE);
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("SocketTimeoutException");
    }
  }

  @Test
  void fileAboveTwentyMegabytesIsGoneWithAReason() throws Exception {
    RemoteImage image = sentPicture();
    bed.bot.fault("getFile", Fault.error(400, "Bad Request: file is too big"));

    assertThatThrownBy(() -> bed.transport().outbox().open(image))
        .hasMessageContaining("too big")
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.GONE));
  }

  /** The library gives up after ten: its client has the default times, and five calls at once. */
  @Test
  void answerThatTakesElevenSecondsIsAwaited() throws Exception {
    Queue<Duration> waits = new ConcurrentLinkedQueue<>();
    OkHttpClient watched =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  waits.add(Duration.ofMillis(chain.readTimeoutMillis()));
                  waits.add(Duration.ofNanos(chain.call().timeout().timeoutNanos()));
                  return chain.proceed(chain.request());
                })
            .build();
    bed.start(b -> b.httpClient(watched));
    bed.until(() -> bed.bot.waitingPolls() == 1);
    bed.delivered(ann, OutgoingMessage.text("slow"));

    assertThat(waits)
        .hasSizeGreaterThanOrEqualTo(6) // getMe, getUpdates, sendMessage
        .allMatch(wait -> wait.compareTo(Duration.ofSeconds(11)) > 0);
  }
}
