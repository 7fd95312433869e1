package dev.easel.telegram;

import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;

/** A picture on its way from the store to a request, never whole in memory. */
final class StoredPicture extends RequestBody {
  /** The picture's time in the store is over. */
  static final class Gone extends IOException {
    private static final long serialVersionUID = 1;

    Gone() {
      super("the picture is no longer kept");
    }
  }

  private final ImageStore images;
  private final ImageRef image;

  StoredPicture(ImageStore images, ImageRef image) {
    this.images = images;
    this.image = image;
  }

  @Override
  public MediaType contentType() {
    return MediaType.get(image.type().mime());
  }

  @Override
  public long contentLength() {
    return image.bytes();
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    try (StoredImage stored = images.open(image.id()).orElseThrow(Gone::new);
        Source content = Okio.source(stored.content())) {
      sink.writeAll(content);
    } catch (StoreException e) {
      throw new IOException("the image store cannot be reached", e);
    }
  }
}
