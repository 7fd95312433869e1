package dev.easel.redis;

import dev.easel.store.Subscription;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what scripts publish. Opens its connection for the first who listens, and tries again
 * what fails while the server is away; what was subscribed to before, Lettuce subscribes to again.
 */
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

  private final Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, teller);

  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private final Set<String> missing = new HashSet<>();
  private boolean retrying;
  private boolean closed;

  /** One subscription: an object of its own, so that the same consumer may listen twice. */
  private record Listener(Object identity, Consumer<String> consumer) {}

  Hints(Supplier<StatefulRedisPubSubConnection<byte[], byte[]>> opener) {
    this.opener = opener;
    teller.allowCoreThreadTimeOut(true);
  }

  /**
   * Listens until the answer is closed.
   *
   * @throws Line.ClosedException if this is closed
   */
  Subscription listen(byte[] channel, Consumer<String> consumer) {
    String name = new String(channel, StandardCharsets.UTF_8);
    Listener listener = new Listener(new Object(), consumer);
    synchronized (this) {
      if (closed) {
        throw new Line.ClosedException();
      }
      boolean first = !listeners.containsKey(name);
      listeners.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(listener);
      if (first) {
        subscribe(connection, List.of(name));
      }
    }
    return () -> leave(channel, name, listener);
  }

  private void subscribe(
      @Nullable StatefulRedisPubSubConnection<byte[], byte[]> open, List<String> names) {
    try {
      byte[][] channels =
          names.stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
      (open == null ? adopted(opener.get()) : open)
          .async()
          .subscribe(channels)
          .toCompletableFuture()
          .get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      tryAgain(names);
    } catch (ExecutionException | TimeoutException | RedisException | CompletionException e) {
      log.debug("Could not subscribe, will try again; watchers look by themselves", e);
      tryAgain(names);
    }
  }

  private synchronized StatefulRedisPubSubConnection<byte[], byte[]> adopted(
      StatefulRedisPubSubConnection<byte[], byte[]> opened) {
    StatefulRedisPubSubConnection<byte[], byte[]> faster = connection;
    if (faster != null) {
      opened.closeAsync();
      return faster;
    }
    connection = opened;
    opened.addListener(this);
    if (closed) {
      opened.closeAsync();
    }
    return opened;
  }

  private synchronized void tryAgain(List<String> names) {
    missing.addAll(names);
    if (!retrying && !closed) {
      retrying = true;
      later.execute(this::subscribeToMissing);
    }
  }

  private void subscribeToMissing() {
    StatefulRedisPubSubConnection<byte[], byte[]> open;
    List<String> names;
    synchronized (this) {
      retrying = false;
      names = missing.stream().filter(listeners::containsKey).toList();
      missing.clear();
      if (closed || names.isEmpty()) {
        return;
      }
      open = connection;
    }
    subscribe(open, names); // without the lock: whoever leaves must not wait for the server
  }

  private synchronized void leave(byte[] channel, String name, Listener listener) {
    CopyOnWriteArrayList<Listener> left = listeners.get(name);
    if (left != null && left.remove(listener) && left.isEmpty()) {
      listeners.remove(name);
      unsubscribeUnlessWatched(channel, name);
    }
  }

  /** Lettuce does not hear of those who leave while there is no connection. */
  @Override
  public void subscribed(byte[] channel, long count) {
    String name = new String(channel, StandardCharsets.UTF_8);
    if (!listeners.containsKey(name)) {
      teller.execute(() -> unsubscribeUnlessWatched(channel, name));
    }
  }

  private synchronized void unsubscribeUnlessWatched(byte[] channel, String name) {
    if (connection != null && !closed && !listeners.containsKey(name)) {
      connection.async().unsubscribe(channel);
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
