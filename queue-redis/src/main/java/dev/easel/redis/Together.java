package dev.easel.redis;

import io.lettuce.core.RedisException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends what several threads ask at the same moment as one act: what comes while others are under
 * way goes with the next. Who is alone is sent at once.
 */
final class Together {
  private static final int UNDER_WAY = 2;

  /** What one thread asks, and where its part of the answer goes. */
  private record Wish(Args args, int size, CompletableFuture<List<Object>> answer) {}

  private final Queue queue;
  private final String act;
  private final int most;
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
  private int underWay;

  /**
   * @param act answers with one element for each thing that is asked for
   * @param most things in one act
   */
  Together(Queue queue, String act, int most) {
    this.queue = queue;
    this.act = act;
    this.most = most;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param size how many things the arguments ask for; at most as many as an act takes
   */
  List<Object> ask(Args args, int size) {
    Wish wish = new Wish(args, size, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(wish);
    }
    sendNext();
    try {
      return queue.line().await(wish.answer());
    } catch (RedisException e) {
      synchronized (this) {
        waiting.remove(wish); // he is told that it failed, so it must not be sent any more
      }
      throw Failures.ofQueue(e);
    }
  }

  private void sendNext() {
    List<Wish> wishes = new ArrayList<>();
    synchronized (this) {
      if (underWay >= UNDER_WAY || waiting.isEmpty()) {
        return;
      }
      underWay++;
      int size = 0;
      while (!waiting.isEmpty() && (size += waiting.peek().size()) <= most) {
        wishes.add(waiting.remove());
      }
    }
    Args all = wishes.get(0).args();
    wishes.subList(1, wishes.size()).forEach(wish -> all.addAll(wish.args()));
    queue.start(act, all).whenComplete((answer, error) -> answered(wishes, answer, error));
  }

  private void answered(
      List<Wish> wishes, @Nullable List<Object> answer, @Nullable Throwable error) {
    synchronized (this) {
      underWay--;
    }
    sendNext();
    int from = 0;
    for (Wish wish : wishes) {
      if (answer == null) {
        wish.answer()
            .completeExceptionally(
                Line.unwrapped(error == null ? new Line.ClosedException() : error));
      } else {
        wish.answer().complete(answer.subList(from, from + wish.size()));
      }
      from += wish.size();
    }
  }
}
