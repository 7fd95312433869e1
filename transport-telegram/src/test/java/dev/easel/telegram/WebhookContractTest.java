package dev.easel.telegram;

import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Transport;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.testkit.TransportContract;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The handler is called with what the platform would push. */
class WebhookContractTest extends TransportContract {
  private static final String SECRET = "webhook-secret_1";

  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");
  private TelegramTransport newest = build();
  private String lastPush = "";

  private TelegramTransport build() {
    return TelegramTransport.webhook(
            bed.token, URI.create("https://bot.example.org/telegram"), SECRET)
        .apiUrl(bed.api.url())
        .messagesPerSecond(1_000)
        .threads(bed::thread)
        .timing(Bed.CALM)
        .build();
  }

  @Override
  protected Transport newTransport() {
    newest = build();
    return newest;
  }

  @Override
  protected ConversationRef conversation() {
    return ConversationRef.of(newest.id(), Long.toString(ann.chat()), ConversationRef.Kind.PRIVATE);
  }

  @Override
  protected Arrival personSends(String text) throws Exception {
    return push(() -> ann.writes(text));
  }

  @Override
  protected Arrival personSendsImage(byte[] png, String caption) throws Exception {
    return push(() -> ann.sendsFile(png, "mine.png", "image/png", caption));
  }

  @Override
  protected Arrival personPresses(Seen message, Button button) throws Exception {
    return push(() -> ann.pressesRaw(Integer.parseInt(message.id()), button.action()));
  }

  @Override
  protected Arrival platformRepeats() throws Exception {
    return pushed();
  }

  private Arrival push(Runnable deed) throws Exception {
    lastPush = bed.bot.intercept(deed);
    return pushed();
  }

  private Arrival pushed() throws Exception {
    long deadline = System.nanoTime() + Bed.PATIENCE.toNanos();
    while (true) {
      // asked before: it may be ready a moment after it refused
      boolean starting = newest.health().detail().equals("starting") && !bed.nobodyReceives();
      TelegramWebhook.Reply reply =
          newest
              .webhook()
              .handle(
                  Map.of(TelegramWebhook.SECRET_HEADER, SECRET)::get,
                  new ByteArrayInputStream(lastPush.getBytes(StandardCharsets.UTF_8)));
      if (reply.status() == 200) {
        return Arrival.ofTaken();
      }
      if (!starting || System.nanoTime() > deadline) {
        return Arrival.refused(
            Optional.ofNullable(reply.headers().get("Retry-After"))
                .map(s -> Duration.ofSeconds(Long.parseLong(s))));
      }
      TimeUnit.MILLISECONDS.sleep(20); // as the platform, which comes again
    }
  }

  @Override
  protected List<Seen> whatPersonSees() {
    return PollingContractTest.seen(bed, ann);
  }

  @Override
  protected List<String> noticesSeen() {
    return PollingContractTest.notices(bed);
  }

  @Override
  protected boolean isOfTheTest(Thread thread) {
    return super.isOfTheTest(thread) || PollingContractTest.isOfTheMachinery(thread);
  }

  @Override
  protected void closePlatform() {
    newest.removeWebhook();
  }
}
