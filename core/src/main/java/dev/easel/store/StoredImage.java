package dev.easel.store;

import java.io.IOException;
import java.io.InputStream;

/** An open picture. Whoever opened it closes it. */
public record StoredImage(ImageRef ref, InputStream content) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    content.close();
  }
}
