package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.RenderOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a provider on a thread that can be given up: a provider that hangs, and does not hear that
 * it is to stop, costs a thread but not a worker.
 */
final class ProviderCalls {
  private static final Logger log = LoggerFactory.getLogger(ProviderCalls.class);

  private final ExecutorService threads;
  private final Duration grace;

  /**
   * Calls on threads of the executor, one for each call.
   *
   * @param grace how long a provider may take to stop before it is interrupted, and again before it
   *     is given up
   */
  ProviderCalls(ExecutorService threads, Duration grace) {
    this.threads = requireNonNull(threads, "threads");
    this.grace = requireNonNull(grace, "grace");
  }

  /** Where a provider's own hooks run: they may block, so not on the heartbeat's thread. */
  Executor hooks() {
    return hook -> {
      try {
        threads.execute(hook);
      } catch (RejectedExecutionException e) {
        log.debug("Too late for a hook, its call is being interrupted", e);
      }
    };
  }

  RenderOutcome render(ImageProvider provider, ImageTask task, RenderJob context, Held held)
      throws InterruptedException {
    CompletableFuture<Void> stopAsked = new CompletableFuture<>();
    held.onStop(() -> stopAsked.complete(null));
    CompletableFuture<RenderOutcome> answer = new CompletableFuture<>();
    Future<?> call;
    try {
      call =
          threads.submit(
              () -> {
                try {
                  answer.complete(provider.render(task, context));
                } catch (Throwable e) { // whatever it is, the waiting renderer throws it again
                  answer.completeExceptionally(e);
                }
              });
    } catch (RejectedExecutionException e) {
      held.stop(Held.Stop.CLOSING);
      throw cancelled("the bot is being stopped");
    }
    if (!awaits(CompletableFuture.anyOf(answer, stopAsked), context.timeLeft())) {
      log.warn("Takes too long and is told to stop: job={}", context.job());
      held.stop(Held.Stop.TIMEOUT);
    }
    if (!awaits(answer, grace)) {
      call.cancel(true);
      if (!awaits(answer, grace)) {
        log.error("A provider does not stop, its thread is given up: job={}", context.job());
        throw cancelled("the provider does not stop");
      }
    }
    return result(answer, held);
  }

  private static boolean awaits(CompletableFuture<?> future, Duration time)
      throws InterruptedException {
    try {
      future.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  private static RenderOutcome result(CompletableFuture<RenderOutcome> answer, Held held)
      throws InterruptedException {
    try {
      RenderOutcome outcome = answer.get();
      if (outcome == null) {
        throw ProviderException.of(
            ProviderException.Kind.NO_IMAGE, "the provider returned nothing");
      }
      return outcome;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InterruptedException && held.stopped().isPresent()) {
        throw cancelled("interrupted after it was told to stop");
      }
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a provider threw what it may not throw", cause);
    }
  }

  private static ProviderException cancelled(String why) {
    return ProviderException.of(ProviderException.Kind.CANCELLED, why);
  }
}
