package dev.easel.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of many things is due first: a binary heap that things can be taken out of anywhere. */
final class Timers<T extends Timed> {
  private final List<T> heap = new ArrayList<>();

  /** Sets or moves a timer. */
  void set(T timed, long at) {
    timed.timerAt = at;
    if (timed.timerIndex < 0) {
      heap.add(timed);
      up(heap.size() - 1, timed);
    } else {
      settle(timed.timerIndex, timed);
    }
  }

  void clear(T timed) {
    int hole = timed.timerIndex;
    if (hole < 0) {
      return;
    }
    timed.timerIndex = -1;
    T last = heap.remove(heap.size() - 1);
    if (hole < heap.size()) {
      settle(hole, last);
    }
  }

  /** Takes out what is due first, if it is due. */
  @Nullable T pollDue(long now) {
    if (next() > now) {
      return null;
    }
    T first = heap.get(0);
    clear(first);
    return first;
  }

  /** When the first is due; {@link Long#MAX_VALUE} if none is set. */
  long next() {
    return heap.isEmpty() ? Long.MAX_VALUE : heap.get(0).timerAt;
  }

  int size() {
    return heap.size();
  }

  private void settle(int index, T timed) {
    if (index > 0 && timed.timerAt < heap.get((index - 1) / 2).timerAt) {
      up(index, timed);
    } else {
      down(index, timed);
    }
  }

  private void up(int index, T timed) {
    int at = index;
    while (at > 0) {
      int parent = (at - 1) / 2;
      T above = heap.get(parent);
      if (above.timerAt <= timed.timerAt) {
        break;
      }
      place(at, above);
      at = parent;
    }
    place(at, timed);
  }

  private void down(int index, T timed) {
    int at = index;
    int half = heap.size() / 2;
    while (at < half) {
      int child = 2 * at + 1;
      if (child + 1 < heap.size() && heap.get(child + 1).timerAt < heap.get(child).timerAt) {
        child++;
      }
      T below = heap.get(child);
      if (below.timerAt >= timed.timerAt) {
        break;
      }
      place(at, below);
      at = child;
    }
    place(at, timed);
  }

  private void place(int index, T timed) {
    heap.set(index, timed);
    timed.timerIndex = index;
  }
}
