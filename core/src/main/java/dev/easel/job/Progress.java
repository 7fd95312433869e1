package dev.easel.job;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageId;
import java.util.Optional;

/**
 * How far a running job is.
 *
 * @param fraction 0 to 1; empty where the provider does not say, since nothing is invented
 * @param preview a small picture in the image store, kept for two minutes
 */
public record Progress(Optional<Double> fraction, Optional<ImageId> preview) {
  /** Nothing known. */
  public static final Progress NONE = new Progress(Optional.empty(), Optional.empty());

  public Progress {
    requireNonNull(fraction, "fraction");
    requireNonNull(preview, "preview");
    if (fraction.isPresent() && !(fraction.get() >= 0 && fraction.get() <= 1)) {
      throw new IllegalArgumentException("fraction must be 0 to 1, was " + fraction.get());
    }
  }

  public static Progress of(double fraction) {
    return new Progress(Optional.of(fraction), Optional.empty());
  }

  public Progress withPreview(ImageId image) {
    return new Progress(fraction, Optional.of(image));
  }
}
