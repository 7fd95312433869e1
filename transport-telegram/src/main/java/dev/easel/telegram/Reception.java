package dev.easel.telegram;

import dev.easel.chat.Host;
import dev.easel.chat.TransportId;
import dev.easel.health.Health;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.GetMe;
import org.telegram.telegrambots.meta.api.methods.botapimethods.PartialBotApiMethod;
import org.telegram.telegrambots.meta.api.methods.updates.SetWebhook;

/**
 * Everything that receives: finds out who the bot is, then polls while it has the lease, or has
 * Telegram push. Works once.
 */
final class Reception {
  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  private final TransportId id;
  private final Settings settings;
  private final BotApi api;
  private final Host host;
  private final Pulse pulse;
  private final Moves moves;
  private final Menus menus;
  private final Presses presses;
  private final BusyNotice busy;
  private final Optional<TelegramWebhook> webhook;
  private final ScheduledExecutorService timer;
  private final Leadership leadership;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads;
  private volatile @Nullable Albums albums;

  Reception(
      TransportId id,
      Settings settings,
      BotApi api,
      Host host,
      Pulse pulse,
      Moves moves,
      Menus menus,
      Presses presses,
      BusyNotice busy,
      Optional<TelegramWebhook> webhook,
      ScheduledExecutorService timer) {
    this.id = id;
    this.settings = settings;
    this.api = api;
    this.host = host;
    this.pulse = pulse;
    this.moves = moves;
    this.menus = menus;
    this.presses = presses;
    this.busy = busy;
    this.webhook = webhook;
    this.timer = timer;
    this.leadership =
        new Leadership(host.state(), id, settings.timing().lease(), System::nanoTime, api::endPoll);
    Thread receive = settings.thread("easel-telegram-receive", this::receive);
    this.threads =
        webhook.isPresent()
            ? List.of(receive)
            : List.of(receive, settings.thread("easel-telegram-lease", leadership));
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Takes nothing more in, from now on. */
  void stop() {
    stop.countDown();
    api.endPoll();
    webhook.ifPresent(TelegramWebhook::close);
    Albums open = albums;
    if (open != null) {
      open.endAll();
    }
  }

  /** Waits for the threads; those that are there at the end are interrupted. */
  void join(long end) throws InterruptedException {
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        thread.interrupt(); // does nothing if it has ended
      }
    } finally {
      leadership.release(); // its thread may have been interrupted before it could
    }
  }

  private void receive() {
    try {
      Optional<Me> me = identify();
      if (me.isPresent()) {
        receiveAs(me.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() wants the end
    } catch (RuntimeException | Error e) {
      pulse.trouble(Health.down("receiving ended with an error"));
      log.error("Receiving ended, the bot hears nothing more until it is started again", e);
      throw e;
    } finally {
      leadership.release();
    }
  }

  private Optional<Me> identify() throws InterruptedException {
    Optional<Answer.Ok> answer = untilTaken("getMe", GetMe::new);
    Optional<Me> me =
        answer
            .map(Answer.Ok::result)
            .map(r -> new Me(r.path("id").asLong(), r.path("username").asText("")));
    me.ifPresent(m -> log.info("Connected to Telegram: bot=@{} as={}", m.username(), id));
    return me;
  }

  private void receiveAs(Me me) throws InterruptedException {
    UpdateReader reader = new UpdateReader(id, me, moves, menus::names);
    Albums collected =
        new Albums(
            host.state(), id, reader, host.inbox(), host.time(), timer, settings.timing().album());
    collected.start();
    albums = collected;
    Intake intake =
        new Intake(
            reader, collected, presses, host.inbox(), host.time(), settings.timing().pause());
    if (webhook.isPresent()) {
      webhook.get().open(intake);
      register(settings.push().orElseThrow());
    } else {
      new Poller(api, intake, leadership, pulse, busy, settings, stop).run();
    }
  }

  private void register(Settings.Push push) throws InterruptedException {
    Supplier<SetWebhook> call =
        () ->
            SetWebhook.builder()
                .url(push.url().toString())
                .secretToken(push.secret())
                .maxConnections(push.maxConnections())
                .allowedUpdates(settings.allowedUpdates())
                .build();
    if (untilTaken("setWebhook", call).isPresent()) {
      pulse.good();
      log.info("Telegram pushes updates from now on: to={}", push.url());
    }
  }

  /** Makes a call until Telegram takes it; empty: it never will, or there is no more need. */
  private Optional<Answer.Ok> untilTaken(
      String name, Supplier<? extends PartialBotApiMethod<?>> call) throws InterruptedException {
    Duration pause = settings.timing().pause();
    while (stop.getCount() > 0) {
      Answer answer = api.call(call.get());
      if (answer instanceof Answer.Ok ok) {
        return Optional.of(ok);
      }
      if (answer instanceof Answer.Refused refused
          && refused.isForGood()
          && !refused.isByAnother()
          && !mayPass(refused)) {
        pulse.trouble(Health.down("Telegram refuses: " + refused.why()));
        log.error("Telegram refuses, not trying again: call={} because={}", name, refused.why());
        break;
      }
      Duration delay = pause;
      if (answer instanceof Answer.Refused refused) {
        pulse.trouble(Health.down("Telegram answers " + refused.why()));
        delay = refused.retryAfter().compareTo(pause) > 0 ? refused.retryAfter() : pause;
      } else {
        pulse.trouble(Health.down("Telegram cannot be reached"));
      }
      log.warn("Not done yet, trying again: call={} delay={} answer={}", name, delay, answer);
      stop.await(delay.toMillis(), TimeUnit.MILLISECONDS);
      pause = settings.timing().longer(pause);
    }
    return Optional.empty();
  }

  /**
   * Whether it may be otherwise soon: another front set the webhook at the same moment, or Telegram
   * did not get to the address, of which only its form stays as it is.
   */
  private static boolean mayPass(Answer.Refused refused) {
    return refused.code() == 409
        || refused.says("bad webhook")
            && !refused.says("https url must be")
            && !refused.says("only on ports");
  }
}
