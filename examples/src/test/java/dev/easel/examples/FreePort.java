package dev.easel.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** For servers that must be told their port. */
final class FreePort {
  private FreePort() {}

  /** A port of this machine that nobody listens on now. */
  static int find() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
