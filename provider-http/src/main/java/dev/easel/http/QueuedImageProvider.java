package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.http.RemoteState.Failed;
import dev.easel.http.RemoteState.Ready;
import dev.easel.http.RemoteState.Working;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Usage;
import dev.easel.job.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A base for services that take an order, work on it, and are asked for the result later. Extend it
 * and say how to prepare and place an order, ask, fetch and cancel; it keeps the checkpoint, parks
 * the job between looks so that no thread waits, and never orders twice.
 *
 * <p>What prepares an order, such as uploading pictures, may be repeated. That an order is about to
 * be placed is written down first, and it is placed only when the one before it is in the
 * checkpoint. One whose reply was lost is never placed again: if it was the only one, the outcome
 * is unknown, otherwise the result has a picture less and a warning.
 */
public abstract class QueuedImageProvider implements HttpImageProvider {
  private static final Logger log = LoggerFactory.getLogger(QueuedImageProvider.class);

  /** A service that wants to be asked much later than this is asked all the same. */
  private static final Duration LONGEST_HINT = Duration.ofMinutes(10);

  private final Duration firstLook;
  private final Duration slowestLook;
  private final Duration maxAge;

  /** Looks after one second, then more and more seldom down to every five, for an hour at most. */
  protected QueuedImageProvider() {
    this(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1));
  }

  /**
   * Looks as often as is said.
   *
   * @param maxAge an order that is not ready then is cancelled and given up
   */
  protected QueuedImageProvider(Duration firstLook, Duration slowestLook, Duration maxAge) {
    this.firstLook = requireNonNull(firstLook, "firstLook");
    this.slowestLook = requireNonNull(slowestLook, "slowestLook");
    this.maxAge = requireNonNull(maxAge, "maxAge");
  }

  /**
   * Refuses what the service cannot do, before anything is ordered.
   *
   * @throws ProviderException {@code UNSUPPORTED} or {@code INVALID_REQUEST}
   */
  protected abstract void validate(ImageTask task);

  /** An order that has only to be placed. */
  @FunctionalInterface
  protected interface Prepared {
    /**
     * Places it. Must not repeat a call that may have been taken.
     *
     * @throws ProviderException one whose {@link ProviderException#ranNothing} holds only if the
     *     service has certainly not taken the order
     */
    RemoteOrder place() throws InterruptedException;
  }

  /**
   * Does all that an order needs and that costs nothing, such as uploading pictures. After a crash
   * it is done again.
   *
   * @param task asks for no more pictures than one order can make
   */
  protected abstract Prepared prepare(ImageTask task, RenderContext context)
      throws InterruptedException;

  /** Asks how far an order is. */
  protected abstract RemoteState ask(RemoteOrder order) throws InterruptedException;

  /** Fetches the pictures of an order that is ready. */
  protected abstract Rendered fetch(
      ImageTask task, RemoteOrder order, Ready state, RenderContext context)
      throws InterruptedException;

  /**
   * Tells the service that the order is no longer wanted. Orders of one task are cancelled at the
   * same time, each on a thread of its own.
   *
   * @return whether it will not be finished; false if it was too late
   */
  protected abstract boolean cancel(RemoteOrder order) throws InterruptedException;

  @Override
  public final RenderOutcome render(ImageTask task, RenderContext context)
      throws InterruptedException {
    RemoteOrders orders = RemoteOrders.read(context.checkpoint());
    if (orders.placed().isEmpty()) {
      if (orders.placing()) {
        throw failure(Kind.OUTCOME_UNKNOWN, "an order went out and its answer is lost", true);
      }
      validate(task);
    }
    if (context.endAsked()) {
      return cancelAll(task, context, orders);
    }
    if (context.cancelled()) {
      throw failure(Kind.CANCELLED, "stopped; what was ordered goes on", !orders.isNone());
    }
    int wanted = orderCount(task);
    return orders.placed().size() < wanted && !orders.placing() && !isTooOld(orders, context)
        ? placeMissing(task, context, orders, wanted)
        : look(task, context, orders);
  }

  private int orderCount(ImageTask task) {
    int maxN = capabilities().maxN();
    return (task.options().n() + maxN - 1) / maxN;
  }

  /** The part of the task that one order makes. */
  private ImageTask part(ImageTask task, int index) {
    ImageOptions options = task.options();
    int maxN = capabilities().maxN();
    int offset = index * maxN;
    ImageOptions.Builder part = options.toBuilder().n(Math.min(maxN, options.n() - offset));
    options.seed().ifPresent(seed -> part.seed(seed + offset));
    return task.withOptions(part.build());
  }

  private RenderOutcome placeMissing(
      ImageTask task, RenderContext context, RemoteOrders before, int wanted)
      throws InterruptedException {
    RemoteOrders orders = before;
    if (orders.isNone() && !task.inputs().isEmpty()) {
      context.checkpoint(orders.text()); // until an order is placed, a crash costs nothing
    }
    while (orders.placed().size() < wanted) {
      try {
        Prepared next = prepare(part(task, orders.placed().size()), context);
        if (context.cancelled() && context.checkpoint().isPresent()) {
          break; // an interrupt is near, which would lose the order; the next attempt places it
        }
        if (context.checkpoint().isPresent()) { // without one, the bot itself keeps that it began
          orders = orders.placing(true);
          context.checkpoint(orders.text());
        }
        orders = orders.with(next.place().placedAt(context.now()));
      } catch (ProviderException e) {
        return notPlaced(context, orders, e);
      }
      context.checkpoint(orders.text()); // before anything else: now it can be found again
    }
    if (context.endAsked()) {
      return cancelAll(task, context, orders);
    }
    if (orders.placed().isEmpty()) {
      throw failure(Kind.CANCELLED, "stopped before anything was ordered", false);
    }
    return new Pending(firstLook);
  }

  /**
   * What was placed before goes on; one that certainly ran nothing is placed by a later attempt.
   */
  private RenderOutcome notPlaced(RenderContext context, RemoteOrders orders, ProviderException e) {
    boolean isFirst = orders.placed().isEmpty();
    if (context.checkpoint().isPresent()) {
      boolean lost = !e.ranNothing() && (orders.placing() || !isFirst);
      context.checkpoint(orders.placing(lost).text());
    }
    if (isFirst) {
      throw e;
    }
    log.warn(
        "Ordered fewer pictures than asked: job={} ordered={} kind={}",
        context.job(),
        orders.placed().size(),
        e.kind());
    return new Pending(hint(e).orElse(slowestLook));
  }

  private RenderOutcome look(ImageTask task, RenderContext context, RemoteOrders orders)
      throws InterruptedException {
    boolean isLast = isTooOld(orders, context);
    List<RemoteState> states = new ArrayList<>();
    for (RemoteOrder order : orders.placed()) {
      try {
        states.add(ask(order));
      } catch (ProviderException e) {
        if (!Harvest.isPassing(e)) {
          states.add(new Failed(e)); // the others may have become pictures all the same
        } else if (isLast) {
          states.add(new Working(Optional.empty()));
        } else {
          return lookLater(context, e);
        }
      }
    }
    if (isLast) {
      giveUp(context, orders, states);
    }
    List<Working> working =
        states.stream().filter(Working.class::isInstance).map(Working.class::cast).toList();
    if (!working.isEmpty()) {
      tellProgress(context, working, states.size());
      return new Pending(pauseAt(age(orders, context)));
    }
    return fetchAll(task, context, orders, states, isLast);
  }

  private static void tellProgress(RenderContext context, List<Working> working, int all) {
    if (working.stream().allMatch(w -> w.fraction().isPresent())) {
      double sum = all - working.size();
      for (Working w : working) {
        sum += w.fraction().orElse(0.0);
      }
      context.progress(Progress.of(Math.max(0, Math.min(1, sum / all))));
    }
  }

  private RenderOutcome fetchAll(
      ImageTask task,
      RenderContext context,
      RemoteOrders orders,
      List<RemoteState> states,
      boolean isLast)
      throws InterruptedException {
    List<Rendered> parts = new ArrayList<>();
    List<ProviderException> failures = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      if (states.get(i) instanceof Failed failed) {
        failures.add(failed.why());
      } else if (states.get(i) instanceof Ready ready) {
        try {
          parts.add(fetch(part(task, i), orders.placed().get(i), ready, context));
        } catch (ProviderException e) {
          boolean isPassing = Harvest.isPassing(e);
          if (isPassing && !isLast) {
            return lookLater(context, e);
          }
          failures.add(isPassing ? notInTime() : e);
        }
      }
    }
    if (parts.isEmpty()) {
      throw failures.get(0);
    }
    return merged(parts, task, failures, orders.placing());
  }

  private static Rendered merged(
      List<Rendered> parts, ImageTask task, List<ProviderException> failures, boolean unknown) {
    List<RenderedImage> images = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Usage usage = Usage.UNKNOWN;
    for (Rendered part : parts) {
      images.addAll(part.images());
      part.warnings().stream().filter(w -> !warnings.contains(w)).forEach(warnings::add);
      usage = usage.plus(part.usage());
    }
    if (images.size() < task.options().n()) {
      warnings.add(Harvest.fewer(images.size(), task.options().n(), whyFewer(failures, unknown)));
    }
    Rendered first = parts.get(0);
    return new Rendered(
        images, first.maker(), usage, warnings, List.of(), first.requestId(), first.metadata());
  }

  private static Kind whyFewer(List<ProviderException> failures, boolean unknown) {
    if (!failures.isEmpty()) {
      return failures.get(0).kind();
    }
    return unknown ? Kind.OUTCOME_UNKNOWN : Kind.NO_IMAGE;
  }

  /** A failure to ask or fetch changes nothing about the order. */
  private RenderOutcome lookLater(RenderContext context, ProviderException e) {
    log.warn("Will ask again: job={} kind={}", context.job(), e.kind());
    return new Pending(hint(e).orElse(slowestLook));
  }

  /** Cancels what is not ready. What became ready just then, or was before, is delivered. */
  private void giveUp(RenderContext context, RemoteOrders orders, List<RemoteState> states)
      throws InterruptedException {
    for (int i = 0; i < states.size(); i++) {
      if (states.get(i) instanceof Working) {
        RemoteOrder order = orders.placed().get(i);
        boolean tooLate = !cancelQuietly(order, context);
        states.set(i, tooLate ? askOnceMore(order) : new Failed(notInTime()));
      }
    }
  }

  private RemoteState askOnceMore(RemoteOrder order) throws InterruptedException {
    try {
      RemoteState state = ask(order);
      return state instanceof Working ? new Failed(notInTime()) : state;
    } catch (ProviderException e) {
      return new Failed(e);
    }
  }

  private ProviderException notInTime() {
    return failure(Kind.TIMEOUT, "not ready after " + maxAge.toMinutes() + " min", true);
  }

  private boolean isTooOld(RemoteOrders orders, RenderContext context) {
    return !orders.placed().isEmpty() && age(orders, context).compareTo(maxAge) > 0;
  }

  private Duration age(RemoteOrders orders, RenderContext context) {
    Instant oldest =
        orders.placed().stream().map(RemoteOrder::at).min(Instant::compareTo).orElseThrow();
    return Duration.between(oldest, context.now());
  }

  private Duration pauseAt(Duration age) {
    Duration tenth = age.dividedBy(10);
    Duration pause = tenth.compareTo(firstLook) < 0 ? firstLook : tenth;
    return pause.compareTo(slowestLook) > 0 ? slowestLook : pause;
  }

  private static Optional<Duration> hint(ProviderException e) {
    return e.details()
        .retryAfter()
        .map(wait -> wait.compareTo(LONGEST_HINT) < 0 ? wait : LONGEST_HINT);
  }

  /** A picture that is ready all the same is delivered. */
  private RenderOutcome cancelAll(ImageTask task, RenderContext context, RemoteOrders orders)
      throws InterruptedException {
    if (!orders.placed().isEmpty()) {
      context.checkpoint(orders.text()); // throws if the job is no longer ours to cancel
      if (!cancelEach(orders.placed(), context)
          && look(task, context, orders) instanceof Rendered finished) {
        return finished;
      }
    }
    throw failure(Kind.CANCELLED, "cancelled as asked", !orders.isNone());
  }

  /**
   * All at the same time: a stop leaves a few seconds for all of them together.
   *
   * @return false if it was too late for one
   */
  private boolean cancelEach(List<RemoteOrder> orders, RenderContext context)
      throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(orders.size(), QueuedImageProvider::daemon);
    try {
      List<Callable<Boolean>> cancels = new ArrayList<>();
      orders.forEach(order -> cancels.add(() -> cancelQuietly(order, context)));
      boolean inTime = true;
      for (Future<Boolean> cancelled : threads.invokeAll(cancels)) {
        inTime &= cancelled.get();
      }
      return inTime;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an order could not be cancelled", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "easel-cancel");
    thread.setDaemon(true);
    return thread;
  }

  private boolean cancelQuietly(RemoteOrder order, RenderContext context)
      throws InterruptedException {
    try {
      return cancel(order);
    } catch (ProviderException e) {
      log.warn(
          "An order could not be cancelled and may be billed: job={} order={}",
          context.job(),
          order.id(),
          e);
      return true;
    }
  }

  private ProviderException failure(Kind kind, String message, boolean mayBeBilled) {
    String provider = capabilities().provider();
    return ProviderException.builder(kind, provider + ": " + message)
        .provider(provider)
        .mayBeBilled(mayBeBilled)
        .build();
  }
}
