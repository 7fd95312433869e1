package dev.easel.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Redis, or a cluster of them: opens connections, and ends the client if it made it. */
final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration BLOCKING = Duration.ofMinutes(1);
  private static final int MAX_PENDING = 20_000;
  private static final Executor SOON = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final @Nullable RedisClient one;
  private final @Nullable RedisClusterClient cluster;
  private final RedisURI uri;
  private final List<Runnable> owned = new ArrayList<>();

  private Server(@Nullable RedisClient one, @Nullable RedisClusterClient cluster, RedisURI uri) {
    this.one = one;
    this.cluster = cluster;
    this.uri = uri;
  }

  /** Over a client that stays its owner's. */
  static Server using(RedisClient client, RedisURI uri) {
    return new Server(client, null, uri);
  }

  /** Over a client that stays its owner's. */
  static Server using(RedisClusterClient client, RedisURI uri) {
    client.getPartitions(); // asks the cluster for its nodes, unless that was done
    return new Server(null, client, uri);
  }

  /**
   * Reads {@code scheme://user:password@host:port,host:port/database}.
   *
   * @throws IllegalArgumentException without a cause, which would quote the password
   */
  static List<RedisURI> read(String text, Duration timeout) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      throw unreadable();
    }
    int at = text.lastIndexOf('@');
    int hosts = Math.max(scheme + 3, at + 1);
    int end = text.indexOf('/', hosts);
    String before = text.substring(0, hosts);
    String after = end < 0 ? "" : text.substring(end);
    List<RedisURI> uris = new ArrayList<>();
    for (String host : text.substring(hosts, end < 0 ? text.length() : end).split(",")) {
      RedisURI uri = readOne(before + host + after);
      uri.setTimeout(timeout); // of the handshake
      uris.add(uri);
    }
    return uris;
  }

  private static RedisURI readOne(String text) {
    RedisURI uri;
    try {
      uri = RedisURI.create(text);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    String host = uri.getHost();
    if (host != null && host.contains(":") && !host.startsWith("[")) {
      throw unreadable(); // what stands in front of the @ was taken for a host, or no port follows
    }
    return uri;
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "the uri is not redis://user:password@host:port/database (or rediss://); in a name or"
            + " password write %40 for @, %3A for :, %2F for /, %23 for # and %25 for %");
  }

  /** Makes a client of our own; asks whether the servers belong to a cluster. */
  static Server at(List<RedisURI> uris) {
    ClientResources resources =
        ClientResources.builder()
            .reconnectDelay(
                Delay.fullJitter(
                    Duration.ofMillis(50), Duration.ofMillis(500), 50, TimeUnit.MILLISECONDS))
            .build();
    RedisClient client = RedisClient.create(resources);
    client.setOptions(options(ClientOptions.builder()).build());
    Server single = new Server(client, null, uris.get(0));
    single.owned.add(client::shutdown);
    single.owned.add(
        () -> resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS));
    try {
      if (!single.isOfACluster(uris)) {
        return single;
      }
    } catch (RuntimeException e) {
      single.close();
      throw e;
    }
    client.shutdown();
    RedisClusterClient clusterClient = RedisClusterClient.create(resources, uris);
    Server server = new Server(null, clusterClient, uris.get(0));
    server.owned.add(clusterClient::shutdown);
    server.owned.add(single.owned.get(1));
    try {
      clusterClient.setOptions(
          options(ClusterClientOptions.builder())
              .topologyRefreshOptions(
                  ClusterTopologyRefreshOptions.builder()
                      .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                      .enablePeriodicRefresh(Duration.ofMinutes(1))
                      .build())
              .build());
      clusterClient.getPartitions();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Askers fail at once while there is no connection; and what was under way when it broke is not
   * sent again, since a claim that is carried out twice loses the first one's jobs for a lease.
   */
  private static <B extends ClientOptions.Builder> B options(B builder) {
    builder
        .protocolVersion(ProtocolVersion.RESP2)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .requestQueueSize(MAX_PENDING)
        // whoever waits for an answer sets his own limit; a late one is still of use
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).keepAlive(true).build());
    return builder;
  }

  /** Who names several names those of a cluster: while the first is away, another can say so. */
  private boolean isOfACluster(List<RedisURI> uris) {
    try {
      return isOfACluster(uris.get(0));
    } catch (RuntimeException e) {
      for (RedisURI other : uris.subList(1, uris.size())) {
        try {
          if (isOfACluster(other)) {
            return true;
          }
        } catch (RuntimeException alsoAway) {
          log.debug("Cannot be asked either: {}", other.getHost(), alsoAway);
        }
      }
      throw e;
    }
  }

  private boolean isOfACluster(RedisURI one) {
    try (StatefulRedisConnection<String, String> connection = client().connect(one)) {
      return connection.sync().info("cluster").contains("cluster_enabled:1");
    }
  }

  private RedisClient client() {
    if (one == null) {
      throw new IllegalStateException("a cluster has a client of its own");
    }
    return one;
  }

  /**
   * Opens a connection.
   *
   * @param firstKey one that will be asked for over it
   */
  CompletionStage<Line.Link> open(byte[] firstKey) {
    if (cluster != null) {
      return cluster
          .connectAsync(ByteArrayCodec.INSTANCE)
          .thenApply(c -> link(c, c.async()))
          .thenCompose(link -> ready(link, firstKey, System.nanoTime() + CONNECT.toNanos()));
    }
    return client().connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(c -> link(c, c.async()));
  }

  private static Line.Link link(
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands) {
    connection.setTimeout(BLOCKING); // where a caller's own client sets limits to commands
    return new Line.Link(connection, commands);
  }

  /** A cluster's nodes are connected to when they are first needed, and refuse that first need. */
  private CompletionStage<Line.Link> ready(Line.Link link, byte[] firstKey, long deadline) {
    return link.commands()
        .exists(firstKey)
        .handle(
            (answer, error) ->
                error == null || System.nanoTime() - deadline > 0
                    ? CompletableFuture.completedFuture(link)
                    : CompletableFuture.completedFuture(link)
                        .thenApplyAsync(l -> l, SOON)
                        .thenCompose(l -> ready(l, firstKey, deadline)))
        .thenCompose(f -> f);
  }

  StatefulRedisPubSubConnection<byte[], byte[]> openPubSub() {
    return cluster != null
        ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
        : client().connectPubSub(ByteArrayCodec.INSTANCE, uri);
  }

  @Override
  public void close() {
    for (Runnable end : owned) {
      try {
        end.run();
      } catch (RuntimeException e) { // what else is ours still ends
        log.debug("Could not end the client", e);
      }
    }
  }
}
