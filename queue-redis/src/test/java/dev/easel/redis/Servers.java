package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The server set-ups that every contract is run against, each started once for all tests. */
final class Servers {
  /** What the contracts are run against. */
  enum Kind {
    EMBEDDED,
    INSTALLED,
    CLUSTER
  }

  private static final Map<Kind, String> STARTED = new ConcurrentHashMap<>();
  private static final Map<Backend, String> NAMES = new ConcurrentHashMap<>();
  private static final AtomicInteger QUEUES = new AtomicInteger();

  private Servers() {}

  static String uri(Kind kind) {
    return STARTED.computeIfAbsent(kind, Servers::start);
  }

  private static String start(Kind kind) {
    try {
      return switch (kind) {
        case EMBEDDED -> TestServer.embedded().uri();
        case INSTALLED -> TestServer.start(installed()).uri();
        case CLUSTER -> TestCluster.start(installed()).uri();
      };
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path installed() throws IOException {
    return TestServer.installed().orElseThrow(() -> new IOException("no redis-server on the PATH"));
  }

  /** A backend with a queue of its own. */
  static RedisBackend open(Kind kind) {
    return open(kind, "q" + QUEUES.incrementAndGet());
  }

  /** The same queue once more, as another process would open it. */
  static RedisBackend again(Kind kind, Backend first) {
    return open(kind, requireNonNull(NAMES.get(first), "opened here"));
  }

  private static RedisBackend open(Kind kind, String queue) {
    RedisBackend backend = RedisBackend.builder().uri(uri(kind)).queue(queue).build();
    NAMES.put(backend, queue);
    return backend;
  }

  /** Names of the keys of a backend's queue, without the prefix. */
  static List<String> keys(Kind kind, Backend backend) throws IOException {
    List<String> keys = new ArrayList<>();
    String prefix = "easel:{" + NAMES.get(backend) + "}:";
    String uri = uri(kind);
    for (String one : uri.substring("redis://".length()).split(",")) {
      String answer =
          TestServer.command(
              Integer.parseInt(one.substring(one.indexOf(':') + 1)), "KEYS", prefix + "*");
      for (String line : answer.split("\r\n")) {
        if (line.startsWith(prefix)) {
          keys.add(line.substring(prefix.length()));
        }
      }
    }
    return keys;
  }
}
