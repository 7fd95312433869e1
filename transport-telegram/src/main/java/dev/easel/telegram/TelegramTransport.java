package dev.easel.telegram;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Host;
import dev.easel.chat.Outbox;
import dev.easel.chat.Transport;
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportId;
import dev.easel.health.Health;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.GetMe;
import org.telegram.telegrambots.meta.api.methods.updates.DeleteWebhook;

/**
 * Telegram, by long polling or webhook.
 *
 * <pre>{@code
 * Transport telegram = TelegramTransport.polling(token).build();
 * }</pre>
 *
 * <p>Several processes may run the same bot on one backend: with polling, one of them polls and the
 * others stand by; all of them send, and keep Telegram's limits together.
 */
public final class TelegramTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(TelegramTransport.class);

  private static final TransportCapabilities CAPABILITIES =
      new TransportCapabilities(
          true,
          true,
          Limits.BUTTONS_PER_ROW,
          Limits.BUTTON_ROWS,
          10,
          Limits.MAX_TEXT,
          Limits.MAX_CAPTION,
          false,
          true,
          Duration.ofMillis(1_100),
          Duration.ofMillis(4_000));

  private final Settings settings;
  private final TransportId id;
  private final BotApi api;
  private final Pulse pulse = new Pulse(System::nanoTime);
  private final Optional<TelegramWebhook> webhook;
  private @Nullable Running running;
  private boolean ended;

  /** What exists from start to close. */
  private record Running(
      TelegramOutbox outbox,
      BusyNotice busy,
      Reception reception,
      ScheduledThreadPoolExecutor timer) {}

  private TelegramTransport(Settings settings) {
    this.settings = settings;
    this.id = new TransportId("telegram", settings.instance());
    this.api =
        new BotApi(
            settings.token(),
            settings.url(),
            settings.http(),
            settings.pollTimeout(),
            settings.timing().stall());
    this.webhook = settings.push().map(push -> new TelegramWebhook(push.secret()));
  }

  /**
   * A bot that asks Telegram for updates.
   *
   * @param token as @BotFather gave it
   */
  public static Builder polling(String token) {
    return new Builder(new Token(token), Optional.empty(), Optional.empty());
  }

  /**
   * A bot that Telegram pushes updates to. Mount {@link #webhook()} in an HTTP server.
   *
   * @param url the public address of that server and path, with https
   * @param secret proves that a request comes from Telegram: 1 to 256 of {@code A-Z a-z 0-9 _ -},
   *     best 32 or more random ones
   */
  public static Builder webhook(String token, URI url, String secret) {
    requireNonNull(url, "url");
    requireNonNull(secret, "secret");
    if (!Builder.SECRET.matcher(secret).matches()) {
      throw new IllegalArgumentException(
          "a webhook's secret is 1 to 256 of A-Z a-z 0-9 _ -, this one has "
              + secret.length()
              + " characters");
    }
    return new Builder(new Token(token), Optional.of(url), Optional.of(secret));
  }

  @Override
  public TransportId id() {
    return id;
  }

  @Override
  public TransportCapabilities capabilities() {
    return CAPABILITIES;
  }

  /**
   * What to mount in an HTTP server; until {@link #start} it answers 503.
   *
   * @throws IllegalStateException if this bot polls
   */
  public TelegramWebhook webhook() {
    return webhook.orElseThrow(() -> new IllegalStateException("this bot polls"));
  }

  /**
   * Begins to receive.
   *
   * @throws TransportException {@code UNAUTHORIZED} if Telegram does not accept the token, {@code
   *     GONE} if there is no Bot API server at the address. If Telegram cannot be reached, it goes
   *     on trying in the background
   */
  @Override
  public synchronized void start(Host host) {
    requireNonNull(host, "host");
    if (running != null || ended) {
      throw new IllegalStateException("start is called once");
    }
    if (api.call(new GetMe()) instanceof Answer.Refused refused && refused.isForGood()) {
      throw refused.isUnauthorized()
          ? new TransportException(
              TransportException.Kind.UNAUTHORIZED, "Telegram does not accept the bot's token")
          : new TransportException(
              TransportException.Kind.GONE,
              "there is no Bot API server at " + settings.url() + ", it says " + refused.why());
    }
    pulse.trouble(Health.degraded("starting"));
    running = assemble(host);
    running.reception().start();
  }

  private Running assemble(Host host) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(2, r -> settings.thread("easel-telegram-timer", r));
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    int perSecond = settings.messagesPerSecond();
    Pace pace =
        new Pace(
            host.limiter(), id.toString(), perSecond, settings.timing().chat(), System::nanoTime);
    Moves moves = new Moves();
    Uploads uploads = new Uploads(host.state(), id);
    Messages messages =
        new Messages(
            id,
            api,
            new Requests(id, host.images(), uploads),
            new Delivery(
                pace,
                new Window(perSecond, System::nanoTime),
                settings.timing().pause(),
                System::nanoTime),
            new Ledger(host.state(), id),
            uploads,
            moves,
            settings.timing().patience());
    Presses presses = new Presses(api, host.time(), timer, settings.timing().press());
    Menus menus = new Menus(api, timer);
    TelegramOutbox outbox =
        new TelegramOutbox(
            messages,
            presses,
            new ChatActions(api, pace, System::nanoTime),
            menus,
            new Downloads(api, settings.localFiles()));
    BusyNotice busy =
        new BusyNotice(
            outbox,
            host.time(),
            settings.busyText(),
            r -> settings.thread("easel-telegram-busy", r));
    Reception reception =
        new Reception(id, settings, api, host, pulse, moves, menus, presses, busy, webhook, timer);
    return new Running(outbox, busy, reception, timer);
  }

  /**
   * Tells Telegram to push nothing more. Not done by {@link #close}: other processes may serve the
   * same webhook, and what comes meanwhile waits at Telegram for a day.
   *
   * @return whether Telegram did it
   */
  public boolean removeWebhook() {
    return api.call(new DeleteWebhook()) instanceof Answer.Ok;
  }

  @Override
  public synchronized Outbox outbox() {
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.outbox();
  }

  @Override
  public Health health() {
    return pulse.health();
  }

  @Override
  public void stopReceiving() {
    webhook.ifPresent(TelegramWebhook::close);
    end().ifPresent(then -> then.reception().stop());
  }

  @Override
  public void close(Duration deadline) {
    stopReceiving();
    end().ifPresent(then -> end(then, System.nanoTime() + deadline.toNanos()));
    api.close();
    pulse.trouble(Health.down("closed"));
  }

  /** Sees to it that nothing is started any more. */
  private synchronized Optional<Running> end() {
    ended = true;
    return Optional.ofNullable(running);
  }

  private static void end(Running then, long deadline) {
    then.timer().shutdown();
    then.busy().close();
    try {
      then.reception().join(deadline);
      long left = Math.max(1, deadline - System.nanoTime());
      if (!then.timer().awaitTermination(left, TimeUnit.NANOSECONDS)) {
        log.warn("Something was still being sent at the deadline, ending it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    then.timer().shutdownNow();
  }

  @Override
  public String toString() {
    return "TelegramTransport[" + id + "]";
  }

  /** How a transport is to work. */
  public static final class Builder {
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    private final Token token;
    private final Optional<URI> webhookUrl;
    private final Optional<String> secret;
    private String instance = "main";
    private HttpUrl url = HttpUrl.get("https://api.telegram.org/");
    private @Nullable OkHttpClient http;
    private @Nullable Path localFiles;
    private Duration pollTimeout = Duration.ofSeconds(50);
    private List<String> allowedUpdates = List.of("message", "callback_query", "my_chat_member");
    private int messagesPerSecond = 30;
    private int maxConnections = 40;
    private String busyText = "Too many messages at once. Please wait a moment and send it again.";
    private ThreadFactory threads = Builder::daemon;
    private Timing timing = Timing.DEFAULT;

    private Builder(Token token, Optional<URI> webhookUrl, Optional<String> secret) {
      this.token = token;
      this.webhookUrl = webhookUrl;
      this.secret = secret;
    }

    private static Thread daemon(Runnable what) {
      Thread thread = new Thread(what);
      thread.setDaemon(true);
      return thread;
    }

    /** Which of several bots on one backend: {@code main} unless set. */
    public Builder instance(String name) {
      new TransportId("telegram", name); // says so now if it cannot be one
      this.instance = name;
      return this;
    }

    /**
     * Another Bot API server than {@code https://api.telegram.org}; a path is kept as a prefix.
     *
     * @throws IllegalArgumentException if it is no http or https address
     */
    public Builder apiUrl(URI server) {
      HttpUrl parsed = HttpUrl.parse(requireNonNull(server, "server").toString());
      if (parsed == null || parsed.query() != null || parsed.fragment() != null) {
        throw new IllegalArgumentException(
            "a server's address is http or https, without query and fragment, was " + server);
      }
      this.url = parsed;
      return this;
    }

    /** A client whose connections, proxy and interceptors are used; it stays the caller's. */
    public Builder httpClient(OkHttpClient client) {
      this.http = requireNonNull(client, "client");
      return this;
    }

    /** Where a Bot API server in local mode keeps its files: those below are read from disk. */
    public Builder localFiles(Path directory) {
      this.localFiles = requireNonNull(directory, "directory");
      return this;
    }

    /** How long a poll waits for updates: 1 to 50 s; 50 s unless set. */
    public Builder pollTimeout(Duration timeout) {
      if (timeout.toSeconds() < 1 || timeout.toSeconds() > 50) {
        throw new IllegalArgumentException("pollTimeout must be 1 to 50 s, was " + timeout);
      }
      this.pollTimeout = timeout;
      return this;
    }

    /**
     * Which kinds of updates Telegram sends: {@code message}, {@code callback_query} and {@code
     * my_chat_member} unless set. Others are received and left out.
     */
    public Builder allowedUpdates(List<String> types) {
      for (String type : types) {
        if (!type.matches("[a-z_]{1,40}")) {
          throw new IllegalArgumentException("no kind of update: '" + type + "'");
        }
      }
      this.allowedUpdates = List.copyOf(types);
      return this;
    }

    /**
     * How many messages and edits leave a second, over all processes of this bot: 30 unless set.
     * Only bots with paid broadcasts may send more, up to 1,000. A little less is used.
     */
    public Builder messagesPerSecond(int messages) {
      if (messages < 1 || messages > 1_000) {
        throw new IllegalArgumentException("messagesPerSecond must be 1 to 1,000, was " + messages);
      }
      this.messagesPerSecond = messages;
      return this;
    }

    /** How many pushes Telegram makes at once: 1 to 100; 40 unless set. */
    public Builder maxConnections(int connections) {
      if (connections < 1 || connections > 100) {
        throw new IllegalArgumentException("maxConnections must be 1 to 100, was " + connections);
      }
      this.maxConnections = connections;
      return this;
    }

    /** What people read whose messages are too many at once. */
    public Builder busyText(String text) {
      this.busyText = requireNonNull(text, "text");
      return this;
    }

    /** Makes the threads; they get names. Daemon platform threads unless set. */
    public Builder threads(ThreadFactory factory) {
      this.threads = requireNonNull(factory, "factory");
      return this;
    }

    Builder timing(Timing times) {
      this.timing = times;
      return this;
    }

    public TelegramTransport build() {
      return new TelegramTransport(
          new Settings(
              token,
              webhookUrl.map(to -> new Settings.Push(to, secret.orElseThrow(), maxConnections)),
              instance,
              url,
              Optional.ofNullable(http),
              Optional.ofNullable(localFiles),
              pollTimeout,
              allowedUpdates,
              messagesPerSecond,
              busyText,
              threads,
              timing));
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "TelegramTransport.Builder[" + instance + "]";
    }
  }
}
