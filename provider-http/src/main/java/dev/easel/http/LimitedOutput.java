package dev.easel.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Stops at a limit. */
final class LimitedOutput extends FilterOutputStream {
  private final long limit;
  private long count;

  LimitedOutput(OutputStream to, long limit) {
    super(to);
    this.limit = limit;
  }

  @Override
  public void write(int b) throws IOException {
    count(1);
    out.write(b);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    count(len);
    out.write(b, off, len);
  }

  private void count(int more) throws IOException {
    count += more;
    if (count > limit) {
      throw new TooLargeException(limit);
    }
  }
}
