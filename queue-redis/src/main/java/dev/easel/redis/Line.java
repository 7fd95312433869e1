package dev.easel.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection. Lettuce opens it again when it breaks; when it only falls silent, this class
 * replaces it. A command is sent once: what was under way when the connection broke fails.
 */
final class Line implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Line.class);

  private static final int GIVE_UP_AFTER = 2;

  /** A connection, and what can be sent over it. */
  record Link(
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands) {}

  private final String name;
  private final Supplier<CompletionStage<Link>> opener;
  private final Duration timeout;
  private final Executor later;
  private final AtomicBoolean replacing = new AtomicBoolean();
  private volatile Link link;
  private volatile long lastReply = System.nanoTime();
  private volatile long silentSince;
  private volatile boolean closed;

  Line(String name, Supplier<CompletionStage<Link>> opener, Duration timeout) {
    this.name = name;
    this.opener = opener;
    this.timeout = timeout;
    this.later = CompletableFuture.delayedExecutor(timeout.toMillis(), MILLISECONDS);
    this.link = opener.get().toCompletableFuture().join();
  }

  /** Sends a command; whoever waits for the answer sets his own limit. */
  <T> CompletableFuture<T> send(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, RedisFuture<T>> command) {
    if (closed) {
      return CompletableFuture.failedFuture(new ClosedException());
    }
    try {
      return command.apply(link.commands()).toCompletableFuture();
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Sends a command and waits for its answer, also while the thread is interrupted: half an answer
   * is none.
   *
   * @throws RedisException whatever went wrong
   */
  <T> T call(Function<RedisClusterAsyncCommands<byte[], byte[]>, RedisFuture<T>> command) {
    return await(send(command));
  }

  /** Runs a script, and hands it to the server first if it does not know it. */
  <T> T run(Script script, ScriptOutputType type, byte[][] keys, byte[][] args) {
    try {
      return await(this.<T>submit(script, type, keys, args));
    } catch (RedisNoScriptException e) {
      return call(c -> c.eval(script.text(), type, keys, args));
    }
  }

  <T> CompletableFuture<T> submit(
      Script script, ScriptOutputType type, byte[][] keys, byte[][] args) {
    return send(c -> c.evalsha(script.digest(), type, keys, args));
  }

  /** As {@link #run}, without waiting. */
  <T> CompletableFuture<T> start(
      Script script, ScriptOutputType type, byte[][] keys, byte[][] args) {
    return this.<T>submit(script, type, keys, args)
        .handle(
            (answer, error) ->
                unwrapped(error) instanceof RedisNoScriptException
                    ? this.<T>send(c -> c.eval(script.text(), type, keys, args))
                    : error == null
                        ? CompletableFuture.completedFuture(answer)
                        : CompletableFuture.<T>failedFuture(error))
        .thenCompose(f -> f);
  }

  /**
   * As {@link #start}, but fails if there is no answer in time, and suspects the connection then:
   * for what nobody waits for.
   */
  <T> CompletableFuture<T> startInTime(
      Script script, ScriptOutputType type, byte[][] keys, byte[][] args) {
    long sent = System.nanoTime();
    CompletableFuture<T> started = start(script, type, keys, args);
    started.thenRun(() -> lastReply = System.nanoTime());
    return started
        .copy()
        .orTimeout(timeout.toMillis(), MILLISECONDS)
        .whenComplete(
            (answer, error) -> {
              if (error instanceof TimeoutException) {
                suspect(sent);
              }
            });
  }

  <T> T await(CompletableFuture<T> future) {
    long start = System.nanoTime();
    long deadline = start + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          T answer = future.get(deadline - System.nanoTime(), NANOSECONDS);
          lastReply = System.nanoTime();
          return answer;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          future.thenRun(() -> lastReply = System.nanoTime());
          suspect(start);
          throw new SilentException("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
          if (Line.unwrapped(e) instanceof RedisCommandExecutionException) {
            lastReply = System.nanoTime();
          }
          throw unwrapped(e) instanceof RedisException r
              ? r
              : new RedisException(String.valueOf(e.getCause()), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A server may be slow; a connection that says nothing for longer than that is given up. */
  private void suspect(long sent) {
    if (lastReply - sent >= 0) {
      return;
    }
    if (silentSince - lastReply <= 0) {
      silentSince = sent;
    }
    if (System.nanoTime() - silentSince > GIVE_UP_AFTER * timeout.toNanos()) {
      replace();
    }
  }

  /** Opens another connection in place of this one, which does not answer any more. */
  void replace() {
    if (closed || !replacing.compareAndSet(false, true)) {
      return;
    }
    log.warn("Will open a silent connection again: connection={}", name);
    opener
        .get()
        .whenComplete(
            (fresh, error) -> {
              if (fresh != null) {
                Link old = link;
                link = fresh;
                lastReply = System.nanoTime();
                later.execute(
                    old.connection()::closeAsync); // what is under way may still be answered
                if (closed) {
                  fresh.connection().closeAsync();
                }
              } else {
                log.debug("Could not open: connection={}", name, error);
              }
              replacing.set(false);
            });
  }

  @Override
  public void close() {
    closed = true;
    link.connection()
        .closeAsync()
        .orTimeout(2, java.util.concurrent.TimeUnit.SECONDS)
        .exceptionally(e -> null)
        .join();
  }

  static Throwable unwrapped(Throwable error) {
    Throwable e = error;
    while ((e instanceof CompletionException || e instanceof ExecutionException)
        && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  /** The server did not answer in time; whether it did what it was told is unknown. */
  static final class SilentException extends RedisException {
    private static final long serialVersionUID = 1;

    SilentException(String message) {
      super(message);
    }
  }

  /** The backend was closed. */
  static final class ClosedException extends RedisException {
    private static final long serialVersionUID = 1;

    ClosedException() {
      super("the backend is closed");
    }
  }
}
