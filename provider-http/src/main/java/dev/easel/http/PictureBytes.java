package dev.easel.http;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import okio.Buffer;

/** Reads pictures up to a limit, with one copy of their bytes. */
final class PictureBytes {
  private final long limit;

  PictureBytes(long limit) {
    this.limit = limit;
  }

  /** The base64 text at which the parser stands. It is decoded as it comes in. */
  byte[] base64(JsonParser in) throws IOException {
    Buffer bytes = new Buffer();
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      return new byte[0];
    }
    in.readBinaryValue(
        Base64Variants.MIME_NO_LINEFEEDS, new LimitedOutput(bytes.outputStream(), limit));
    return bytes.readByteArray();
  }

  /** A whole body. */
  byte[] all(Answer answer) throws IOException {
    Buffer bytes = new Buffer();
    while (answer.source().read(bytes, 64 * 1024) >= 0) {
      if (bytes.size() > limit) {
        throw new TooLargeException(limit);
      }
    }
    return bytes.readByteArray();
  }
}
