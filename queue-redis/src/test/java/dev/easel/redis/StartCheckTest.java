package dev.easel.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.JobId;
import dev.easel.job.QueueException;
import dev.easel.job.QueueException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Whoever starts it wrongly is told what is wrong, in one sentence. */
@Timeout(60)
@Isolated
class StartCheckTest {
  @Test
  void serverThatIsNotThereIsNamed() throws Exception {
    int port = TestServer.freePort();

    refused(
        "redis://127.0.0.1:" + port, Kind.UNAVAILABLE, "127.0.0.1:" + port, "cannot be reached");
  }

  @Test
  void wrongPasswordIsSaidAndNotShown() throws Exception {
    try (TestServer server = TestServer.embedded("--requirepass", "right-secret")) {
      String at = "127.0.0.1:" + server.port();
      refused(server.uri(), Kind.MISCONFIGURED, at, "password");
      refused("redis://:wrong-secret@" + at, Kind.MISCONFIGURED, at, "password");
      try (RedisBackend backend = RedisBackend.connect("redis://:right-secret@" + at)) {
        assertThat(backend.queue().find(JobId.of("a"))).isEmpty();
      }
    }
  }

  @Test
  void userOfAnAclIsUsed() throws Exception {
    try (TestServer server = TestServer.embedded()) {
      server.command(
          "ACL",
          "SETUSER",
          "easel",
          "on",
          ">secret",
          "~easel:*",
          "resetchannels",
          "&easel:*",
          "+@all",
          "-@admin");
      server.command("ACL", "SETUSER", "weak", "on", ">secret", "~easel:*", "+ping");
      String at = "127.0.0.1:" + server.port();

      try (RedisBackend backend = RedisBackend.connect("redis://easel:secret@" + at)) {
        assertThat(backend.queue().find(JobId.of("a"))).isEmpty();
      }
      refused("redis://weak:secret@" + at, Kind.MISCONFIGURED, at, "permit");
    }
  }

  @Test
  void serverThatDropsKeysIsRefusedUnlessAllowed() throws Exception {
    try (TestServer server = TestServer.embedded("--maxmemory-policy", "allkeys-lru")) {
      refused(server.uri(), Kind.MISCONFIGURED, "allkeys-lru", "noeviction");
      try (RedisBackend backend =
          RedisBackend.builder().uri(server.uri()).allowEviction().build()) {
        assertThat(backend.durable()).isTrue();
      }
    }
  }

  @Test
  void dataOfAnotherVersionIsLeftAlone() throws Exception {
    try (TestServer server = TestServer.embedded()) {
      server.command("SET", "easel:{main}:v", "2");

      refused(server.uri(), Kind.MISCONFIGURED, "incompatible version", "2");
    }
  }

  @Test
  void closingEndsItsThreads() throws Exception {
    try (TestServer server = TestServer.embedded()) {
      RedisBackend.connect(server.uri()).close();
      long before = threads();
      for (int i = 0; i < 3; i++) {
        RedisBackend.connect(server.uri()).close();
      }

      Patiently.until("threads are gone", () -> threads() <= before);
    }
  }

  @Test
  void uriThatCannotBeReadIsNotQuoted() {
    for (String uri :
        new String[] {
          "",
          "localhost:6379",
          "redis://h:port",
          "redis://h/secret",
          "redis://user:%secret@h",
          "redis://user:a^secret@h",
          "redis://user:a secret@h",
          "redis://user:a#secret@h",
          "redis://user:secret#b@h",
          "redis://user:secret/b@h",
          "redis://user:secret?b@h:6379/0"
        }) {
      assertThatThrownBy(() -> RedisBackend.connect(uri))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("redis://user:password@host:port")
          .hasNoCause()
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void clusterThatDoesNotTellItsNodesIsRefusedAndLeavesNoThreads() throws Exception {
    try (TestServer server = TestServer.embedded("--cluster-enabled", "yes")) {
      server.command("ACL", "SETUSER", "easel", "on", ">secret", "~easel:*", "+@all", "-cluster");
      String at = "127.0.0.1:" + server.port();
      long before = threads();

      refused("redis://easel:secret@" + at, Kind.MISCONFIGURED, at, "permit");

      Patiently.until("threads are gone", () -> threads() <= before);
    }
  }

  @Test
  void clusterIsFoundThoughTheFirstOfItsServersIsAway() throws Exception {
    try (TestServer server = TestServer.embedded("--cluster-enabled", "yes")) {
      List<String> add = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(0, 16384).forEach(slot -> add.add("" + slot));
      server.command(add.toArray(String[]::new));
      server.command("CLUSTER", "MEET", "127.0.0.1", "" + server.port());
      Patiently.until(
          "ready", () -> server.command("CLUSTER", "INFO").contains("cluster_state:ok"));
      String away = "redis://127.0.0.1:" + TestServer.freePort();

      try (RedisBackend backend = RedisBackend.connect(away + ",127.0.0.1:" + server.port())) {
        assertThat(backend.queue().find(JobId.of("a"))).isEmpty();
      }
    }
  }

  @Test
  void serverThatStandsAloneIsNotTakenForTheFirstThatIsAway() throws Exception {
    try (TestServer alone = TestServer.embedded()) {
      int away = TestServer.freePort();

      refused(
          "redis://127.0.0.1:" + away + ",127.0.0.1:" + alone.port(),
          Kind.UNAVAILABLE,
          "127.0.0.1:" + away);
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("lettuce") || t.getName().startsWith("easel-redis"))
        .count();
  }

  private static void refused(String uri, Kind kind, String... words) {
    assertThatThrownBy(() -> RedisBackend.connect(uri))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).as("%s, since %s", e, e.getCause()).isEqualTo(kind);
              assertThat(e).hasMessageContainingAll(words);
              assertThat(e.getMessage()).doesNotContain("secret");
            });
  }
}
