package dev.easel.routing;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import java.util.Optional;

/**
 * Something that happened on the way to a picture.
 *
 * @param kind why, where something failed
 */
public record RoutingEvent(
    String provider, What what, Optional<String> model, Optional<ProviderException.Kind> kind) {
  /** The kinds of events. */
  public enum What {
    /** It made the picture, or has begun to. */
    SERVED,
    FAILED,
    /** Not asked: its breaker is open. */
    SKIPPED_OPEN,
    /** Not asked: it said "not before", or its key or account is no good. */
    SKIPPED_COOLING,
    /** Not asked: it has as much to do as it takes. */
    SKIPPED_BUSY,
    BREAKER_OPENED,
    /** One call may try. */
    BREAKER_HALF_OPENED,
    BREAKER_CLOSED
  }

  public RoutingEvent {
    requireNonNull(provider, "provider");
    requireNonNull(what, "what");
    requireNonNull(model, "model");
    requireNonNull(kind, "kind");
  }
}
