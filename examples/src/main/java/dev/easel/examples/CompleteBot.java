package dev.easel.examples;

import static dev.easel.examples.Setting.EASEL_HTTP_ALLOWED_HOSTS;
import static dev.easel.examples.Setting.EASEL_HTTP_HOST;
import static dev.easel.examples.Setting.EASEL_HTTP_PORT;
import static dev.easel.examples.Setting.EASEL_HTTP_TRUSTED_PROXIES;
import static dev.easel.examples.Setting.EASEL_KEEP_IMAGES;
import static dev.easel.examples.Setting.EASEL_LIMIT_CONVERSATIONS;
import static dev.easel.examples.Setting.EASEL_LIMIT_JOBS_PER_MINUTE;
import static dev.easel.examples.Setting.EASEL_LIMIT_MESSAGES;
import static dev.easel.examples.Setting.EASEL_LIMIT_QUEUE;
import static dev.easel.examples.Setting.EASEL_LIMIT_WAITING;
import static dev.easel.examples.Setting.EASEL_LOCALE;
import static dev.easel.examples.Setting.EASEL_ROLES;
import static dev.easel.examples.Setting.EASEL_STOP_TIMEOUT;
import static dev.easel.examples.Setting.EASEL_WEB_PUBLIC;
import static dev.easel.examples.Setting.EASEL_WEB_TOKEN;
import static dev.easel.examples.Setting.EASEL_WORKERS;
import static dev.easel.examples.Setting.TELEGRAM_API_URL;
import static dev.easel.examples.Setting.TELEGRAM_BOT_TOKEN;
import static dev.easel.examples.Setting.TELEGRAM_WEBHOOK_URL;

