package dev.easel.web;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Host;
import dev.easel.chat.Outbox;
import dev.easel.chat.Transport;
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportId;
import dev.easel.health.Health;
import io.javalin.config.JavalinConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chat page in the browser, and the REST and event-stream API that it uses; {@code
 * docs/web-api.md} describes it.
 *
 * <p>Opens a server of its own, unless its routes were put on another with {@link #mount}. Any
 * number of processes with the same instance name over one backend serve the same conversations.
 */
public final class WebTransport implements Transport {
  private static final TransportCapabilities CAPABILITIES =
      new TransportCapabilities(
          true,
          true,
          4,
          10,
          10,
          Shown.MAX_TEXT,
          Shown.MAX_TEXT,
          true,
          false,
          Duration.ofMillis(500),
          Duration.ofMillis(500));
  private static final Logger log = LoggerFactory.getLogger(WebTransport.class);

  private final TransportId id;
  private final String host;
  private final int wantedPort;
  private final Duration keep;
  private final int maxStreams;
  private final Limits limits;
  private final Bodies bodies;
  private final Guard guard;
  private final Routes routes;
  private boolean mounted;
  private boolean closed;
  private volatile boolean receiving;
  private volatile @Nullable Host bot;
  private volatile @Nullable OwnServer server;
  private volatile @Nullable Streams streams;
  private volatile @Nullable WebOutbox outbox;

  private WebTransport(Builder builder) {
    id = new TransportId("web", builder.instance);
    host = builder.host;
    wantedPort = builder.port;
    keep = builder.keep;
    maxStreams = builder.maxStreams;
    limits = new Limits(id, builder.conversationsPerHour, builder.messagesPerMinute);
    Set<String> names = new HashSet<>(builder.allowedHosts);
    names.add(builder.host);
    bodies = new Bodies();
    guard =
        new Guard(
            names,
            builder.token,
            builder.publicAccess,
            new Addresses(builder.trustedProxies),
            bodies,
            this::countWrongToken);
    routes = new Routes(guard, bodies, this::health, builder.parts);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Puts the page and its API on a server that somebody else opens and closes; then {@link #start}
   * opens none. Until it is started they answer 503.
   *
   * @param config of a server that is being created; what it sets as context path comes before all
   *     paths
   */
  public synchronized void mount(JavalinConfig config) {
    if (server != null) {
      throw new IllegalStateException("already started on a server of its own");
    }
    mounted = true;
    routes.addTo(config.routes);
  }

  @Override
  public TransportId id() {
    return id;
  }

  @Override
  public TransportCapabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public synchronized void start(Host bot) {
    requireNonNull(bot, "host");
    if (closed || streams != null) {
      throw new IllegalStateException("a transport is started once");
    }
    this.bot = bot;
    Ledger ledger = new Ledger(bot.state(), keep);
    outbox = new WebOutbox(bot, ledger, keep);
    Streams opened = new Streams(id, bot, maxStreams);
    streams = opened;
    receiving = true;
    routes.open(
        new Routes.Open(
            bot,
            new Intake(id, bot, guard, bodies, limits, ledger, keep, () -> receiving),
            opened));
    if (!mounted) {
      OwnServer own = new OwnServer(guard, routes::addTo);
      try {
        own.start(host, wantedPort);
      } catch (RuntimeException e) {
        receiving = false;
        opened.close(Duration.ofSeconds(1));
        throw e;
      }
      server = own;
      log.info("Listening: transport={} address={}", id, address().orElseThrow());
    }
  }

  private void countWrongToken(String address) {
    Host started = bot;
    if (started == null) {
      throw Problem.later(Problem.Kind.UNAVAILABLE, Duration.ofSeconds(2));
    }
    limits.countWrongToken(started.limiter(), address);
  }

  @Override
  public Outbox outbox() {
    WebOutbox box = outbox;
    if (box == null) {
      throw new IllegalStateException("not started");
    }
    return box;
  }

  /** Where the page is; empty when not started, or on another's server. */
  public Optional<URI> address() {
    OwnServer own = server;
    if (own == null) {
      return Optional.empty();
    }
    String name = Guard.hostName(host);
    String shown = name.equals("0.0.0.0") || name.equals("::") ? "localhost" : name;
    String literal = shown.contains(":") ? "[" + shown + "]" : shown;
    return Optional.of(URI.create("http://" + literal + ":" + own.port() + "/"));
  }

  @Override
  public Health health() {
    Streams open = streams;
    if (open == null || !receiving) {
      return Health.down("takes nothing in: not started, or being stopped");
    }
    return open.isFull()
        ? Health.degraded("as many pages are open as are allowed: " + open.count())
        : Health.up();
  }

  @Override
  public void stopReceiving() {
    receiving = false;
  }

  @Override
  public synchronized void close(Duration deadline) {
    receiving = false;
    if (closed) {
      return;
    }
    closed = true;
    if (streams != null) {
      streams.close(deadline);
    }
    if (server != null) {
      server.stop(deadline);
      log.info("Stopped: transport={}", id);
    }
  }

  /** Sets up a {@link WebTransport}; everything has a default that is safe on one's own machine. */
  public static final class Builder {
    private String instance = "main";
    private String host = "127.0.0.1";
    private int port = 8080;
    private Optional<String> token = Optional.empty();
    private boolean publicAccess;
    private Set<String> allowedHosts = Set.of();
    private List<String> trustedProxies = List.of();
    private int conversationsPerHour = 30;
    private int messagesPerMinute = 120;
    private Duration keep = Duration.ofDays(7);
    private int maxStreams = 2_000;
    private final Map<String, Supplier<Health>> parts = new HashMap<>();

    private Builder() {}

    /** Which of several web bots over one backend; {@code main} by default. */
    public Builder instance(String name) {
      instance = requireNonNull(name, "name");
      return this;
    }

    /**
     * The address to listen on; 127.0.0.1 by default. Any that others can reach wants a {@link
     * #token} or {@link #publicAccess}.
     */
    public Builder host(String address) {
      host = requireNonNull(address, "address");
      return this;
    }

    /** 0 to 65535; 8080 by default, 0 takes any free one. */
    public Builder port(int number) {
      if (number < 0 || number > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65535, was " + number);
      }
      port = number;
      return this;
    }

    /**
     * Another part of the program that {@code /healthz} tells of. It is asked with each request and
     * must answer at once. If it is down the answer is 200 and "degraded": messages are taken in.
     *
     * @param name of the part in the answer, such as {@code provider}
     */
    public Builder healthOf(String name, Supplier<Health> part) {
      parts.put(requireNonNull(name, "name"), requireNonNull(part, "part"));
      return this;
    }

    /** What people must know to come in, at least 8 characters; nothing by default. */
    public Builder token(String secret) {
      if (secret.strip().length() < 8) {
        throw new IllegalArgumentException("a token has at least 8 characters");
      }
      token = Optional.of(secret.strip());
      return this;
    }

    /** Lets everyone in who can reach the server; not by default. */
    public Builder publicAccess(boolean everyone) {
      publicAccess = everyone;
      return this;
    }

    /**
     * By which names the server may be called, besides those of this machine itself and the address
     * it listens on; {@code *} is any. None by default.
     */
    public Builder allowedHosts(Collection<String> names) {
      allowedHosts = Set.copyOf(names);
      return this;
    }

    /**
     * Proxies whose {@code X-Forwarded-For} is believed: addresses, or ranges such as {@code
     * 10.0.0.0/8}. None by default.
     */
    public Builder trustedProxies(Collection<String> ranges) {
      new Addresses(ranges); // refuses what is none
      trustedProxies = List.copyOf(ranges);
      return this;
    }

    /** New conversations from one address; 30 by default, 0 is any number. */
    public Builder conversationsPerHour(int count) {
      conversationsPerHour = requireLimit(count);
      return this;
    }

    /** Messages and presses from one address; 120 by default, 0 is any number. */
    public Builder messagesPerMinute(int count) {
      messagesPerMinute = requireLimit(count);
      return this;
    }

    /** How long a message and a person's picture are kept; 7 days by default. */
    public Builder keep(Duration time) {
      if (time.compareTo(Duration.ofMinutes(1)) < 0) {
        throw new IllegalArgumentException("messages are kept for at least a minute, was " + time);
      }
      keep = time;
      return this;
    }

    /** Pages that may be open at the same time in this process; 2,000 by default. */
    public Builder maxStreams(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("maxStreams must be at least 1, was " + count);
      }
      maxStreams = count;
      return this;
    }

    /**
     * @throws IllegalArgumentException if others could reach it and neither a token nor public
     *     access was set
     */
    public WebTransport build() {
      String name = Guard.hostName(host);
      boolean loopback = name.equals("localhost") || Addresses.isLoopback(name);
      if (!loopback && token.isEmpty() && !publicAccess) {
        throw new IllegalArgumentException(
            "on "
                + host
                + " others can reach the bot: set a token (EASEL_WEB_TOKEN), or allow everyone"
                + " (EASEL_WEB_PUBLIC=true)");
      }
      return new WebTransport(this);
    }

    private static int requireLimit(int count) {
      if (count < 0) {
        throw new IllegalArgumentException("a limit is 0 (none) or more, was " + count);
      }
      return count;
    }
  }
}
