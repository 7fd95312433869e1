package dev.easel.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import okio.Buffer;
import okio.BufferedSource;

/** The answer to a call while it is being read. Its body ends with an error beyond the limit. */
final class Answer {
  private final int status;
  private final Headers headers;
  private final BufferedSource body;

  Answer(int status, Headers headers, BufferedSource body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  Headers headers() {
    return headers;
  }

  BufferedSource source() {
    return body;
  }

  InputStream stream() {
    return body.inputStream();
  }

  byte[] bytes() throws IOException {
    return body.readByteArray();
  }

  String text() throws IOException {
    return body.readString(StandardCharsets.UTF_8);
  }

  /** The beginning of the body, for finding out what went wrong; never fails for its length. */
  String beginning(long max) throws IOException {
    Buffer start = new Buffer();
    while (start.size() < max) {
      if (body.read(start, max - start.size()) < 0) {
        break;
      }
    }
    return start.readString(StandardCharsets.UTF_8);
  }
}
