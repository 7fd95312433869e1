package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Pictures that were made, in the image store, and how.
 *
 * @param maker what made them
 * @param took from the call to the provider to its last byte
 * @param warnings for the person, in English
 */
public record RenderResult(
    List<MadeImage> images,
    String maker,
    Duration took,
    List<String> warnings,
    Usage usage,
    Optional<String> requestId) {
  public RenderResult {
    images = List.copyOf(images);
    requireNonNull(maker, "maker");
    requireNonNull(took, "took");
    warnings = List.copyOf(warnings);
    requireNonNull(usage, "usage");
    requireNonNull(requestId, "requestId");
  }

  RenderResult withoutWords() {
    List<MadeImage> plain =
        images.stream()
            .map(
                made -> new MadeImage(made.image(), made.seed(), Optional.empty(), made.filtered()))
            .toList();
    return new RenderResult(plain, maker, took, List.of(), usage, requestId);
  }
}
