package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageRef;
import java.util.Optional;

/**
 * A picture that a person sent. {@link Outbox#open} fetches it, on the dialogue's side.
 *
 * @param locator the platform's own name for it, without any secret; 1 to 400 characters
 * @param bytes as the platform announces; not trusted
 * @param stored where the transport already put it into the image store, checked and without
 *     private metadata
 */
public record RemoteImage(String locator, Optional<Long> bytes, Optional<ImageRef> stored) {
  public RemoteImage {
    requireNonNull(locator, "locator");
    requireNonNull(bytes, "bytes");
    requireNonNull(stored, "stored");
    if (locator.isEmpty() || locator.length() > 400) {
      throw new IllegalArgumentException(
          "a locator has 1 to 400 characters, this one has " + locator.length());
    }
  }

  public static RemoteImage stored(ImageRef image) {
    return new RemoteImage(image.id().value(), Optional.of(image.bytes()), Optional.of(image));
  }
}
