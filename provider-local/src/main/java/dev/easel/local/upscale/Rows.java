package dev.easel.local.upscale;

/** A range of rows of a picture. */
record Rows(int from, int to) {
  /** So many more on each side. */
  Rows more(int count) {
    return new Rows(from - count, to + count);
  }

  /** As many more as it takes to have whole pairs, which begin with an even row. */
  Rows pairs() {
    return new Rows(from & -2, to + 1 & -2);
  }

  Rows within(int height) {
    return new Rows(Math.max(0, from), Math.min(height, to));
  }

  Rows minus(int offset) {
    return new Rows(from - offset, to - offset);
  }
}
