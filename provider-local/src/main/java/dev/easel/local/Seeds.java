package dev.easel.local;

import java.util.concurrent.ThreadLocalRandom;

/** New seeds, short enough to be typed. */
final class Seeds {
  private Seeds() {}

  static long random() {
    return ThreadLocalRandom.current().nextLong(1L << 32);
  }
}
