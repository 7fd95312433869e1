package dev.easel.examples;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;

/** An empty Redis on a free port, reached from this machine only. */
final class OwnRedis implements AutoCloseable {
  private static final int ATTEMPTS = 10;

  private final RedisServer server;
  private final int port;

  private OwnRedis(RedisServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Tries again, with another port, when the first was taken meanwhile or the program was "busy": a
   * process that another test starts while the program is being written holds the file open until
   * it has become what it is to be.
   */
  static OwnRedis start() throws IOException {
    IOException last = new IOException("never tried");
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = FreePort.find();
      RedisServer server =
          RedisServer.newRedisServer()
              .executableProvider(() -> Binary.FILE)
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"") // all run in one folder
              .build();
      try {
        server.start();
        return new OwnRedis(server, port);
      } catch (IOException e) {
        last = e;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
    throw last;
  }

  /** Written once: it is two megabytes. */
  private static final class Binary {
    static final File FILE = write();

    private static File write() {
      try {
        return ExecutableProvider.newJarResourceProvider().get();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
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
