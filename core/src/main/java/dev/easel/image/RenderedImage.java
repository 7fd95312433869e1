package dev.easel.image;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageInfo;
import java.util.Optional;

/**
 * One picture as a provider made it.
 *
 * @param bytes as they came, never changed: they may carry signed credentials. Not copied; whoever
 *     makes this gives them away
 * @param info read from the bytes, not from what the provider said
 * @param revisedPrompt what the provider made of the prompt
 * @param filtered whether the provider blurred or replaced it
 */
public record RenderedImage(
    byte[] bytes,
    ImageInfo info,
    Optional<Long> seed,
    Optional<String> revisedPrompt,
    boolean filtered) {
  public RenderedImage {
    requireNonNull(bytes, "bytes");
    requireNonNull(info, "info");
    requireNonNull(seed, "seed");
    requireNonNull(revisedPrompt, "revisedPrompt");
  }

  /**
   * Reads the size from the bytes.
   *
   * @throws ProviderException {@code PROTOCOL} if they are no picture
   */
  public static RenderedImage of(byte[] bytes, Optional<Long> seed) {
    ImageInfo info =
        ImageInfo.read(bytes)
            .orElseThrow(
                () ->
                    ProviderException.of(
                        ProviderException.Kind.PROTOCOL,
                        "the result is no picture of a known kind"));
    return new RenderedImage(bytes, info, seed, Optional.empty(), false);
  }

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return info + " [" + bytes.length + " bytes]";
  }
}
