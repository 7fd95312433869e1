package dev.easel.redis;

import java.util.List;

/** Counts keys that come and go with jobs: not those of lanes, their bells and their workers. */
final class Held {
  private Held() {}

  static long keys(List<String> keys) {
    return keys.stream().filter(key -> !key.matches("(?s)[lbk]:.*|n:.*|v|-")).count();
  }
}
