package dev.easel.http;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * An order that a service has taken.
 *
 * @param id the service's name for it
 * @param at when it was placed
 * @param data what is needed to ask about it; small, since it is kept in a checkpoint
 */
public record RemoteOrder(String id, Instant at, Map<String, String> data) {
  public RemoteOrder {
    requireNonNull(id, "id");
    requireNonNull(at, "at");
    data = Map.copyOf(data);
  }

  public static RemoteOrder now(String id, Map<String, String> data) {
    return new RemoteOrder(id, Instant.now(), data);
  }
}
