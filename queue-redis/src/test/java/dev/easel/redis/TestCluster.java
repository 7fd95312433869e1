package dev.easel.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three servers that share the slots of a cluster. */
final class TestCluster implements AutoCloseable {
  private static final int SLOTS = 16384;
  private final List<TestServer> servers = new ArrayList<>();

  private TestCluster() {}

  static TestCluster start(Path binary) throws IOException, InterruptedException {
    TestCluster cluster = new TestCluster();
    for (int i = 0; i < 3; i++) {
      TestServer server =
          TestServer.start(binary, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000");
      cluster.servers.add(server);
      int from = SLOTS * i / 3;
      int to = SLOTS * (i + 1) / 3 - 1;
      List<String> add = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      for (int slot = from; slot <= to; slot++) {
        add.add("" + slot);
      }
      server.command(add.toArray(String[]::new));
    }
    for (TestServer server : cluster.servers) {
      for (TestServer other : cluster.servers) { // gossip alone takes its time
        server.command("CLUSTER", "MEET", "127.0.0.1", "" + other.port());
      }
    }
    long deadline = System.nanoTime() + 30_000_000_000L;
    for (TestServer server : cluster.servers) {
      while (!ready(server)) {
        if (System.nanoTime() > deadline) {
          throw new IOException("the cluster did not come together");
        }
        Thread.sleep(50);
      }
    }
    return cluster;
  }

  private static boolean ready(TestServer server) throws IOException {
    String info = server.command("CLUSTER", "INFO");
    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
  }

  String uri() {
    return servers.stream()
        .map(server -> "127.0.0.1:" + server.port())
        .collect(Collectors.joining(",", "redis://", ""));
  }

  @Override
  public void close() throws IOException {
    for (TestServer server : servers) {
      server.close();
    }
  }
}
