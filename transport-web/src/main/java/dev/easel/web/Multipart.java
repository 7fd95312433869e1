package dev.easel.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code multipart/form-data} (RFC 7578) part by part as it arrives, so that one picture is
 * held at a time and none touches the disk.
 */
final class Multipart {
  /**
   * One part.
   *
   * @param fileName as the sender called it; never trusted
   * @param content ends with the part; not usable once the next part was asked for
   */
  record Part(String name, Optional<String> fileName, InputStream content) {}

  private static final int MAX_PARTS = 64;
  private static final int MAX_HEADERS = 8 * 1024;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"\r\n]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME = parameter("name");
  private static final Pattern FILE_NAME = parameter("filename");

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[32 * 1024];
  private int from;
  private int to;
  private int parts;
  private boolean ended;

  private Multipart(InputStream in, String boundary) {
    this.in = in;
    delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    // the first boundary has no line before it
    buffer[to++] = '\r';
    buffer[to++] = '\n';
  }

  static Multipart of(InputStream in, String contentType) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    return new Multipart(in, boundary.group(1) != null ? boundary.group(1) : boundary.group(2));
  }

  /** The next part; whatever was not read of the one before is skipped. */
  Optional<Part> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    for (int n = contentBytes(); n > 0; n = contentBytes()) {
      from += n;
    }
    from += delimiter.length;
    int first = take();
    int second = take();
    if (first == '-' && second == '-') {
      ended = true;
      return Optional.empty();
    }
    if (first != '\r' || second != '\n' || ++parts > MAX_PARTS) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    String headers = headers();
    Optional<String> name = parameter(NAME, headers);
    if (name.isEmpty()) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    return Optional.of(new Part(name.get(), parameter(FILE_NAME, headers), new Content()));
  }

  private String headers() throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.length() < MAX_HEADERS) {
      all.append((char) take());
      int end = all.length();
      boolean none = end == 2 && all.charAt(0) == '\r' && all.charAt(1) == '\n';
      if (none || end >= 4 && all.indexOf("\r\n\r\n", end - 4) >= 0) {
        return new String(
            all.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    throw Problem.of(Problem.Kind.MALFORMED);
  }

  private static Pattern parameter(String name) {
    return Pattern.compile(
        "(?im)^content-disposition:\\s*form-data\\b.*?;\\s*"
            + name
            + "=(?:\"([^\"\r\n]*)\"|([^\\s;\"]+))");
  }

  private static Optional<String> parameter(Pattern pattern, String headers) {
    Matcher found = pattern.matcher(headers);
    if (!found.find()) {
      return Optional.empty();
    }
    return Optional.of(found.group(1) != null ? found.group(1) : found.group(2));
  }

  private int take() throws IOException {
    if (from == to) {
      fill();
    }
    return buffer[from++] & 0xff;
  }

  /** How many of the next bytes are surely content; 0 only when the delimiter comes next. */
  private int contentBytes() throws IOException {
    while (true) {
      int at = indexOfDelimiter();
      if (at >= 0) {
        return at - from;
      }
      int sure = to - from - delimiter.length + 1;
      if (sure > 0) {
        return sure;
      }
      fill();
    }
  }

  private int indexOfDelimiter() {
    int last = to - delimiter.length;
    for (int at = from; at <= last; at++) {
      int i = 0;
      while (i < delimiter.length && buffer[at + i] == delimiter[i]) {
        i++;
      }
      if (i == delimiter.length) {
        return at;
      }
    }
    return -1;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
    int n = in.read(buffer, to, buffer.length - to);
    if (n < 0) { // ended in the middle
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    to += n;
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int n = Math.min(contentBytes(), length);
      if (n == 0) {
        return -1;
      }
      System.arraycopy(buffer, from, target, offset, n);
      from += n;
      return n;
    }
  }
}
