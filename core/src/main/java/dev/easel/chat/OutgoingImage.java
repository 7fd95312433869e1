package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageRef;
import java.util.Optional;

/**
 * A picture to send.
 *
 * @param earlier what the platform already has of it
 * @param original as a file, byte for byte, where the platform would otherwise compress it
 */
public record OutgoingImage(ImageRef image, Optional<MediaRef> earlier, boolean original) {
  public OutgoingImage {
    requireNonNull(image, "image");
    requireNonNull(earlier, "earlier");
  }

  public static OutgoingImage of(ImageRef image) {
    return new OutgoingImage(image, Optional.empty(), false);
  }
}
