package dev.easel.image;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * One try of one provider on the way to a result.
 *
 * @param failure empty for the try that made the picture
 */
public record Attempt(
    String provider,
    Optional<String> model,
    Duration took,
    Optional<ProviderException.Kind> failure) {
  public Attempt {
    requireNonNull(provider, "provider");
    requireNonNull(model, "model");
    requireNonNull(took, "took");
    requireNonNull(failure, "failure");
  }
}
