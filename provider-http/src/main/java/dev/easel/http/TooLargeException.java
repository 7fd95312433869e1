package dev.easel.http;

import java.io.IOException;

/** An answer is larger than is taken. */
final class TooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  TooLargeException(long limit) {
    super("larger than the limit of " + limit + " bytes");
  }
}
