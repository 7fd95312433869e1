package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import java.time.Duration;
import java.util.Optional;

/**
 * Hears of each call to a service, for metrics. Called on the thread that made the call; must be
 * quick.
 */
@FunctionalInterface
public interface CallListener {
  void called(CallReport report);

  /**
   * One call, without anything secret.
   *
   * @param provider which made it
   * @param path of the address, without its query
   * @param status 0 if no answer came
   * @param bytes of the answer's body that were read, unpacked
   * @param failure what it was taken for
   */
  record CallReport(
      String provider,
      String path,
      int status,
      Duration took,
      long bytes,
      Optional<ProviderException.Kind> failure) {
    public CallReport {
      requireNonNull(provider, "provider");
      requireNonNull(path, "path");
      requireNonNull(took, "took");
      requireNonNull(failure, "failure");
    }
  }
}
