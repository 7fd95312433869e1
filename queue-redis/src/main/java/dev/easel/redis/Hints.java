package dev.easel.redis;

import dev.easel.store.Subscription;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what scripts publish. Opens its connection for the first who listens. */
final class Hints extends RedisPubSubAdapter<byte[], byte[]> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Hints.class);
  private static final int MAX_PENDING = 10_000;

  private final Supplier<StatefulRedisPubSubConnection<byte[], byte[]>> opener;
  private final Map<String, CopyOnWriteArrayList<Listener>> listeners = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor teller =
      new ThreadPoolExecutor(
          1,
          1,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_PENDING),
          task -> {
            Thread thread = new Thread(task, "easel-redis-hints");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy()); // a hint may be missed

  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private boolean closed;

  /** One subscription: an object of its own, so that the same consumer may listen twice. */
  private record Listener(Object identity, Consumer<String> consumer) {}

  Hints(Supplier<StatefulRedisPubSubConnection<byte[], byte[]>> opener) {
    this.opener = opener;
    teller.allowCoreThreadTimeOut(true);
  }

  Subscription listen(byte[] channel, Consumer<String> consumer) {
    String name = new String(channel, StandardCharsets.UTF_8);
    Listener listener = new Listener(new Object(), consumer);
    synchronized (this) {
      if (closed) {
        throw Failures.ofQueue(new Line.ClosedException());
      }
      boolean first = !listeners.containsKey(name);
      listeners.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(listener);
      if (first) {
        subscribe(channel);
      }
    }
    return () -> leave(channel, name, listener);
  }

  /** A subscription that fails is a hint that is missed; Lettuce renews those that held. */
  private void subscribe(byte[] channel) {
    try {
      if (connection == null) {
        connection = opener.get();
        connection.addListener(this);
      }
      connection.async().subscribe(channel).toCompletableFuture().get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException
        | io.lettuce.core.RedisException
        | java.util.concurrent.CompletionException e) {
      log.debug("Could not subscribe; watchers look by themselves", e);
    }
  }

  private synchronized void leave(byte[] channel, String name, Listener listener) {
    CopyOnWriteArrayList<Listener> left = listeners.get(name);
    if (left != null && left.remove(listener) && left.isEmpty()) {
      listeners.remove(name);
      if (connection != null && !closed) {
        connection.async().unsubscribe(channel);
      }
    }
  }

  @Override
  public void message(byte[] channel, byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    var interested = listeners.get(new String(channel, StandardCharsets.UTF_8));
    if (interested != null) {
      teller.execute(() -> interested.forEach(listener -> tell(listener, text)));
    }
  }

  private static void tell(Listener listener, String text) {
    try {
      listener.consumer().accept(text);
    } catch (RuntimeException e) {
      log.debug("A watcher failed; it will look by itself", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    teller.shutdownNow();
    if (connection != null) {
      connection.closeAsync();
    }
  }
}
