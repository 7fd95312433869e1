package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.chat.Transport;
import dev.easel.image.ImageProvider;
import dev.easel.job.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole bot: people ask through transports, requests wait in the backend's queue, the provider
 * makes the pictures.
 *
 * <p>Starting and closing may each be called twice. The bot closes its transports; whoever opened
 * the backend and the provider closes them afterwards.
 */
public final class ImageBot implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ImageBot.class);

  private final Backend backend;
  private final BotLimits limits;
  private final Duration stopTimeout;
  private final Optional<Workers> workers;
  private final List<Front> fronts;
  private boolean started;
  private boolean closed;

  private ImageBot(Builder b) {
    this.backend = b.backend;
    this.limits = b.limits;
    this.stopTimeout = b.stopTimeout;
    this.workers =
        b.roles.contains(Role.WORKER)
            ? Optional.of(new Workers(b.provider, b.backend, b.workers, b.keepImages, b.threads))
            : Optional.empty();
    this.fronts =
        b.roles.contains(Role.FRONT)
            ? b.transports.stream()
                .map(
                    t ->
                        new Front(
                            t,
                            b.provider.capabilities(),
                            b.backend,
                            b.limits,
                            b.locale,
                            b.keepImages,
                            b.threads))
                .toList()
            : List.of();
  }

  /** A bot with a transport that people reach it by. */
  public static Builder builder(Transport transport, ImageProvider provider, Backend backend) {
    return new Builder(provider, backend).transport(transport);
  }

  /** A process that only makes pictures; its backend must be shared with a front. */
  public static Builder worker(ImageProvider provider, Backend backend) {
    return new Builder(provider, backend).roles(Role.WORKER);
  }

  /**
   * Begins to work; returns at once.
   *
   * @throws dev.easel.chat.TransportException if a transport cannot work as it is set up; the bot
   *     is then closed
   */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("the bot was closed");
    }
    if (started) {
      return;
    }
    started = true;
    try {
      if (!fronts.isEmpty()) {
        backend.admin().configure(Lane.RENDER, limits.renderPolicy());
      }
      workers.ifPresent(Workers::start);
      fronts.forEach(Front::start);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    log.info("Started: fronts={} workers={}", fronts.size(), workers.map(Workers::count).orElse(0));
  }

  /**
   * Takes nothing more in, lets pictures in the making be finished or hands them back, tells
   * owners, and ends its threads. A backend that is not durable ends with its process: everyone who
   * waits is told so.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!started) {
      return;
    }
    log.info("Stopping: timeout={}", stopTimeout);
    long deadline = System.nanoTime() + stopTimeout.toNanos();
    boolean interrupted = false;
    // each step is tried, whatever happened to the one before
    for (Step step : steps()) {
      try {
        step.run(
            Duration.ofNanos(
                Math.max(Duration.ofMillis(500).toNanos(), deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        interrupted = true;
        deadline = System.nanoTime();
      } catch (RuntimeException e) {
        log.error("A part did not stop as it should", e);
      }
    }
    log.info("Stopped");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (Front front : fronts) {
      steps.add(left -> front.stopReceiving(left.compareTo(DRAIN) < 0 ? left : DRAIN));
    }
    workers.ifPresent(w -> steps.add(left -> w.finish(left.minus(left.dividedBy(5)))));
    for (Front front : fronts) {
      steps.add(left -> front.finish(left.compareTo(DRAIN) < 0 ? left : DRAIN));
    }
    return steps;
  }

  private static final Duration DRAIN = Duration.ofSeconds(10);

  private interface Step {
    void run(Duration left) throws InterruptedException;
  }

  /** Collects the settings of a bot; {@link #build} copies them. */
  public static final class Builder {
    private final ImageProvider provider;
    private final Backend backend;
    private final List<Transport> transports = new ArrayList<>();
    private Set<Role> roles = EnumSet.allOf(Role.class);
    private int workers = 2;
    private BotLimits limits = BotLimits.DEFAULT;
    private Locale locale = Locale.ENGLISH;
    private Duration keepImages = Duration.ofDays(7);
    private Duration stopTimeout = Duration.ofSeconds(90);
    private ThreadFactory threads = Crew.daemons("easel");

    private Builder(ImageProvider provider, Backend backend) {
      this.provider = requireNonNull(provider, "provider");
      this.backend = requireNonNull(backend, "backend");
    }

    /** Adds a transport; each has an id of its own. */
    public Builder transport(Transport transport) {
      if (transports.stream().anyMatch(t -> t.id().equals(transport.id()))) {
        throw new IllegalArgumentException("two transports are called " + transport.id());
      }
      transports.add(transport);
      return this;
    }

    /** What this process does; default everything. */
    public Builder roles(Role first, Role... more) {
      roles = EnumSet.of(first, more);
      return this;
    }

    /** Pictures made at once, never more than the provider's {@code maxConcurrent}; default 2. */
    public Builder workers(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("workers must be at least 1, was " + count);
      }
      workers = count;
      return this;
    }

    /** Default {@link BotLimits#DEFAULT}. */
    public Builder limits(BotLimits what) {
      limits = requireNonNull(what, "what");
      return this;
    }

    /** The language for people whose own is unknown; default English. */
    public Builder locale(Locale otherwise) {
      locale = requireNonNull(otherwise, "otherwise");
      return this;
    }

    /** How long pictures are kept after they were delivered; default 7 days. */
    public Builder keepImages(Duration time) {
      if (time.compareTo(Duration.ofMinutes(10)) < 0) {
        throw new IllegalArgumentException("pictures are kept at least 10 minutes, was " + time);
      }
      keepImages = time;
      return this;
    }

    /** How long {@link ImageBot#close} lets pictures in the making be finished; default 90 s. */
    public Builder stopTimeout(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("stopTimeout must not be negative, was " + time);
      }
      stopTimeout = time;
      return this;
    }

    /** Where threads come from, virtual ones on newer Javas; default daemon platform threads. */
    public Builder threads(ThreadFactory factory) {
      threads = requireNonNull(factory, "factory");
      return this;
    }

    public ImageBot build() {
      if (roles.contains(Role.FRONT) && transports.isEmpty()) {
        throw new IllegalStateException("a front needs a transport");
      }
      return new ImageBot(this);
    }
  }
}
