package dev.easel.examples;

import java.io.IOException;
import redis.embedded.RedisServer;

/** An empty Redis on a free port, reached from this machine only. */
final class OwnRedis implements AutoCloseable {
  private final RedisServer server;
  private final int port;

  private OwnRedis(RedisServer server, int port) {
    this.server = server;
    this.port = port;
  }

  static OwnRedis start() throws IOException {
    int port = FreePort.find();
    RedisServer server = RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").build();
    server.start();
    return new OwnRedis(server, port);
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() throws IOException {
    server.stop();
  }
}
