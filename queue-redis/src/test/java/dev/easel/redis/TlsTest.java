package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.WorkerId;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Over TLS, as a user of the server's ACL; who is trusted is what the JVM trusts. */
@Timeout(60)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TlsTest {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final String OF_STORE = "of the store";

  private final HeldCertificate certificate =
      new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
  @TempDir private Path folder;
  private TestServer server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = TestServer.freePort();
    String pem =
        Files.writeString(folder.resolve("certificate.pem"), certificate.certificatePem())
            .toString();
    Path key = Files.writeString(folder.resolve("key.pem"), certificate.privateKeyPkcs8Pem());
    server =
        TestServer.embedded(
            "--tls-port",
            "" + port,
            "--tls-cert-file",
            pem,
            "--tls-key-file",
            key.toString(),
            "--tls-ca-cert-file",
            pem,
            "--tls-auth-clients",
            "no");
    server.command(
        "ACL",
        "SETUSER",
        "easel",
        "on",
        ">secret",
        "~easel:*",
        "resetchannels",
        "&easel:*",
        "+@all");
  }

  @AfterEach
  void end() throws Exception {
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE_PASSWORD);
    server.close();
  }

  private void trustTheServer() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("redis", certificate.certificate());
    Path file = folder.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, OF_STORE.toCharArray());
    }
    System.setProperty(TRUST_STORE, file.toString());
    System.setProperty(TRUST_STORE_PASSWORD, OF_STORE);
  }

  @Test
  void jobsPassOverTls() throws Exception {
    trustTheServer();
    Lane lane = Lane.RENDER;
    NewJob job =
        NewJob.of(
            JobId.of("a"),
            lane,
            GroupId.of("group"),
            new Payload("test", 1, "body".getBytes(UTF_8)));
    try (RedisBackend backend = RedisBackend.connect("rediss://easel:secret@127.0.0.1:" + port)) {
      assertThat(backend.queue().accept(job)).isInstanceOf(Accepted.New.class);
      assertThat(
              backend
                  .source()
                  .exchange(WorkerId.of("ann"), lane, List.of(), 1, Duration.ofSeconds(10))
                  .claimed())
          .hasSize(1);
    }
  }

  @Test
  void wrongPasswordIsSaid() throws Exception {
    trustTheServer();

    refused("rediss://easel:wrong@127.0.0.1:" + port, "password");
  }

  @Test
  void strangersCertificateIsRefused() {
    refused("rediss://easel:secret@127.0.0.1:" + port, "certificate");
  }

  @Test
  void certificateOfAnotherHostIsRefused() throws Exception {
    trustTheServer();

    refused("rediss://easel:secret@localhost:" + port, "certificate");
  }

  private static void refused(String uri, String word) {
    assertThatThrownBy(() -> RedisBackend.connect(uri))
        .isInstanceOfSatisfying(
            QueueException.class,
            e ->
                assertThat(e.kind())
                    .as("%s, since %s", e, e.getCause())
                    .isEqualTo(QueueException.Kind.MISCONFIGURED))
        .hasMessageContaining(word)
        .hasMessageNotContaining("secret");
  }
}
