package dev.easel.memory;

import dev.easel.store.Subscription;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers that something changed, on a thread of its own, which runs from the first watch
 * on. Changes that come faster than watchers hear of them are told once.
 *
 * @param <K> what changed
 */
final class Hints<K> {
  /** Untold changes; beyond them the oldest is dropped, as a hint may be. */
  private static final int MAX_UNTOLD = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Hints.class);

  private final String threadName;
  private final Map<Object, List<Watcher<K>>> watchers = new ConcurrentHashMap<>();
  private final Set<Untold<K>> untold = new LinkedHashSet<>();
  private @Nullable Thread thread;
  private boolean closed;

  private record Untold<K>(Object topic, K what) {}

  /** Equal only to itself, so that the same consumer can watch twice. */
  private static final class Watcher<K> {
    private final Consumer<K> hint;

    private Watcher(Consumer<K> hint) {
      this.hint = hint;
    }
  }

  Hints(String threadName) {
    this.threadName = threadName;
  }

  Subscription watch(Object topic, Consumer<K> hint) {
    Watcher<K> own = new Watcher<>(hint);
    watchers.compute(
        topic,
        (t, list) -> {
          List<Watcher<K>> all = list == null ? new CopyOnWriteArrayList<>() : list;
          all.add(own);
          return all;
        });
    start();
    return () ->
        watchers.computeIfPresent(
            topic,
            (t, list) -> {
              list.remove(own);
              return list.isEmpty() ? null : list;
            });
  }

  /** Something changed; returns at once. */
  void tell(Object topic, K what) {
    if (watchers.isEmpty() || !watchers.containsKey(topic)) {
      return;
    }
    synchronized (untold) {
      if (untold.add(new Untold<>(topic, what))) {
        if (untold.size() > MAX_UNTOLD) {
          Iterator<Untold<K>> oldest = untold.iterator();
          oldest.next();
          oldest.remove();
        }
        untold.notifyAll();
      }
    }
  }

  void close() {
    synchronized (untold) {
      closed = true;
      untold.notifyAll();
    }
    watchers.clear();
  }

  private void start() {
    synchronized (untold) {
      if (thread == null && !closed) {
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private void run() {
    try {
      for (Untold<K> next = take(); next != null; next = take()) {
        for (Watcher<K> watcher : watchers.getOrDefault(next.topic(), List.of())) {
          tellOne(watcher, next.what());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody we know: hints may be missed
    }
  }

  private @Nullable Untold<K> take() throws InterruptedException {
    synchronized (untold) {
      while (untold.isEmpty() && !closed) {
        untold.wait();
      }
      if (closed) {
        return null;
      }
      Iterator<Untold<K>> oldest = untold.iterator();
      Untold<K> next = oldest.next();
      oldest.remove();
      return next;
    }
  }

  private void tellOne(Watcher<K> watcher, K what) {
    try {
      watcher.hint.accept(what);
    } catch (RuntimeException | Error e) { // it must not end the thread that tells all others
      log.warn("A watcher failed, goes on watching", e);
    }
  }
}
