package dev.easel.web;

import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.PrivateMetadata;
import dev.easel.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Takes in what people send as a picture: small enough, whole, and without private metadata. */
final class Photos {
  static final int MAX_BYTES = 20 << 20;
  static final long MAX_PIXELS = 40_000_000;
  static final int MAX_SIDE = 16_384;
  private static final Set<MediaType> TAKEN = Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);

  /** Decoding is what costs most, so it is done one at a time. */
  private final Semaphore decoding = new Semaphore(1);

  private final ImageStore store;
  private final Duration keep;

  Photos(ImageStore store, Duration keep) {
    this.store = store;
    this.keep = keep;
  }

  /**
   * Checks and stores a picture.
   *
   * @param in read to its end, unless it is too long
   * @throws Problem if it is none
   */
  ImageRef take(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw Problem.of(Problem.Kind.IMAGE_TOO_LARGE, MAX_BYTES >> 20);
    }
    Optional<ImageInfo> info = ImageInfo.read(bytes);
    if (info.isEmpty()) {
      throw Problem.of(
          startsLikeAPicture(bytes) ? Problem.Kind.DAMAGED_IMAGE : Problem.Kind.NOT_AN_IMAGE);
    }
    if (!TAKEN.contains(info.get().type())) {
      throw Problem.of(Problem.Kind.NOT_AN_IMAGE);
    }
    if (info.get().pixels() > MAX_PIXELS
        || Math.max(info.get().width(), info.get().height()) > MAX_SIDE) {
      throw Problem.of(Problem.Kind.TOO_MANY_PIXELS, MAX_PIXELS / 1_000_000, MAX_SIDE);
    }
    byte[] clean = withoutMetadata(bytes);
    if (info.get().type() != MediaType.WEBP) {
      requireDecodable(clean, info.get());
    }
    return store.put(new ByteArrayInputStream(clean), info.get().type(), keep);
  }

  private static boolean startsLikeAPicture(byte[] bytes) {
    return bytes.length > 3
        && (bytes[0] == (byte) 0x89 && bytes[1] == 'P' && bytes[2] == 'N' && bytes[3] == 'G'
            || bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8 && bytes[2] == (byte) 0xff);
  }

  private static byte[] withoutMetadata(byte[] bytes) {
    try {
      return PrivateMetadata.strip(bytes);
    } catch (StoreException e) {
      throw Problem.of(Problem.Kind.DAMAGED_IMAGE);
    }
  }

  /** Decodes every line but keeps few pixels, so that a large picture needs little memory. */
  private void requireDecodable(byte[] bytes, ImageInfo info) {
    boolean whole;
    decoding.acquireUninterruptibly();
    try {
      whole = isDecodable(bytes, info);
    } finally {
      decoding.release();
    }
    if (!whole) {
      throw Problem.of(Problem.Kind.DAMAGED_IMAGE);
    }
  }

  private static boolean isDecodable(byte[] bytes, ImageInfo info) {
    ImageReader reader = ImageIO.getImageReadersByMIMEType(info.type().mime()).next();
    AtomicBoolean cutOff = new AtomicBoolean();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            // other warnings are common: many cameras leave stray bytes
            if (warning.contains("remature end")) {
              cutOff.set(true);
            }
          });
      ImageReadParam param = reader.getDefaultReadParam();
      int step = Math.max(1, Math.max(info.width(), info.height()) / 512);
      param.setSourceSubsampling(step, step, 0, 0);
      if (reader.canReadRaster()) {
        reader.readRaster(0, param); // any colours: CMYK is a picture too
      } else {
        reader.read(0, param);
      }
      return !cutOff.get();
    } catch (IOException | RuntimeException e) {
      return false;
    } finally {
      reader.dispose();
    }
  }
}
