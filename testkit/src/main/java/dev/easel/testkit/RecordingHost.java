package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Host;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.Timelines;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A host for tests of transports: its inbox keeps each event once and shows it, can refuse, and can
 * be held. Thread-safe.
 */
public final class RecordingHost implements Host {
  private final InstantSource time;
  private final StateStore state;
  private final RateLimiter limiter;
  private final ImageStore images;
  private final Timelines timelines;

  private final List<InboundEvent> events = new ArrayList<>();
  private final Set<String> eventIds = new HashSet<>();
  private Optional<Inbox.NotAccepted> refusal = Optional.empty();
  private boolean held;
  private int waiting;
  private int refused;

  /** With stores of its own, in this process. */
  public RecordingHost(InstantSource time) {
    this(
        time,
        new InMemoryStates(time),
        new InMemoryRates(time),
        new InMemoryImages(time),
        new InMemoryTimelines(time));
  }

  /** With the system's clock. */
  public RecordingHost() {
    this(InstantSource.system());
  }

  public RecordingHost(
      InstantSource time,
      StateStore state,
      RateLimiter limiter,
      ImageStore images,
      Timelines timelines) {
    this.time = requireNonNull(time, "time");
    this.state = requireNonNull(state, "state");
    this.limiter = requireNonNull(limiter, "limiter");
    this.images = requireNonNull(images, "images");
    this.timelines = requireNonNull(timelines, "timelines");
  }

  /** A second host over the same stores, as in another process; its inbox is its own. */
  public RecordingHost beside() {
    return new RecordingHost(time, state, limiter, images, timelines);
  }

  @Override
  public Inbox inbox() {
    return this::accept;
  }

  /** Each event once, in the order they came. */
  public synchronized List<InboundEvent> events() {
    return List.copyOf(events);
  }

  /** Refuses all events until {@link #acceptAgain}. */
  public synchronized void refuse(Inbox.Why why, Duration retryAfter) {
    refusal = Optional.of(new Inbox.NotAccepted(why, retryAfter));
  }

  public synchronized void acceptAgain() {
    refusal = Optional.empty();
  }

  /** How many events were refused so far. */
  public synchronized int refused() {
    return refused;
  }

  /** Keeps the inbox from answering until the subscription is closed. */
  public synchronized Subscription hold() {
    held = true;
    return this::release;
  }

  /** Waits until somebody stands before a held inbox. */
  public synchronized void awaitHeldEvent(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (waiting == 0) {
      waitUntil(deadline, "no event came to the held inbox");
    }
  }

  /**
   * Waits for an event.
   *
   * @throws AssertionError if none came in time; names those that came
   */
  public synchronized <E extends InboundEvent> E await(
      Class<E> type, Predicate<E> which, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<E> found =
          events.stream().filter(type::isInstance).map(type::cast).filter(which).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      waitUntil(deadline, "no such " + type.getSimpleName() + " among " + events.size());
    }
  }

  @Override
  public StateStore state() {
    return state;
  }

  @Override
  public RateLimiter limiter() {
    return limiter;
  }

  @Override
  public ImageStore images() {
    return images;
  }

  @Override
  public Timelines timelines() {
    return timelines;
  }

  @Override
  public InstantSource time() {
    return time;
  }

  private synchronized Optional<Inbox.NotAccepted> accept(InboundEvent event) {
    waiting++;
    notifyAll();
    try {
      while (held) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(new Inbox.NotAccepted(Inbox.Why.STOPPING, Duration.ofSeconds(1)));
    } finally {
      waiting--;
    }
    if (refusal.isPresent()) {
      refused++;
    } else if (eventIds.add(event.envelope().eventId())) {
      events.add(event);
    }
    notifyAll();
    return refusal;
  }

  private synchronized void release() {
    held = false;
    notifyAll();
  }

  private void waitUntil(long deadline, String otherwise) throws InterruptedException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new AssertionError(otherwise);
    }
    wait(Math.max(1, left / 1_000_000));
  }
}
