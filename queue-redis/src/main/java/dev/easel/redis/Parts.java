package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntFunction;

/** A picture's parts one after the other, each fetched when it is read: none once it is closed. */
final class Parts extends InputStream {
  private final int count;
  private final IntFunction<byte[]> fetch;
  private InputStream part;
  private int next = 1;

  Parts(byte[] first, int count, IntFunction<byte[]> fetch) {
    this.part = new ByteArrayInputStream(first);
    this.count = count;
    this.fetch = requireNonNull(fetch, "fetch");
  }

  @Override
  public int read() throws IOException {
    int read = part.read();
    while (read < 0 && turn()) {
      read = part.read();
    }
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = part.read(into, offset, length);
    while (read < 0 && turn()) {
      read = part.read(into, offset, length);
    }
    return read;
  }

  private boolean turn() {
    if (next >= count) {
      return false;
    }
    part = new ByteArrayInputStream(fetch.apply(next++));
    return true;
  }

  @Override
  public void close() {
    next = count;
    part = InputStream.nullInputStream();
  }
}
