package dev.easel.http;

import dev.easel.image.ProviderException;
import dev.easel.image.RenderContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;

/** One render, or one check, in the making: how long it may take, and what stops it. */
final class Work {
  /** Undoes a registration. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Keeps nanoseconds from overflowing. */
  private static final Duration FOREVER = Duration.ofDays(365);

  private final long endNanos;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final AtomicBoolean cancelAsked = new AtomicBoolean();
  private final List<Runnable> stops = new ArrayList<>();

  private Work(Duration time) {
    endNanos = System.nanoTime() + (time.compareTo(FOREVER) < 0 ? time : FOREVER).toNanos();
  }

  /** A render: at most the task's own timeout, else {@code usual}, and never beyond the context. */
  static Work of(RenderContext context, Optional<Duration> timeout, Duration usual) {
    Duration wanted = timeout.orElse(usual);
    Duration left = context.timeLeft();
    Work work = new Work(left.compareTo(wanted) < 0 ? left : wanted);
    context.onCancel(work::cancel);
    if (context.cancelled()) {
      work.cancel();
    }
    return work;
  }

  /** Something that nobody cancels. */
  static Work within(Duration time) {
    return new Work(time);
  }

  /** Ends it; may be called again. */
  void cancel() {
    if (!cancelAsked.compareAndSet(false, true)) {
      return;
    }
    List<Runnable> all;
    synchronized (stops) {
      cancelled.countDown();
      all = List.copyOf(stops);
    }
    all.forEach(Runnable::run);
  }

  boolean cancelled() {
    return cancelled.getCount() == 0;
  }

  Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  boolean isOver() {
    return endNanos - System.nanoTime() <= 0;
  }

  /** Has this run when the work is cancelled, at once if it already is, until it is closed. */
  Registration onCancel(Runnable stop) {
    boolean now;
    synchronized (stops) {
      now = cancelled();
      stops.add(stop);
    }
    if (now) {
      stop.run();
    }
    return () -> {
      synchronized (stops) {
        stops.remove(stop);
      }
    };
  }

  /** Cancels the call with the work. */
  Registration during(Call call) {
    return onCancel(call::cancel);
  }

  /**
   * Waits; ends early when the work is cancelled or its time is over.
   *
   * @return whether it is to go on
   */
  boolean pause(Duration time) throws InterruptedException {
    long nanos = Math.min(time.toNanos(), left().toNanos());
    return !cancelled.await(nanos, TimeUnit.NANOSECONDS) && !isOver();
  }

  void throwIfCancelled(String provider) {
    if (cancelled()) {
      throw ProviderException.builder(
              ProviderException.Kind.CANCELLED, provider + ": stopped as asked")
          .provider(provider)
          .build();
    }
  }
}
