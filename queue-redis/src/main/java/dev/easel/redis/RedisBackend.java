package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.chat.Timelines;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.QueueAdmin;
import dev.easel.job.QueueException;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps everything in Redis 6.2 or newer, or Valkey: any number of processes on any number of
 * machines share one queue. A single server, or a cluster, in which all keys of a queue have one
 * slot.
 *
 * <p>What it keeps is as durable as the server: see {@code docs/backends.md} for what to set there.
 * While there is no connection, every call fails at once with what its seam throws; nothing was
 * half done, and the connection comes back by itself.
 */
public final class RedisBackend implements Backend {
  private static final Logger log = LoggerFactory.getLogger(RedisBackend.class);

  private final Deque<AutoCloseable> opened;
  private final JobQueue queue;
  private final JobSource source;
  private final QueueAdmin admin;
  private final RateLimiter limiter;
  private final StateStore states;
  private final Timelines timelines;
  private final ImageStore images;
  private final InstantSource clock;

  /**
   * Connects with all defaults.
   *
   * @param uri {@code redis://} or, over TLS, {@code rediss://}, then {@code
   *     user:password@host:port/database}; of a cluster, one or several of its servers, separated
   *     by commas
   * @throws QueueException if the server cannot be reached or cannot be used as it is set up; its
   *     message is a sentence for whoever runs it
   */
  public static RedisBackend connect(String uri) {
    return builder().uri(uri).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  private RedisBackend(
      Builder b,
      Deque<AutoCloseable> opened,
      Queue keys,
      Queue pictures,
      Hints hints,
      Doorbell doorbell) {
    this.opened = opened;
    long maxMemory = StartCheck.check(keys, b.evictionAllowed);
    clock = new ServerClock(StartCheck.time(keys));
    queue = new RedisQueue(keys, hints);
    source = new RedisSource(keys, doorbell);
    admin = new RedisAdmin(keys);
    limiter = new RedisLimiter(keys);
    states = new RedisStates(keys);
    timelines = new RedisTimelines(keys, hints);
    images = b.images != null ? b.images : new RedisImages(pictures, b.imageCapacity(maxMemory));
  }

  @Override
  public JobQueue queue() {
    return queue;
  }

  @Override
  public JobSource source() {
    return source;
  }

  @Override
  public QueueAdmin admin() {
    return admin;
  }

  @Override
  public RateLimiter limiter() {
    return limiter;
  }

  @Override
  public StateStore state() {
    return states;
  }

  @Override
  public ImageStore images() {
    return images;
  }

  @Override
  public Timelines timelines() {
    return timelines;
  }

  /** The server's clock. */
  @Override
  public InstantSource time() {
    return clock;
  }

  @Override
  public boolean durable() {
    return true;
  }

  @Override
  public void close() {
    closeAll(opened);
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    synchronized (opened) {
      while (!opened.isEmpty()) {
        try {
          opened.pop().close();
        } catch (Exception e) {
          log.debug("Could not close", e);
        }
      }
    }
  }

  /** How to reach a server, and what to do there. */
  public static final class Builder {
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Duration FOR_PICTURES = Duration.ofSeconds(27);
    private static final long DEFAULT_IMAGE_BYTES = 1L << 30;
    private static final int ATTEMPTS = 3;

    private String uri = "redis://localhost:6379";
    private String name = "main";
    private boolean evictionAllowed;
    private Duration commandTimeout = Duration.ofSeconds(3);
    private @Nullable Long imageBytes;
    private @Nullable ImageStore images;
    private @Nullable RedisClient client;
    private @Nullable RedisClusterClient clusterClient;

    private Builder() {}

    /**
     * Where the server is; default: {@code redis://localhost:6379}. {@link #build} throws {@link
     * IllegalArgumentException} if it cannot be read.
     */
    public Builder uri(String where) {
      this.uri = requireNonNull(where, "uri");
      return this;
    }

    /**
     * The queue's name, so that several bots share a server; default: {@code main}.
     *
     * @param queue 1 to 64 letters, digits and {@code . _ -}
     */
    public Builder queue(String queue) {
      if (!QUEUE.matcher(queue).matches()) {
        throw new IllegalArgumentException(
            "a queue's name is 1 to 64 letters, digits or . _ -, was '" + queue + "'");
      }
      this.name = queue;
      return this;
    }

    /**
     * Uses a server that drops keys when it is full ({@code maxmemory-policy} other than {@code
     * noeviction}); by default that is refused, since jobs would be lost.
     */
    public Builder allowEviction() {
      this.evictionAllowed = true;
      return this;
    }

    /**
     * How long to wait for an answer before a call fails; default: 3 s. Parts of pictures have 27 s
     * more.
     *
     * @param time 100 ms to 1 min
     */
    public Builder commandTimeout(Duration time) {
      if (time.toMillis() < 100 || time.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException("commandTimeout must be 100 ms to 1 min, was " + time);
      }
      this.commandTimeout = time;
      return this;
    }

    /**
     * Most bytes of all pictures; default: a quarter of the server's {@code maxmemory}, or 1 GB
     * where it has none.
     */
    public Builder imageBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("imageBytes must be at least 1, was " + bytes);
      }
      this.imageBytes = bytes;
      return this;
    }

