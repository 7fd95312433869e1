package dev.easel.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

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
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (System.nanoTime() > deadline) {
      throw Problem.of(Problem.Kind.TOO_SLOW);
    }
    int n = received(to, offset, length);
    left -= Math.max(0, n);
    if (left < 0) {
      throw Problem.of(Problem.Kind.TOO_LARGE);
    }
    return n;
  }

  private int received(byte[] to, int offset, int length) {
    try {
      return in.read(to, offset, length);
    } catch (IOException | RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof TimeoutException) { // nothing came for as long as the server waits
          throw Problem.of(Problem.Kind.TOO_SLOW);
        }
      }
      // no chunks where there should be, or the client went away and nobody reads this
      throw Problem.of(Problem.Kind.MALFORMED);
    }
  }

  @Override
  public long skip(long n) {
    int most = (int) Math.min(n, 8192);
    return Math.max(0, read(new byte[most], 0, most));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
