package dev.easel.http;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * An order that a service has taken.
 *
 * @param id the service's name for it
 * @param at when it was placed; {@link QueuedImageProvider} sets it by the backend's clock
 * @param data what is needed to ask about it; small, since it is kept in a checkpoint
 */
public record RemoteOrder(String id, Instant at, Map<String, String> data) {
  public RemoteOrder {
    requireNonNull(id, "id");
    requireNonNull(at, "at");
    data = Map.copyOf(data);
  }

  /** An order that was placed just now. */
  public static RemoteOrder now(String id, Map<String, String> data) {
    return new RemoteOrder(id, Instant.now(), data);
  }

  RemoteOrder placedAt(Instant time) {
    return new RemoteOrder(id, time, data);
  }
}
