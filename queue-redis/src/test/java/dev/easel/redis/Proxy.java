package dev.easel.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A road to a server that can be bad: it delays, holds back or drops what comes back, cuts,
 * half-closes, and lets nobody pass.
 */
final class Proxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile long delayMillis;
  private volatile boolean swallow;
  private volatile String heldBack = "";
  private volatile boolean refuse;
  private volatile int accepted;
  private volatile int silent;
  private final AtomicInteger lost = new AtomicInteger();

  Proxy(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run(this::accept);
  }

  String uri() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Every answer comes so much later. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /**
   * Answers are lost from now on, on connections that stay open; requests arrive. A connection that
   * has lost one says nothing ever after: what follows a gap in a stream is not delivered.
   */
  void swallow(boolean on) {
    swallow = on;
  }

  /** Answers that contain a text wait until this is called again; with an empty text all pass. */
  void holdBack(String text) {
    heldBack = text;
  }

  /** On one connection, counted from 1, nothing passes in either direction; it stays open. */
  void silence(int connection) {
    silent = connection;
  }

  /** New connections are closed at once. */
  void refuse(boolean on) {
    refuse = on;
  }

  /** Breaks all connections. */
  void cut() {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // closed already
      }
    }
    sockets.clear();
  }

  /** Says that nothing more will come, and listens on. */
  void halfClose() {
    for (Socket socket : sockets) {
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        // closed already
      }
    }
  }

  /** How many answers were lost, or parts of some. */
  int lost() {
    return lost.get();
  }

  int accepted() {
    return accepted;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      accepted++;
      if (refuse) {
        client.close();
        continue;
      }
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      sockets.add(client);
      sockets.add(server);
      int number = accepted;
      run(() -> pump(client, server, number, false));
      run(() -> pump(server, client, number, true));
    }
  }

  private void pump(Socket from, Socket to, int number, boolean back) throws IOException {
    boolean dead = false;
    byte[] buffer = new byte[64 * 1024];
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    try (from;
        to) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        String text = new String(buffer, 0, n, ISO_8859_1);
        try {
          if (back) {
            Thread.sleep(delayMillis);
          }
          while (back && !heldBack.isEmpty() && text.contains(heldBack)) {
            Thread.sleep(5);
          }
        } catch (InterruptedException e) {
          return;
        }
        dead |= back && swallow || number == silent;
        if (dead) {
          lost.incrementAndGet();
        } else {
          out.write(buffer, 0, n);
          out.flush();
        }
      }
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // the connection ended
              }
            },
            "test-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
