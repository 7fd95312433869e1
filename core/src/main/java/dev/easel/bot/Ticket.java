package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.CancelAnswer;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An order that was accepted. Thread-safe. */
public final class Ticket {
  private final JobId id;
  private final JobQueue queue;
  private final CompletableFuture<Outcome> outcome;

  Ticket(JobId id, JobQueue queue, CompletableFuture<Outcome> outcome) {
    this.id = requireNonNull(id, "id");
    this.queue = requireNonNull(queue, "queue");
    this.outcome = requireNonNull(outcome, "outcome");
  }

  public JobId id() {
    return id;
  }

  /** State, place, estimated wait and progress, now; empty once the queue has forgotten it. */
  public Optional<JobStatus> status() {
    return queue.find(id);
  }

  public CancelAnswer cancel() {
    return queue.cancel(id);
  }

  /**
   * Completes when the order has ended, as long as this process lives; for what must survive a
   * restart use {@link ImageService#onResult}. Cancelled when the service is closed.
   */
  public CompletionStage<Outcome> outcome() {
    return outcome.minimalCompletionStage();
  }
}
