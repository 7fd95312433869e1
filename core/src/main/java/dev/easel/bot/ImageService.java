package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.image.ImageProvider;
import dev.easel.job.Accepted;
import dev.easel.job.Claimed;
import dev.easel.job.Ended;
import dev.easel.job.GroupId;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.Payload;
import dev.easel.job.Reason;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import dev.easel.store.ImageStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine without a dialogue, for programs that have a bot already: orders wait in the backend's
 * queue, the provider makes the pictures, handlers get the results. Thread-safe.
 *
 * <p>Starting and closing may each be called twice. Whoever opened the backend and the provider
 * closes them afterwards.
 */
public final class ImageService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ImageService.class);

  private static final Payload HANDLED = new Payload("handled", 1, new byte[0]);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final int HANDLER_THREADS = 2;

  private final Backend backend;
  private final RenderLine line;
  private final Optional<Workers> workers;
  private final Crew handlers;
  private final Set<Lane> handled = new LinkedHashSet<>();
  private final OpenTickets tickets;
  private final LanePolicy policy;
  private final boolean front;
  private final Duration stopTimeout;
  private boolean started;
  private boolean closed;

  private ImageService(Builder b) {
    this.backend = b.backend;
    this.line =
        new RenderLine(
            b.backend.queue(), b.backend.images(), b.backend.time(), b.limits.waitAtMost());
    this.front = b.roles.contains(Role.FRONT);
    this.workers =
        b.roles.contains(Role.WORKER)
            ? Optional.of(new Workers(b.provider, b.backend, b.workers, b.keepImages, b.threads))
            : Optional.empty();
    this.handlers = new Crew(b.backend, b.threads);
    this.tickets = new OpenTickets(b.backend.queue(), b.threads);
    this.policy = b.limits.renderPolicy();
    this.stopTimeout = b.stopTimeout;
  }

  public static Builder builder(ImageProvider provider, Backend backend) {
    return new Builder(provider, backend);
  }

  /** Begins to make pictures, if this process is a worker. */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("the service was closed");
    }
    if (!started) {
      started = true;
      if (front) {
        backend.admin().configure(Lane.RENDER, policy);
      }
      workers.ifPresent(Workers::start);
    }
  }

  /**
   * Orders pictures. Orders may be placed before {@link #start}. What the task starts from is kept
   * as long as the order may wait.
   *
   * @throws dev.easel.job.QueueException if the backend cannot be reached; ordering again is
   *     harmless
   * @throws dev.easel.store.StoreException likewise
   */
  public Submission submit(Order order) {
    GroupId requester = order.requester();
    Optional<Then> then = order.deliverTo().map(name -> new Then(Lane.deliver(name), requester));
    Accepted answer = line.accept(order.id(), requester, order.task(), order.context(), then);
    if (answer instanceof Accepted.Full full) {
      return new Submission.Full(full.limit(), full.retryAfter());
    }
    Ticket ticket = new Ticket(order.id(), backend.queue(), tickets.open(order.id()));
    return new Submission.InLine(ticket, answer instanceof Accepted.New);
  }

  /** Where the pictures of results are. */
  public ImageStore images() {
    return backend.images();
  }

  /**
   * Hands results that were ordered for this name to a handler, from now until the service is
   * closed. Several processes may do so for the same name: each result goes to one of them.
   */
  public synchronized void onResult(String name, ResultHandler handler) {
    requireNonNull(handler, "handler");
    if (closed) {
      throw new IllegalStateException("the service was closed");
    }
    handled.add(Lane.deliver(name));
    handlers.work(
        "handler-" + name, Lane.deliver(name), HANDLER_THREADS, (job, held) -> hand(job, handler));
  }

  private static Settlement hand(Claimed job, ResultHandler handler) throws InterruptedException {
    Ended ended =
        job.after()
            .orElseThrow(() -> new IllegalStateException("a delivery follows a job: " + job.id()));
    String context = Codec.REQUEST.read(ended.body()).context();
    try {
      handler.handle(new Delivery(ended.id(), Outcome.of(ended), context));
      return Settlement.Done.of(job.lease(), HANDLED);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.warn("A handler failed and is called again: job={} delay={}", ended.id(), AGAIN, e);
      return new Settlement.Retry(
          job.lease(), AGAIN, false, Reason.of("handler", e.getClass().getSimpleName()));
    }
  }

  /**
   * Lets pictures in the making be finished or hands them back, and ends its threads. A backend
   * that is not durable ends with its process: what waits is cancelled, and handlers get what has
   * ended.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (started && workers.isPresent()) {
        workers.get().finish(stopTimeout);
      }
      if (!backend.durable()) {
        for (Lane lane : handled) { // no other process will hand them over
          Drain.await(backend.admin(), lane, Drain::open, DRAIN);
        }
      }
      handlers.stopClaiming();
      handlers.await(stopTimeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      handlers.close();
      tickets.close();
    }
  }

  /** Collects the settings of a service; {@link #build} copies them. */
  public static final class Builder {
    private final ImageProvider provider;
    private final Backend backend;
    private Set<Role> roles = EnumSet.allOf(Role.class);
    private int workers = 2;
    private BotLimits limits = BotLimits.DEFAULT.withWaitingPerUser(1000);
    private Duration keepImages = Duration.ofDays(7);
    private Duration stopTimeout = Duration.ofSeconds(90);
    private ThreadFactory threads = Crew.daemons("easel");

    private Builder(ImageProvider provider, Backend backend) {
      this.provider = requireNonNull(provider, "provider");
      this.backend = requireNonNull(backend, "backend");
    }

    /** A front orders and handles results, a worker makes pictures; default both. */
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

    /**
     * Default {@link BotLimits#DEFAULT}, but 1,000 waiting jobs of one requester. What is about
     * people's messages does not apply.
     */
    public Builder limits(BotLimits what) {
      limits = requireNonNull(what, "what");
      return this;
    }

    /** How long results are kept; default 7 days. */
    public Builder keepImages(Duration time) {
      keepImages = requireNonNull(time, "time");
      return this;
    }

    /**
     * How long {@link ImageService#close} lets pictures in the making be finished; default 90 s.
     */
    public Builder stopTimeout(Duration time) {
      stopTimeout = requireNonNull(time, "time");
      return this;
    }

    /** Where threads come from; default daemon platform threads. */
    public Builder threads(ThreadFactory factory) {
      threads = requireNonNull(factory, "factory");
      return this;
    }

    public ImageService build() {
      return new ImageService(this);
    }
  }
}
