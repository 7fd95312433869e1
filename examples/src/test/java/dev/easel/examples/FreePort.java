package dev.easel.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** For servers that must be told their port. */
final class FreePort {
  /** Below those that systems give to outgoing connections, which could take it meanwhile. */
  private static final int FIRST = 12_000;

  private static final int LAST = 31_999;

  private FreePort() {}

  /** A port of this machine that nobody listens on now. */
  static int find() throws IOException {
    IOException taken = new IOException("no port was looked at");
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        taken = e;
      }
    }
    throw taken;
  }
}
