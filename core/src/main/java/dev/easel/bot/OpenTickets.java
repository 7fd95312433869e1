package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobStatus;
import dev.easel.store.Subscription;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the local futures of orders: at once by hints, and within seconds by looking, since
 * hints may be missed.
 */
final class OpenTickets {
  private static final Logger log = LoggerFactory.getLogger(OpenTickets.class);

  private static final long LOOK_EVERY_SECONDS = 2;

  private final JobQueue queue;
  private final ScheduledExecutorService looker;
  private final Map<JobId, Open> open = new ConcurrentHashMap<>();
  private boolean looking;
  private volatile boolean closed;

  private record Open(CompletableFuture<Outcome> outcome, Subscription hints) {}

  OpenTickets(JobQueue queue, ThreadFactory threads) {
    this.queue = requireNonNull(queue, "queue");
    this.looker = Executors.newSingleThreadScheduledExecutor(threads);
  }

  CompletableFuture<Outcome> open(JobId id) {
    synchronized (this) {
      if (!looking && !closed) {
        looking = true;
        looker.scheduleWithFixedDelay(
            this::lookAtAll, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
      }
    }
    Open ticket =
        open.computeIfAbsent(
            id,
            i -> new Open(new CompletableFuture<>(), queue.watch(i, s -> seen(i, Optional.of(s)))));
    look(id);
    if (closed) {
      cancelAll(); // close() may have been here just before this one was put in
    }
    return ticket.outcome();
  }

  private void lookAtAll() {
    open.keySet().forEach(this::look);
  }

  private void look(JobId id) {
    try {
      seen(id, queue.find(id));
    } catch (RuntimeException e) { // also from the looker, which would look no more
      log.debug("Will look again: job={}", id, e);
    }
  }

  private void seen(JobId id, Optional<JobStatus> status) {
    if (status.isPresent() && !status.get().state().ended()) {
      return;
    }
    Open ticket = open.remove(id);
    if (ticket == null) {
      return;
    }
    try {
      Outcome outcome =
          Outcome.of(
              status.orElseThrow(
                  () -> new IllegalStateException("the queue has forgotten the job " + id)));
      ticket.outcome().complete(outcome);
    } catch (RuntimeException e) { // forgotten, or a newer program's result
      ticket.outcome().completeExceptionally(e);
    }
    ticket.hints().close();
  }

  void close() {
    synchronized (this) {
      closed = true;
    }
    looker.shutdownNow();
    cancelAll();
  }

  private void cancelAll() {
    open.values()
        .forEach(
            ticket -> {
              ticket.hints().close();
              ticket.outcome().cancel(false);
            });
  }
}
