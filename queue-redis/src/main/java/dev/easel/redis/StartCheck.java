package dev.easel.redis;

import dev.easel.job.QueueException;
import dev.easel.job.QueueException.Kind;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a server before it is used; what is wrong is said in one sentence. */
final class StartCheck {
  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);

  /** Changes when an older Easel could no longer read what a newer one wrote. */
  private static final String DATA_VERSION = "1";

  private static final int MIN_MAJOR = 6;
  private static final int MIN_MINOR = 2;

  private StartCheck() {}

  /**
   * Whether a server may have answered why it refused a connection, which Lettuce now and then
   * forgets while it closes it, or finds it closed before it listened: another try tells.
   */
  static boolean reasonWasLost(Throwable error) {
    String said = said(error);
    return said.contains("closed prematurely") || said.contains("RedisHandshakeHandler");
  }

  private static String said(Throwable error) {
    String said = "";
    for (Throwable e = error; e != null; e = e.getCause()) {
      said += " " + e.getMessage();
    }
    return said;
  }

  /** What could not be opened, and why. */
  static QueueException unreachable(RedisURI uri, Throwable error) {
    String said = said(error);
    String where = where(uri);
    if (said.contains("WRONGPASS") || said.contains("NOAUTH") || said.contains("ERR AUTH")) {
      return new QueueException(
          Kind.MISCONFIGURED,
          "Redis at " + where + " refuses the user's name or password: check the URI",
          error);
    }
    if (said.contains("NOPERM")) {
      return new QueueException(
          Kind.MISCONFIGURED,
          "Redis at " + where + " does not permit this user what Easel needs: check its ACL",
          error);
    }
    if (isOfACertificate(error)) {
      return new QueueException(
          Kind.MISCONFIGURED,
          "Redis at " + where + " shows a certificate that is not trusted for that name",
          error);
    }
    return new QueueException(
        Kind.UNAVAILABLE, "Redis at " + where + " cannot be reached: is it running?", error);
  }

  private static boolean isOfACertificate(Throwable error) {
    Throwable e = error;
    while (e != null && !(e instanceof CertificateException)) {
      e = e.getCause();
    }
    return e != null;
  }

  /** Never the whole URI: it may hold a password. */
  private static String where(RedisURI uri) {
    return uri.getHost() == null
        ? String.valueOf(uri.getSocket())
        : uri.getHost() + ":" + uri.getPort();
  }

  /**
   * Checks a server.
   *
   * @return its {@code maxmemory} in bytes; 0: none
   */
  static long check(Queue queue, boolean evictionAllowed) {
    try {
      Map<String, String> server = info(queue, "server");
      version(server.getOrDefault("redis_version", "0"));
      Map<String, String> memory = info(queue, "memory");
      String policy = memory.getOrDefault("maxmemory_policy", "noeviction");
      if (!policy.equals("noeviction")) {
        if (!evictionAllowed) {
          throw new QueueException(
              Kind.MISCONFIGURED,
              "Redis may drop jobs when it is full (maxmemory-policy is "
                  + policy
                  + "): set it to noeviction, or allow it with allowEviction()");
        }
        log.warn("Redis may drop jobs when it is full: maxmemory-policy={}", policy);
      }
      dataVersion(queue);
      return Long.parseLong(memory.getOrDefault("maxmemory", "0"));
    } catch (RedisException e) {
      throw Failures.ofQueue(e);
    }
  }

  static Instant time(Queue queue) {
    try {
      List<byte[]> time = queue.line().call(c -> c.time());
      return Instant.ofEpochSecond(
          Long.parseLong(Queue.utf8(time.get(0))), Long.parseLong(Queue.utf8(time.get(1))) * 1000);
    } catch (RedisException e) {
      throw Failures.ofQueue(e);
    }
  }

  private static void version(String version) {
    String[] parts = version.split("\\.");
    int major = Integer.parseInt(parts[0]);
    int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    if (major < MIN_MAJOR || major == MIN_MAJOR && minor < MIN_MINOR) {
      throw new QueueException(
          Kind.MISCONFIGURED, "Easel needs Redis 6.2 or newer, this one is " + version);
    }
  }

  private static void dataVersion(Queue queue) {
    byte[] key = queue.key("v"); // as Queue.versionKey
    byte[] found = queue.line().call(c -> c.get(key));
    if (found == null) {
      byte[] version = DATA_VERSION.getBytes(StandardCharsets.UTF_8);
      queue.line().call(c -> c.set(key, version, SetArgs.Builder.nx()));
    } else if (!DATA_VERSION.equals(new String(found, StandardCharsets.UTF_8))) {
      throw new QueueException(
          Kind.MISCONFIGURED,
          "this queue was written by an incompatible version of Easel (data version "
              + new String(found, StandardCharsets.UTF_8)
              + ", this one reads "
              + DATA_VERSION
              + ")");
    }
  }

  private static Map<String, String> info(Queue queue, String section) {
    Map<String, String> info = new HashMap<>();
    String text = queue.line().call(c -> c.info(section));
    for (String line : List.of(text.split("\r?\n"))) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        info.put(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    return info;
  }
}
