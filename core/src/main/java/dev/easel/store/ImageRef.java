package dev.easel.store;

import static java.util.Objects.requireNonNull;

/**
 * A picture in a store, with what one needs to know without opening it.
 *
 * @param bytes its length
 */
public record ImageRef(ImageId id, MediaType type, int width, int height, long bytes) {
  public ImageRef {
    requireNonNull(id, "id");
    requireNonNull(type, "type");
    if (width < 1 || height < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "width, height and bytes must be at least 1: " + width + ", " + height + ", " + bytes);
    }
  }
}
