package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import java.util.Optional;

/** How far an order is. */
public sealed interface RemoteState {
  /** In the service's queue, or being worked on. */
  record Working(Optional<Double> fraction) implements RemoteState {
    public Working {
      requireNonNull(fraction, "fraction");
    }
  }

  /**
   * The result can be fetched.
   *
   * @param seconds the service's own measure of the work
   */
  record Ready(Optional<Double> seconds) implements RemoteState {
    public Ready {
      requireNonNull(seconds, "seconds");
    }
  }

  /** It ended without a result. */
  record Failed(ProviderException why) implements RemoteState {
    public Failed {
      requireNonNull(why, "why");
    }
  }
}
