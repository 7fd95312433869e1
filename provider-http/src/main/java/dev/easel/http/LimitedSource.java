package dev.easel.http;

import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** Counts what was read, after unpacking, and stops a body that has no end. */
final class LimitedSource extends ForwardingSource {
  private final long limit;
  private volatile long count;

  LimitedSource(Source from, long limit) {
    super(from);
    this.limit = limit;
  }

  long count() {
    return count;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read = super.read(sink, byteCount);
    if (read > 0) {
      count = count + read; // one thread writes, the report reads
      if (count > limit) {
        throw new TooLargeException(limit);
      }
    }
    return read;
  }
}
