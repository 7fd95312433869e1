package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.testkit.TestRenderContext;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Servers whose sockets do not behave. */
class ComfyUiEventsTest {
  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");

  private interface Peer {
    int with(Socket client, String head) throws Exception;
  }

  /** Connects, has the peer act, and closes when it has what it waits for. */
  private static int meet(Peer peer, boolean closesFirst) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ComfyUiEvents events = new ComfyUiEvents(new TestRenderContext(), List.of("id"));
      CompletableFuture<Integer> met = new CompletableFuture<>();
      CompletableFuture<Void> asked = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try (Socket client = server.accept()) {
                  client.setSoTimeout(20_000);
                  String head = headOf(client.getInputStream());
                  asked.complete(null);
                  met.complete(peer.with(client, head));
                } catch (Exception e) {
                  met.completeExceptionally(e);
                }
              },
              "socket-peer");
      thread.setDaemon(true);
      thread.start();
      HttpUrl url = HttpUrl.get("http://127.0.0.1:" + server.getLocalPort() + "/ws");
      events.connect(HttpAccess.shared().client(), url);
      asked.get(30, TimeUnit.SECONDS);
      if (closesFirst) {
        events.close();
      }
      int result = met.get(60, TimeUnit.SECONDS);
      events.close();
      return result;
    }
  }

  private static String headOf(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void socketThatNeverOpensIsLetGo() throws Exception {
    int end = meet((client, head) -> client.getInputStream().read(), true);
    assertThat(end).as("closed by us").isEqualTo(-1);
  }

  @Test
  void messageWithoutEndIsNotKept() throws Exception {
    int sent =
        meet(
            (client, head) -> {
              DataOutputStream out = new DataOutputStream(client.getOutputStream());
              out.write(acceptance(head));
              out.write(new byte[] {(byte) 0x82, 127}); // one binary frame
              out.writeLong(1L << 32);
              byte[] mb = new byte[1 << 20];
              int count = 0;
              try {
                while (count < 200) {
                  out.write(mb);
                  count++;
                }
              } catch (IOException e) {
                // the client has had enough, which is what is tested
              }
              return count;
            },
            false);
    assertThat(sent).as("MB that were taken").isBetween(1, 150);
  }

  @Test
  void messagesAreNotPacked() throws Exception {
    CompletableFuture<String> asked = new CompletableFuture<>();
    meet(
        (client, head) -> {
          asked.complete(head);
          return 0;
        },
        false);
    assertThat(asked.get()).doesNotContainIgnoringCase("permessage-deflate");
  }

  private static byte[] acceptance(String head) throws Exception {
    Matcher key = KEY.matcher(head);
    assertThat(key.find()).isTrue();
    byte[] hash =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                    .getBytes(StandardCharsets.US_ASCII));
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(hash)
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
