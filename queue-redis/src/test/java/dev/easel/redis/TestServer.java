package dev.easel.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A redis-server of a test's own: on 127.0.0.1, on a free port, ended by its process. */
final class TestServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(15);
  private static final int ATTEMPTS = 10;

  private final Path binary;
  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private TestServer(Path binary, int port, List<String> options) throws IOException {
    this.binary = binary;
    this.options = options;
    this.port = port;
    folder = Files.createTempDirectory("easel-redis-test");
    startAgain();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  /** The binary that comes with a test artifact: Redis 6.2. */
  static Path embeddedBinary() throws IOException {
    return EmbeddedHolder.BINARY;
  }

  private static final class EmbeddedHolder {
    static final Path BINARY = extract();

    private static Path extract() {
      try {
        Path file = ExecutableProvider.newJarResourceProvider().get().toPath();
        file.toFile().setExecutable(true);
        return file;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** The redis-server of this machine, if it has one. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static TestServer embedded(String... options) throws IOException {
    return start(embeddedBinary(), options);
  }

  /**
   * Tries again, with another port, when the first was taken meanwhile or the program was "busy": a
   * process that another test starts while the program is being written holds the file open until
   * it has become what it is to be.
   */
  static TestServer start(Path binary, String... options) throws IOException {
    IOException last = new IOException("never tried");
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return new TestServer(binary, freePort(), List.of(options));
      } catch (IOException e) {
        last = e;
        pause();
      }
    }
    throw last;
  }

  /**
   * A port that nobody listens to. Not one of those that the system gives to whoever connects
   * somewhere: such a port might be taken before its server has started, or while it is away.
   */
  static int freePort() throws IOException {
    for (int i = 0; i < 100; i++) {
      int port =
          ThreadLocalRandom.current().nextInt(10_000, 20_000); // a cluster's bus: 10,000 above
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // somebody has it
      }
    }
    throw new IOException("no port is free");
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts it again, with what it had written down. */
  void startAgain() throws IOException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
    command.addAll(List.of("--dir", folder.toString(), "--logfile", folder + "/log"));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException(
            "redis-server did not start: " + Files.readString(folder.resolve("out")));
      }
      pause();
    }
  }

  private boolean answers() {
    try {
      String answer = command("PING");
      return answer.contains("NOAUTH")
          || answer.contains("PONG") && info("server", "process_id") == process.pid();
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** As by {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** Sends one command past every client, and reads the beginning of the answer. */
  String command(String... words) throws IOException {
    return command(port, words);
  }

  static String command(int port, String... words) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        request.append('$').append(word.getBytes(StandardCharsets.UTF_8).length);
        request.append("\r\n").append(word).append("\r\n");
      }
      OutputStream out = socket.getOutputStream();
      out.write(request.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      int n = in.read(buffer);
      int wanted = wanted(buffer, n);
      while (n > 0 && n < wanted && n < buffer.length) {
        int more = in.read(buffer, n, buffer.length - n);
        if (more < 0) {
          break;
        }
        n += more;
      }
      return n < 0 ? "" : new String(Arrays.copyOf(buffer, n), StandardCharsets.UTF_8);
    }
  }

  private static int wanted(byte[] buffer, int n) {
    if (n < 1 || buffer[0] != '$') {
      return 0;
    }
    String head = new String(buffer, 0, n, StandardCharsets.UTF_8);
    int end = head.indexOf("\r\n");
    return end < 0 ? n + 1 : end + 4 + Math.max(0, Integer.parseInt(head.substring(1, end)));
  }

  /** A number of {@code INFO}. */
  long info(String section, String name) throws IOException {
    for (String line : command("INFO", section).split("\r\n")) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.substring(name.length() + 1));
      }
    }
    throw new IOException("INFO has no " + name);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
