package dev.easel.http;

import java.io.IOException;
import java.util.Optional;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;

/** Reads server-sent events: the data of each, however long its line is up to a limit. */
final class EventStream {
  private static final ByteString DATA = ByteString.encodeUtf8("data:");

  private final BufferedSource in;
  private final long maxLine;

  EventStream(BufferedSource in, long maxLine) {
    this.in = in;
    this.maxLine = maxLine;
  }

  /** The data of the next event; empty at the end. An event that was cut off is not one. */
  Optional<Buffer> next() throws IOException {
    Buffer data = new Buffer();
    while (true) {
      long end = in.indexOf((byte) '\n', 0, maxLine);
      if (end < 0) {
        if (in.request(maxLine)) {
          throw new TooLargeException(maxLine);
        }
        return Optional.empty();
      }
      if (end == 0 || end == 1 && in.getBuffer().getByte(0) == '\r') {
        in.skip(end + 1);
        if (data.size() > 0) {
          return Optional.of(data);
        }
      } else if (in.rangeEquals(0, DATA)) {
        in.skip(DATA.size());
        in.read(data, end - DATA.size());
        in.skip(1);
      } else {
        in.skip(end + 1); // its name, or a comment that keeps the line open
      }
    }
  }
}
