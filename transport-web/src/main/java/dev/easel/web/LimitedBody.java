package dev.easel.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A request's body that may be neither too long nor too slow. */
final class LimitedBody extends FilterInputStream {
  private final long deadline;
  private long left;

  /**
   * @param limit in bytes; one more is answered with {@code TOO_LARGE}
   */
  LimitedBody(InputStream in, long limit, Duration time) {
    super(in);
    left = limit;
    deadline = System.nanoTime() + time.toNanos();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (System.nanoTime() > deadline) {
      throw Problem.of(Problem.Kind.TOO_SLOW);
    }
    int n = in.read(to, offset, length);
    left -= Math.max(0, n);
    if (left < 0) {
      throw Problem.of(Problem.Kind.TOO_LARGE);
    }
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(n, 8192)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
