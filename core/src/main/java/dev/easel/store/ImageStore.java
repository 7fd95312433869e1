package dev.easel.store;

import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps pictures for a while, byte for byte as they came. Thread-safe. Throws {@link
 * StoreException} when it cannot be reached.
 */
public interface ImageStore {
  /** The largest picture, in bytes. */
  long MAX_BYTES = 50L << 20;

  /**
   * Keeps a picture. Its size is read from its first bytes. When this returns, the picture is as
   * durable as the store is, and can be opened; when it throws, nothing is kept.
   *
   * @param in read to its end, but not beyond {@link #MAX_BYTES}; not closed
   * @param type what the bytes are; checked
   * @throws StoreException {@code FULL} when there is no room, {@code REJECTED} when it is too
   *     large, empty, or not such a picture
   */
  ImageRef put(InputStream in, MediaType type, Duration keep);

  /** Opens a picture; empty if it is unknown or its time is over. */
  Optional<StoredImage> open(ImageId id);

  /** Keeps a picture at least this much longer from now on; unknown ids are ignored. */
  void keep(ImageId id, Duration time);

  /** Removes a picture; unknown ids are ignored. */
  void remove(ImageId id);

  /**
   * Whether pictures of a usual size (a few megabytes) will be taken now. Asked before a job is
   * accepted.
   */
  boolean hasRoom();
}
