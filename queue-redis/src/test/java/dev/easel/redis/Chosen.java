package dev.easel.redis;

import java.util.Set;

/**
 * What the contracts are run against, and whether the chaos is run: {@code
 * -Deasel.redis.tests=embedded,installed,cluster,chaos} or some of these, by default the first two.
 * All other tests are always run.
 */
final class Chosen {
  static final String BY = "not among -Deasel.redis.tests, or no redis-server on the PATH";

  private static final Set<String> TESTS =
      Set.of(System.getProperty("easel.redis.tests", "embedded,installed").split(","));

  private Chosen() {}

  static boolean embedded() {
    return TESTS.contains("embedded");
  }

  static boolean installed() {
    return TESTS.contains("installed") && isOnPath();
  }

  static boolean cluster() {
    return TESTS.contains("cluster") && isOnPath();
  }

  static boolean chaos() {
    return TESTS.contains("chaos");
  }

  private static boolean isOnPath() {
    boolean there = TestServer.installed().isPresent();
    if (!there) {
      System.out.println("NOTE: no redis-server on the PATH, so only the embedded one is tested");
    }
    return there;
  }
}
