package dev.easel.redis;

import dev.easel.job.WorkerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A lane that is waited for, and who waits, in order. Guarded by the lock of its doorbell. */
final class Bell {
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private WorkerId worker;
  private long left = System.nanoTime();

  Bell(WorkerId worker) {
    this.worker = worker;
  }

  /** One of those who wait, by whose name they are counted among the living. */
  WorkerId worker() {
    return worker;
  }

  void enter(Waiter waiter) {
    waiters.add(waiter);
    worker = waiter.me;
  }

  void leave(Waiter waiter) {
    waiters.remove(waiter);
    left = System.nanoTime();
  }

  /** The first who still waits and has not been asked for. */
  @Nullable Waiter next() {
    for (Waiter waiter : waiters) {
      if (!waiter.asked && waiter.waits()) {
        return waiter;
      }
    }
    return null;
  }

  /** Has everybody ask himself, also those who have been asked for. */
  void sendAll() {
    waiters.forEach(Waiter::send);
  }

  /**
   * Gives an answer to whom it was asked for, or, if he has left, to another who would have asked
   * the same; false if there is none.
   */
  boolean tell(Waiter asker, List<Object> answer) {
    return asker.tell(answer)
        || waiters.stream().anyMatch(waiter -> waiter.isLike(asker) && waiter.tell(answer));
  }

  boolean isWaitedAt() {
    return waiters.stream().anyMatch(Waiter::waits);
  }

  boolean wasLeftBefore(long nanos) {
    return !isWaitedAt() && left - nanos < 0;
  }

  /** Somebody who waits, until he is answered, sent to ask himself, or gone. */
  static final class Waiter {
    private final WorkerId me;
    private final int want;
    private final long deadline;
    private final Function<Line, CompletableFuture<List<Object>>> question;
    private final Consumer<List<Object>> unheard;
    private final CompletableFuture<Optional<List<Object>>> told = new CompletableFuture<>();
    private boolean asked;

    /**
     * @param want how many jobs he asks for
     * @param deadline until when he waits, as {@link System#nanoTime}
     * @param question how to ask, over the line that is given
     * @param unheard takes an answer that comes when he is gone
     */
    Waiter(
        WorkerId me,
        int want,
        long deadline,
        Function<Line, CompletableFuture<List<Object>>> question,
        Consumer<List<Object>> unheard) {
      this.me = me;
      this.want = want;
      this.deadline = deadline;
      this.question = question;
      this.unheard = unheard;
    }

    /**
     * Asks for him.
     *
     * @param passOn what to do if that failed, and he is gone as well
     * @return done once the answer is in somebody's hands
     */
    CompletableFuture<?> ask(Line line, Runnable passOn) {
      asked = true;
      return question(line)
          .whenComplete(
              (answer, error) -> {
                if (answer != null) {
                  if (!tell(answer)) {
                    unheard.accept(answer);
                  }
                } else if (!send()) {
                  passOn.run();
                }
              });
    }

    WorkerId worker() {
      return me;
    }

    long millisLeft() {
      return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    /** Sends what he asks; the answer is still to be given to somebody. */
    CompletableFuture<List<Object>> question(Line line) {
      return question.apply(line);
    }

    /** Takes an answer that nobody waits for. */
    void unheard(List<Object> answer) {
      unheard.accept(answer);
    }

    private boolean tell(List<Object> answer) {
      return told.complete(Optional.of(answer));
    }

    private boolean isLike(Waiter other) {
      return me.equals(other.me) && want >= other.want && !asked;
    }

    /** Has him ask himself; false if he is gone. */
    boolean send() {
      return told.complete(Optional.empty());
    }

    private boolean waits() {
      return !told.isDone();
    }

    /**
     * Waits to be told.
     *
     * @return what was answered; empty: he should ask himself
     * @throws TimeoutException when the time is over
     */
    Optional<List<Object>> await() throws InterruptedException, TimeoutException {
      try {
        return told.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // it is never told that something failed
      } catch (TimeoutException e) {
        if (told.cancel(false)) {
          throw e;
        }
        return told.join(); // it came just now
      } catch (InterruptedException e) {
        if (!told.cancel(false)) {
          told.join().ifPresent(unheard);
        }
        throw e;
      }
    }
  }
}
