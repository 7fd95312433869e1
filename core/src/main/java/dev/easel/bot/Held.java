package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Beat;
import dev.easel.job.Lease;
import dev.easel.job.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease that a heartbeat keeps alive, and what the heartbeat learnt of it. Thread-safe. */
final class Held implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Held.class);

  /** Why work on a job is to stop. */
  enum Stop {
    /** Its end was asked for. */
    CANCEL_ASKED,
    /** Another worker may have it. */
    LEASE_LOST,
    /** Its time is over. */
    TIMEOUT,
    /** The program is being stopped. */
    CLOSING
  }

  private final Lease lease;
  private final Heartbeat heartbeat;
  private final List<Runnable> onStop = new ArrayList<>();
  private Progress progress = Progress.NONE;
  private boolean progressChanged;
  private @Nullable Stop stop;

  Held(Lease lease, Heartbeat heartbeat) {
    this.lease = requireNonNull(lease, "lease");
    this.heartbeat = requireNonNull(heartbeat, "heartbeat");
  }

  Lease lease() {
    return lease;
  }

  void progress(Progress now) {
    synchronized (this) {
      if (now.equals(progress)) {
        return;
      }
      progress = now;
      progressChanged = true;
    }
    heartbeat.progressChanged();
  }

  synchronized Progress progress() {
    return progress;
  }

  synchronized boolean hasNews() {
    return progressChanged;
  }

  synchronized Beat beat() {
    Beat beat = new Beat(lease, progressChanged ? Optional.of(progress) : Optional.empty());
    progressChanged = false;
    return beat;
  }

  /** The progress in this beat goes with the next one. */
  synchronized void notSent(Beat beat) {
    progressChanged |= beat.progress().isPresent();
  }

  /**
   * Has the work stopped; the first reason stays, and the hooks run on the caller's thread, which
   * may be the heartbeat's: none of them takes it along.
   */
  void stop(Stop why) {
    List<Runnable> hooks;
    synchronized (this) {
      if (stop != null) {
        return;
      }
      stop = why;
      hooks = List.copyOf(onStop);
      onStop.clear();
    }
    hooks.forEach(this::call);
  }

  private void call(Runnable hook) {
    try {
      hook.run();
    } catch (RuntimeException | Error e) { // such as no memory for a thread
      log.error("A part of some work was not told to stop: job={}", lease.job(), e);
    }
  }

  synchronized Optional<Stop> stopped() {
    return Optional.ofNullable(stop);
  }

  synchronized boolean isLost() {
    return stop == Stop.LEASE_LOST;
  }

  /** Has something done when the work is to stop; at once if it already is. */
  void onStop(Runnable hook) {
    synchronized (this) {
      if (stop == null) {
        onStop.add(hook);
        return;
      }
    }
    hook.run();
  }

  @Override
  public void close() {
    heartbeat.release(this);
  }
}