    /** Keeps pictures elsewhere, such as in a folder that all machines share. Not closed. */
    public Builder images(ImageStore store) {
      this.images = requireNonNull(store, "images");
      return this;
    }

    /**
     * Uses a client that stays the caller's, for its resources and options. Set it to reject
     * commands while disconnected and not to replay any, or askers wait and a claim may be lost for
     * the time of a lease.
     */
    public Builder client(RedisClient own) {
      this.client = requireNonNull(own, "client");
      return this;
    }

    /** As {@link #client(RedisClient)}, for a cluster. */
    public Builder client(RedisClusterClient own) {
      this.clusterClient = requireNonNull(own, "client");
      return this;
    }

    /**
     * Connects.
     *
     * @throws QueueException if the server cannot be reached or cannot be used as it is set up; its
     *     message is a sentence for whoever runs it
     */
    public RedisBackend build() {
      List<RedisURI> uris = Server.read(uri, commandTimeout);
      for (int attempt = 1; ; attempt++) {
        try {
          return open(uris);
        } catch (QueueException e) {
          throw e;
        } catch (RuntimeException e) {
          if (attempt == ATTEMPTS || !StartCheck.reasonWasLost(e)) {
            throw StartCheck.unreachable(uris.get(0), e);
          }
        }
      }
    }

    private RedisBackend open(List<RedisURI> uris) {
      Deque<AutoCloseable> opened = new ArrayDeque<>();
      try {
        Server server = opening(opened, server(uris));
        Supplier<CompletionStage<Line.Link>> opener = () -> server.open(Queue.versionKey(name));
        Line commands = opening(opened, new Line("commands", opener, commandTimeout));
        Line waiting = opening(opened, new Line("waiting", opener, commandTimeout));
        Line pictures =
            opening(opened, new Line("pictures", opener, commandTimeout.plus(FOR_PICTURES)));
        Queue keys = new Queue(commands, name);
        Hints hints = opening(opened, new Hints(server::openPubSub));
        Doorbell doorbell = opening(opened, new Doorbell(keys, waiting));
        return new RedisBackend(this, opened, keys, new Queue(pictures, name), hints, doorbell);
      } catch (RuntimeException e) {
        closeAll(opened);
        throw e;
      }
    }

    private static <T extends AutoCloseable> T opening(Deque<AutoCloseable> opened, T part) {
      opened.push(part);
      return part;
    }

    private Server server(List<RedisURI> uris) {
      if (client != null) {
        return Server.using(client, uris.get(0));
      }
      return clusterClient != null ? Server.using(clusterClient, uris.get(0)) : Server.at(uris);
    }

    private long imageCapacity(long maxMemory) {
      if (imageBytes != null) {
        return imageBytes;
      }
      return maxMemory == 0 ? DEFAULT_IMAGE_BYTES : maxMemory / 4;
    }
  }
}
