package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.Timelines;
import dev.easel.fakes.telegram.FakeBot;
import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StateStore;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.TestPictures;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A transport before a fake Telegram, and what tests do with both. */
final class Bed implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Longer than a test waits: who takes over from a front that stops does not wait for its end. */
  private static final Duration LEASE = LONG;

  /** Quick to try again; nothing runs out before a test wants it to, however slow the machine. */
  static final Timing CALM = timing(AT_ONCE, PATIENCE, LEASE, LONG, LONG, LONG);

  private static final FakeBotApi LIMITED = FakeBotApi.start();
  private static final FakeBotApi API = FakeBotApi.startWithoutLimits();
  private static final AtomicInteger TOKENS = new AtomicInteger(1_000);

  final String token = TOKENS.incrementAndGet() + ":AAF-secret_of_this_bot_" + TOKENS.get();
  final FakeBotApi api;
  final FakeBot bot;
  final RecordingHost host = new RecordingHost();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private @Nullable TelegramTransport transport;
  private final AtomicInteger operations = new AtomicInteger();

  private Bed(FakeBotApi api) {
    this.api = api;
    this.bot = api.bot(token);
  }

  /** A fake that keeps no limits, and a transport that is not started. */
  static Bed idle() {
    return new Bed(API);
  }

  /** A fake that keeps the platform's limits, and a transport that is not started. */
  static Bed limited() {
    return new Bed(LIMITED);
  }

  /** A fake that keeps no limits, and a transport that polls it. */
  static Bed polling() {
    Bed bed = idle();
    bed.start(b -> b);
    return bed;
  }

  static Timing lease(Duration lease) {
    return timing(AT_ONCE, PATIENCE, lease, LONG, LONG, LONG);
  }

  static Timing press(Duration patience) {
    return timing(AT_ONCE, PATIENCE, LEASE, LONG, patience, LONG);
  }

  static Timing stall(Duration time) {
    return timing(AT_ONCE, PATIENCE, LEASE, LONG, LONG, time);
  }

  static Timing album(Duration quiet) {
    return timing(AT_ONCE, PATIENCE, LEASE, quiet, LONG, LONG);
  }

  /**
   * As often to one person as the platform allows; who must wait for long is soon told so. Albums
   * are complete once a machine that stalls would have gone on.
   */
  static Timing paced() {
    return timing(
        Timing.DEFAULT.chat(), Duration.ofSeconds(1), LEASE, Duration.ofSeconds(6), LONG, LONG);
  }

  private static Timing timing(
      Duration chat,
      Duration patience,
      Duration lease,
      Duration album,
      Duration press,
      Duration stall) {
    return new Timing(
        chat,
        patience,
        Duration.ofMillis(20),
        lease,
        album,
        press,
        Duration.ofMillis(500),
        stall,
        Duration.ofSeconds(10));
  }

  TelegramTransport.Builder builder() {
    return TelegramTransport.polling(token)
        .apiUrl(api.url())
        .messagesPerSecond(1_000)
        .threads(this::thread)
        .timing(CALM);
  }

  TelegramTransport start(UnaryOperator<TelegramTransport.Builder> settings) {
    return start(settings, host);
  }

  TelegramTransport start(UnaryOperator<TelegramTransport.Builder> settings, Host before) {
    TelegramTransport t = settings.apply(builder()).build();
    transport = t;
    t.start(before);
    return t;
  }

  TelegramTransport transport() {
    if (transport == null) {
      throw new IllegalStateException("not started");
    }
    return transport;
  }

  ConversationRef chat(FakePerson person) {
    ConversationRef.Kind kind =
        person.chat() < 0 ? ConversationRef.Kind.GROUP : ConversationRef.Kind.PRIVATE;
    return ConversationRef.of(transport().id(), Long.toString(person.chat()), kind);
  }

  Receipt send(FakePerson to, OutgoingMessage message) {
    return transport().outbox().send(chat(to), message, operation());
  }

  Receipt.Delivered delivered(FakePerson to, OutgoingMessage message) {
    return (Receipt.Delivered) send(to, message);
  }

  Receipt edit(Receipt.Delivered which, OutgoingMessage message) {
    return transport().outbox().edit(which.message(), message, operation());
  }

  OperationId operation() {
    return OperationId.of("op-" + operations.incrementAndGet());
  }

  OutgoingImage picture(int width, int height) {
    return stored(TestPictures.png(width, height, 0x336699), MediaType.PNG);
  }

  OutgoingImage stored(byte[] bytes, MediaType type) {
    return OutgoingImage.of(
        host.images().put(new ByteArrayInputStream(bytes), type, Duration.ofHours(1)));
  }

  <E extends InboundEvent> E event(Class<E> type) throws InterruptedException {
    return host.await(type, e -> true, PATIENCE);
  }

  List<InboundEvent> events() {
    return host.events();
  }

  /** Waits until all that people did is confirmed. */
  void settled() throws Exception {
    until(() -> bot.pending() == 0);
  }

  /** Ends the transport as a kill would: what it was about to do is left undone. */
  void abandon() {
    threads.forEach(Thread::interrupt);
    transport = null;
  }

  /** A thread of a transport of this bed. */
  Thread thread(Runnable what) {
    Thread thread = new Thread(what);
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /** Whether a transport that was started takes nothing in any more. */
  boolean nobodyReceives() {
    return threads.stream()
        .noneMatch(t -> t.isAlive() && t.getName().equals("easel-telegram-receive"));
  }

  /** A host with another inbox. */
  static Host hostWith(Host host, Inbox inbox) {
    return new Host() {
      @Override
      public Inbox inbox() {
        return inbox;
      }

      @Override
      public StateStore state() {
        return host.state();
      }

      @Override
      public RateLimiter limiter() {
        return host.limiter();
      }

      @Override
      public ImageStore images() {
        return host.images();
      }

      @Override
      public Timelines timelines() {
        return host.timelines();
      }

      @Override
      public InstantSource time() {
        return host.time();
      }
    };
  }

  void until(BooleanSupplier what) throws Exception {
    bot.await(PATIENCE, what);
  }

  @Override
  public void close() {
    if (transport != null) {
      transport.close(PATIENCE);
    }
  }
}
