package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.FakeWebUi;
import dev.easel.fakes.images.Fault;
import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.store.MediaType;
import dev.easel.testkit.TestRenderContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.net.SocketFactory;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that mean harm, or are broken in ways that no protocol foresees. */
class BadPeersTest {
  private static final ImageTask TASK = ImageTask.Generate.of("a lighthouse");

  private final FakeOpenAi service = FakeOpenAi.start();

  @AfterEach
  void close() {
    service.close();
  }

  private OpenAiImageProvider provider(HttpAccess access) {
    return OpenAiImageProvider.builder(FakeOpenAi.KEY)
        .baseUrl(service.baseUrl())
        .access(access)
        .build();
  }

  private ProviderException failure(HttpAccess access) {
    return failure(provider(access));
  }

  private static ProviderException failure(OpenAiImageProvider from) {
    return catchThrowableOfType(
        ProviderException.class, () -> from.render(TASK, new TestRenderContext()));
  }

  @Test
  void bodyOfTwoGigabytesIsNotRead() throws Exception {
    AtomicInteger written = new AtomicInteger();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread peer =
          daemon(
              () -> {
                try (Socket client = socket.accept()) {
                  client.getInputStream().read(new byte[4096]);
                  OutputStream out = client.getOutputStream();
                  out.write(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                          .getBytes(StandardCharsets.US_ASCII));
                  out.write("f\r\n{\"data\":[{\"x\":\"\r\n".getBytes(StandardCharsets.US_ASCII));
                  byte[] chunk =
                      ("100000\r\n" + "A".repeat(1 << 20) + "\r\n")
                          .getBytes(StandardCharsets.US_ASCII);
                  for (int mb = 0; mb < 2048; mb++) {
                    out.write(chunk);
                    written.incrementAndGet();
                  }
                } catch (IOException e) {
                  // the client has had enough, which is what is tested
                }
              });
      OpenAiImageProvider to =
          OpenAiImageProvider.builder()
              .baseUrl("http://127.0.0.1:" + socket.getLocalPort() + "/v1")
              .build();
      assertThat(failure(to).kind()).isEqualTo(Kind.PROTOCOL);
      peer.join(30_000);
      assertThat(peer.isAlive()).as("told to stop").isFalse();
      // OkHttp reads on for 0.1 s, in the hope that the connection can be used again
      assertThat(written.get()).as("MB sent").isLessThan(1024);
    }
  }

  @Test
  void bodyThatSaysItHasTwoGigabytesIsNotRead() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      daemon(
          () -> {
            try (Socket client = socket.accept()) {
              client.getInputStream().read(new byte[4096]);
              client
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n{"
                          .getBytes(StandardCharsets.US_ASCII));
              client.getInputStream().read();
            } catch (IOException e) {
              // closed by the client
            }
          });
      OpenAiImageProvider to =
          OpenAiImageProvider.builder()
              .baseUrl("http://127.0.0.1:" + socket.getLocalPort() + "/v1")
              .build();
      ProviderException e = failure(to);
      assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
      assertThat(e.mayBeBilled()).isTrue();
    }
  }

  @Test
  void gzipBombIsStoppedWhileItUnpacks() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bomb)) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      for (int mb = 0; mb < 300; mb++) {
        gzip.write(blanks);
      }
    }
    assertThat(bomb.size()).isLessThan(1 << 20);
    service.next(
        "generations",
        new Fault.Answer(
            200,
            Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
            bomb.toByteArray()));
    assertThat(failure(HttpAccess.shared()).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void placeholderIsNoPicture() {
    service.answerWith(TestPicture.png(1, 1, 1));
    ProviderException e = failure(HttpAccess.shared());
    assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
    assertThat(e.mayBeBilled()).isTrue();
  }

  @Test
  void pictureThatClaimsToBeHugeIsNotTaken() {
    byte[] small = TestPicture.png(64, 64, 1);
    ByteBuffer.wrap(small).putInt(16, 40_000).putInt(20, 40_000);
    service.answerWith(small);
    ProviderException e = failure(HttpAccess.shared());
    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e).hasMessageContaining("40000x40000");
  }

  @Test
  void webpAndAvifPassUntouched() throws Exception {
    byte[] webp =
        ByteBuffer.allocate(64)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put("RIFF".getBytes(StandardCharsets.US_ASCII))
            .putInt(56)
            .put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII))
            .putInt(10)
            .putInt(0)
            .put(new byte[] {(byte) 0xff, 3, 0, (byte) 0xff, 2, 0})
            .array();
    byte[] avif =
        ByteBuffer.allocate(96)
            .putInt(24)
            .put("ftypavif".getBytes(StandardCharsets.US_ASCII))
            .put(new byte[20])
            .put("ispe".getBytes(StandardCharsets.US_ASCII))
            .putInt(0)
            .putInt(1024)
            .putInt(768)
            .array();
    for (byte[] picture : List.of(webp, avif)) {
      service.answerWith(picture);
      Rendered rendered =
          (Rendered) provider(HttpAccess.shared()).render(TASK, new TestRenderContext());
      assertThat(rendered.images().get(0).bytes()).isEqualTo(picture);
      assertThat(rendered.images().get(0).info().type())
          .isEqualTo(picture == webp ? MediaType.WEBP : MediaType.AVIF);
      assertThat(rendered.images().get(0).info().width()).isEqualTo(1024);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/files/secret.png",
        "https://127.0.0.1:%d/files/secret.png",
        "https://localhost:%d/files/secret.png",
        "https://[::1]:%d/files/secret.png",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://2130706433/files/secret.png",
        "http://pictures.example/a.png",
        "file:///etc/passwd",
      })
  void redirectToAPrivatePlaceIsNotFollowed(String place) {
    try (FakeOpenAi other = FakeOpenAi.start()) {
      String target = place.formatted(other.url().getPort());
      service.answerWithUrls(true);
      service.next("/files/", Fault.json(302, "").header("Location", target));
      List<SocketAddress> connected = new CopyOnWriteArrayList<>();
      OkHttpClient client =
          new OkHttpClient.Builder().socketFactory(new Watched(connected)).build();
      ProviderException e = failure(HttpAccess.builder().client(client).build());
      assertThat(e.kind()).isIn(Kind.PROTOCOL, Kind.UNAVAILABLE);
      assertThat(e.mayBeBilled()).isTrue();
      assertThat(other.calls()).isEmpty();
      assertThat(connected)
          .as("the service itself, and nobody else")
          .isNotEmpty()
          .allMatch(a -> ((InetSocketAddress) a).getPort() == service.url().getPort());
    }
  }

  @Test
  void redirectsEnd() {
    service.answerWithUrls(true);
    for (int i = 0; i < 10; i++) {
      service.next("/files/", Fault.json(302, "").header("Location", "/files/again.png"));
    }
    assertThat(failure(HttpAccess.shared())).hasMessageContaining("redirects");
  }

  @Test
  void nameThatChangesBetweenCheckAndUseGainsNothing() {
    AtomicInteger lookups = new AtomicInteger();
    List<SocketAddress> connected = new CopyOnWriteArrayList<>();
    Dns changing =
        host -> {
          if (host.equals("127.0.0.1")) {
            return Dns.SYSTEM.lookup(host);
          }
          return List.of(
              lookups.incrementAndGet() % 2 == 1 ? address("93.184.216.34") : address("127.0.0.1"));
        };
    OkHttpClient client =
        new OkHttpClient.Builder().dns(changing).socketFactory(new Watched(connected)).build();
    service.answerWithUrls(true);
    service.next(
        "/files/", Fault.json(302, "").header("Location", "https://pictures.example/a.png"));
    ProviderException e = failure(HttpAccess.builder().client(client).build());
    assertThat(e.mayBeBilled()).isTrue();
    assertThat(connected)
        .map(a -> ((InetSocketAddress) a).getAddress())
        .filteredOn(a -> !a.isLoopbackAddress())
        .as("only what was checked")
        .containsOnly(address("93.184.216.34"));
    assertThat(connected)
        .filteredOn(a -> ((InetSocketAddress) a).getAddress().isLoopbackAddress())
        .as("the service itself")
        .allMatch(a -> ((InetSocketAddress) a).getPort() == service.url().getPort());
  }

  @Test
  void proxyThatNobodyCouldCheckFetchesNothing() {
    try (FakeOpenAi proxy = FakeOpenAi.start()) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .proxySelector(
                  new java.net.ProxySelector() {
                    @Override
                    public List<Proxy> select(java.net.URI uri) {
                      return "127.0.0.1".equals(uri.getHost())
                          ? List.of(Proxy.NO_PROXY)
                          : List.of(
                              new Proxy(
                                  Proxy.Type.HTTP,
                                  new InetSocketAddress("127.0.0.1", proxy.url().getPort())));
                    }

                    @Override
                    public void connectFailed(
                        java.net.URI uri, SocketAddress address, IOException e) {}
                  })
              .build();
      service.answerWithUrls(true);
      service.next(
          "/files/", Fault.json(302, "").header("Location", "https://pictures.example/a.png"));
      ProviderException e = failure(HttpAccess.builder().client(client).build());
      assertThat(e).hasMessageContaining("proxy");
      assertThat(proxy.calls()).isEmpty();
    }
  }

  /** A host that is public by its address, with a certificate; in truth it is on this machine. */
  private static final class PictureHost implements AutoCloseable {
    static final InetAddress PUBLIC = address("93.184.216.34");
    final List<String> keys = new CopyOnWriteArrayList<>();
    private final HttpsServer https;
    private final HandshakeCertificates trusting;

    PictureHost(int status, byte[] picture) throws IOException {
      HeldCertificate certificate =
          new HeldCertificate.Builder().addSubjectAlternativeName("pictures.example").build();
      trusting =
          new HandshakeCertificates.Builder()
              .addTrustedCertificate(certificate.certificate())
              .build();
      https = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      https.setHttpsConfigurator(
          new HttpsConfigurator(
              new HandshakeCertificates.Builder()
                  .heldCertificate(certificate)
                  .build()
                  .sslContext()));
      https.createContext(
          "/",
          exchange -> {
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(status, picture.length);
            exchange.getResponseBody().write(picture);
            exchange.close();
          });
      https.start();
    }

    HttpAccess access() {
      Dns dns = host -> host.equals("pictures.example") ? List.of(PUBLIC) : Dns.SYSTEM.lookup(host);
      return HttpAccess.builder()
          .client(
              new OkHttpClient.Builder()
                  .dns(dns)
                  .socketFactory(new Watched(new CopyOnWriteArrayList<>(), https.getAddress()))
                  .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
                  .build())
          .build();
    }

    @Override
    public void close() {
      https.stop(0);
    }
  }

  @Test
  void pictureOnAnotherPublicHostIsFetchedWithoutTheKey() throws Exception {
    byte[] picture = TestPicture.signedPng(64, 64, 3);
    try (PictureHost host = new PictureHost(200, picture)) {
      service.answerWithUrls(true);
      service.next(
          "/files/", Fault.json(302, "").header("Location", "https://pictures.example/a.png"));
      Rendered rendered = (Rendered) provider(host.access()).render(TASK, new TestRenderContext());
      assertThat(rendered.images().get(0).bytes()).isEqualTo(picture);
      assertThat(host.keys).containsExactly("null");
      assertThat(service.calls("/files/").get(0).header("authorization")).isPresent();
    }
  }

  @Test
  void pictureThatAnotherHostNoLongerHasIsToldAsLost() throws Exception {
    try (PictureHost host = new PictureHost(404, new byte[1])) {
      service.answerWithUrls(true);
      service.next(
          "/files/", Fault.json(302, "").header("Location", "https://pictures.example/a.png"));
      ProviderException e = failure(host.access());
      assertThat(e.kind()).isEqualTo(Kind.NO_IMAGE);
      assertThat(e.mayBeBilled()).isTrue();
      assertThat(host.keys).containsExactly("null");
    }
  }

  @Test
  void certificateOfAnotherHostIsNotBelievedAndNothingIsOrdered() throws Exception {
    HeldCertificate ca = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate other =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("other.example")
            .signedBy(ca)
            .build();
    HandshakeCertificates server =
        new HandshakeCertificates.Builder().heldCertificate(other, ca.certificate()).build();
    HandshakeCertificates trusting =
        new HandshakeCertificates.Builder().addTrustedCertificate(ca.certificate()).build();
    AtomicInteger orders = new AtomicInteger();
    HttpsServer https = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(server.sslContext()));
    https.createContext("/", exchange -> orders.incrementAndGet());
    https.start();
    try {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
              .build();
      OpenAiImageProvider to =
          OpenAiImageProvider.builder(FakeOpenAi.KEY)
              .baseUrl("https://127.0.0.1:" + https.getAddress().getPort() + "/v1")
              .access(HttpAccess.builder().client(client).build())
              .build();
      ProviderException e = failure(to);
      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e.ranNothing()).isTrue();
      assertThat(orders).hasValue(0);
    } finally {
      https.stop(0);
    }
  }

  @Test
  void serverThatAcceptsAndNeverSpeaksTlsEndsInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      OpenAiImageProvider to =
          OpenAiImageProvider.builder(FakeOpenAi.KEY)
              .baseUrl("https://127.0.0.1:" + silent.getLocalPort() + "/v1")
              .access(HttpAccess.builder().connectTime(Duration.ofMillis(300)).build())
              .build();
      assertThat(failure(to).ranNothing()).isTrue();
    }
  }

  @Test
  void idleConnectionIsClosedBeforeASmallServerWouldCloseIt() throws Exception {
    byte[] answer =
        "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Integer> next = new CompletableFuture<>();
      daemon(
          () -> {
            try (Socket client = socket.accept()) {
              while (client.getInputStream().read() != '}') {
                // the request
              }
              client.getOutputStream().write(answer);
              client.setSoTimeout(20_000); // OkHttp itself would keep it for five minutes
              next.complete(client.getInputStream().read());
            } catch (IOException e) {
              next.completeExceptionally(e);
            }
          });
      OpenAiImageProvider to =
          OpenAiImageProvider.builder()
              .baseUrl("http://127.0.0.1:" + socket.getLocalPort() + "/v1")
              .build();
      assertThat(failure(to).kind()).isEqualTo(Kind.RATE_LIMITED);
      assertThat(next.get(30, TimeUnit.SECONDS)).as("closed by the client").isEqualTo(-1);
    }
  }

  private interface Make {
    ImageProvider at(FakeService service);
  }

  static Stream<Arguments> adapters() {
    return Stream.of(
        arguments(
            "openai",
            (Supplier<FakeService>) FakeOpenAi::start,
            (Make)
                s -> OpenAiImageProvider.builder(FakeOpenAi.KEY).baseUrl(s.url() + "/v1").build()),
        arguments(
            "webui",
            (Supplier<FakeService>) FakeWebUi::start,
            (Make)
                s ->
                    WebUiImageProvider.builder(s.url().toString())
                        .watchEvery(Duration.ofMillis(5))
                        .build()),
        arguments(
            "comfyui",
            (Supplier<FakeService>) FakeComfyUi::start,
            (Make)
                s ->
                    ComfyUiImageProvider.builder(s.url().toString())
                        .lookEvery(Duration.ofMillis(5))
                        .build()),
        arguments(
            "fal",
            (Supplier<FakeService>) FakeFal::start,
            (Make) s -> FalImageProviderContractTest.builder((FakeFal) s).build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("adapters")
  void cancelThatRacesWithTheAnswerEndsInOneOfTheTwo(
      String name, Supplier<FakeService> start, Make make) throws Exception {
    try (FakeService peer = start.get()) {
      ImageProvider provider = make.at(peer);
      for (int i = 0; i < 15; i++) {
        TestRenderContext context = new TestRenderContext();
        CompletableFuture<Object> ended =
            CompletableFuture.supplyAsync(() -> endOf(provider, context));
        TimeUnit.MILLISECONDS.sleep(6L * i); // not to wait for something, but to vary the moment
        context.cancel();
        Object end = ended.get(30, TimeUnit.SECONDS);
        assertThat(end instanceof Rendered || end == Kind.CANCELLED).as("" + end).isTrue();
      }
      assertThat(peer.runs()).isLessThanOrEqualTo(15);
    }
  }

  private static Object endOf(ImageProvider provider, TestRenderContext context) {
    try {
      RenderOutcome outcome = provider.render(TASK, context);
      while (!(outcome instanceof Rendered)) {
        outcome = provider.render(TASK, context);
      }
      return outcome;
    } catch (ProviderException e) {
      return e.kind();
    } catch (InterruptedException e) {
      return e;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "2606:4700::1111, true",
    "127.0.0.1, false",
    "10.1.2.3, false",
    "172.20.0.1, false",
    "192.168.1.1, false",
    "169.254.169.254, false",
    "100.64.0.1, false",
    "0.0.0.0, false",
    "198.18.0.1, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "::1, false",
    "fe80::1, false",
    "fd00:ec2::254, false",
    "::ffff:10.0.0.1, false",
    "64:ff9b::7f00:1, false",
    "2002:7f00:1::, false",
    "2001:db8::1, false",
  })
  void onlyPublicAddressesArePublic(String text, boolean isPublic) {
    assertThat(PublicDns.isPublic(address(text))).isEqualTo(isPublic);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Thread daemon(Runnable what) {
    Thread thread = new Thread(what, "bad-peer");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Notes where connections go, and lets none leave this machine. */
  private static final class Watched extends SocketFactory {
    private final List<SocketAddress> connected;
    private final Optional<SocketAddress> instead;

    Watched(List<SocketAddress> connected) {
      this.connected = connected;
      this.instead = Optional.empty();
    }

    /**
     * @param instead where connections end up that would leave this machine
     */
    Watched(List<SocketAddress> connected, SocketAddress instead) {
      this.connected = connected;
      this.instead = Optional.of(instead);
    }

    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public void connect(SocketAddress to, int timeout) throws IOException {
          connected.add(to);
          if (!((InetSocketAddress) to).getAddress().isLoopbackAddress()) {
            super.connect(
                instead.orElseThrow(() -> new IOException("no way out of this test")), timeout);
            return;
          }
          super.connect(to, timeout);
        }
      };
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