import dev.easel.Backend;
import dev.easel.bot.BotLimits;
import dev.easel.bot.ImageBot;
import dev.easel.bot.Role;
import dev.easel.chat.TransportException;
import dev.easel.image.ImageProvider;
import dev.easel.telegram.TelegramTransport;
import dev.easel.web.WebTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bot as its settings describe it. */
final class CompleteBot implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CompleteBot.class);

  private static final int MIN_TOKEN = 16;
  private static final Pattern HOST = Pattern.compile("\\*|[A-Za-z0-9][A-Za-z0-9.:-]{0,252}");

  private final ImageBot bot;
  private final Backend backend;
  private final Optional<WebTransport> web;
  private final Optional<PushServer> pushes;
  private final boolean serves;
  private final Values values;

  private CompleteBot(
      ImageBot bot,
      Backend backend,
      Optional<WebTransport> web,
      Optional<PushServer> pushes,
      boolean serves,
      Values values) {
    this.bot = bot;
    this.backend = backend;
    this.web = web;
    this.pushes = pushes;
    this.serves = serves;
    this.values = values;
  }

  /**
   * Checks all settings before it opens anything.
   *
   * @throws BadSetting in one sentence
   */
  static CompleteBot of(Values values) {
    Set<Role> roles = roles(values);
    int workers = values.number(EASEL_WORKERS, 1, 256);
    BotLimits limits =
        BotLimits.DEFAULT
            .withJobsPerMinute(values.number(EASEL_LIMIT_JOBS_PER_MINUTE, 0, 100_000))
            .withWaitingPerUser(values.number(EASEL_LIMIT_WAITING, 1, 100_000))
            .withQueue(values.number(EASEL_LIMIT_QUEUE, 1, 10_000_000));
    Duration keep =
        values.duration(EASEL_KEEP_IMAGES, Duration.ofMinutes(10), Duration.ofDays(365));
    Duration stopTimeout = values.duration(EASEL_STOP_TIMEOUT, Duration.ZERO, Duration.ofHours(1));
    Locale locale = Locale.forLanguageTag(values.oneOf(EASEL_LOCALE, List.of("en", "ru")));
    ImageProvider provider = Providers.of(values);
    Optional<WebTransport> web =
        roles.contains(Role.FRONT) ? Optional.of(web(values, keep, provider)) : Optional.empty();
    Optional<TelegramTransport> telegram =
        roles.contains(Role.FRONT) ? Telegrams.of(values) : Optional.empty();
    Optional<PushServer> pushes = Optional.empty();
    if (telegram.isPresent() && values.isSet(TELEGRAM_WEBHOOK_URL)) {
      pushes =
          Optional.of(
              PushServer.of(
                  web.orElseThrow(),
                  telegram.get().webhook(),
                  Telegrams.webhookUrl(values).getPath()));
    }
    Backend backend = Backends.open(values, roles);
    ImageBot.Builder builder =
        web.map(transport -> ImageBot.builder(transport, provider, backend))
            .orElseGet(() -> ImageBot.worker(provider, backend));
    telegram.ifPresent(builder::transport);
    Role first = roles.iterator().next();
    ImageBot bot =
        builder
            .roles(first, roles.toArray(Role[]::new))
            .workers(workers)
            .limits(limits)
            .locale(locale)
            .keepImages(keep)
            .stopTimeout(stopTimeout)
            .build();
    return new CompleteBot(bot, backend, web, pushes, roles.contains(Role.FRONT), values);
  }

  /**
   * Begins to work.
   *
   * @throws BadSetting if the address cannot be listened on
   */
  void start() {
    try {
      bot.start();
      if (pushes.isPresent()) {
        int port = values.number(EASEL_HTTP_PORT, 0, 65_535);
        log.info("Ready: open {}", pushes.get().start(values.text(EASEL_HTTP_HOST), port));
      }
    } catch (TransportException e) {
      if (e.kind() == TransportException.Kind.UNAUTHORIZED) {
        throw new BadSetting(
            TELEGRAM_BOT_TOKEN, "is not known to Telegram", "ask @BotFather for the bot's token");
      }
      if (e.kind() == TransportException.Kind.GONE) {
        throw new BadSetting(
            TELEGRAM_API_URL, "names no Bot API server", "give the address that it listens on");
      }
      throw cannotListen(e);
    }
    if (serves) {
      web.flatMap(WebTransport::address).ifPresent(address -> log.info("Ready: open {}", address));
    } else {
      log.info("Ready: making pictures");
    }
  }

  /** The address is to blame where not even a free port of it can be had. */
  private BadSetting cannotListen(TransportException e) {
    String host = values.text(EASEL_HTTP_HOST);
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      log.debug("The address is one of this machine: {}", any.getInetAddress());
      return new BadSetting(EASEL_HTTP_PORT, "cannot be used", String.valueOf(e.getMessage()));
    } catch (IOException noAddress) {
      return new BadSetting(
          EASEL_HTTP_HOST,
          "is '" + host + "', which is no address of this machine",
          "give 127.0.0.1 for this machine only, or 0.0.0.0 for others too");
    }
  }

  @Override
  public void close() {
    bot.close();
    pushes.ifPresent(PushServer::close);
    backend.close();
  }

  private static Set<Role> roles(Values values) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : values.list(EASEL_ROLES)) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "front":
          roles.add(Role.FRONT);
          break;
        case "worker":
          roles.add(Role.WORKER);
          break;
        default:
          throw new BadSetting(
              EASEL_ROLES, "names '" + name + "'", "give front, worker, or front,worker");
      }
    }
    if (roles.isEmpty()) {
      throw new BadSetting(EASEL_ROLES, "names no role", "give front, worker, or front,worker");
    }
    return roles;
  }

  private static List<String> proxies(Values values) {
    List<String> ranges = values.list(EASEL_HTTP_TRUSTED_PROXIES);
    for (String range : ranges) {
      try {
        WebTransport.builder().trustedProxies(List.of(range));
      } catch (IllegalArgumentException e) {
        throw new BadSetting(
            EASEL_HTTP_TRUSTED_PROXIES,
            "holds '" + range + "'",
            "give addresses such as 10.0.0.1 or 10.0.0.0/8");
      }
    }
    return ranges;
  }

  private static WebTransport web(Values values, Duration keep, ImageProvider provider) {
    WebTransport.Builder builder =
        WebTransport.builder()
            .host(values.text(EASEL_HTTP_HOST))
            .port(values.number(EASEL_HTTP_PORT, 0, 65_535))
            .allowedHosts(
                values.listOf(
                    EASEL_HTTP_ALLOWED_HOSTS, HOST, "give names such as pictures.example.org"))
            .trustedProxies(proxies(values))
            .conversationsPerHour(values.number(EASEL_LIMIT_CONVERSATIONS, 0, 1_000_000))
            .messagesPerMinute(values.number(EASEL_LIMIT_MESSAGES, 0, 1_000_000))
            .publicAccess(values.flag(EASEL_WEB_PUBLIC))
            .healthOf("provider", new ProviderHealth(provider, System::nanoTime))
            .keep(keep);
    if (values.isSet(EASEL_WEB_TOKEN)) {
      if (values.text(EASEL_WEB_TOKEN).length() < MIN_TOKEN) {
        throw new BadSetting(
            EASEL_WEB_TOKEN, "is too short", "give at least " + MIN_TOKEN + " characters");
      }
      builder.token(values.text(EASEL_WEB_TOKEN));
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new BadSetting(
          EASEL_HTTP_HOST,
          "is '" + values.text(EASEL_HTTP_HOST) + "', which others can reach",
          "set EASEL_WEB_TOKEN to a secret, or EASEL_WEB_PUBLIC to true to let everyone in");
    }
  }
}
