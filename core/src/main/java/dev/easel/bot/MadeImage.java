package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageRef;
import java.util.Optional;

/**
 * A picture that was made and is kept.
 *
 * @param filtered whether the provider blurred or replaced it
 */
public record MadeImage(
    ImageRef image, Optional<Long> seed, Optional<String> revisedPrompt, boolean filtered) {
  public MadeImage {
    requireNonNull(image, "image");
    requireNonNull(seed, "seed");
    requireNonNull(revisedPrompt, "revisedPrompt");
  }
}
