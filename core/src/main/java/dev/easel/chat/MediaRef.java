package dev.easel.chat;

import static java.util.Objects.requireNonNull;

/**
 * A picture that the platform already has and can send again without an upload.
 *
 * @param id the platform's own
 * @param unique the same for the same picture, where the platform tells; otherwise as {@code id}
 */
public record MediaRef(TransportId transport, String id, String unique) {
  public MediaRef {
    requireNonNull(transport, "transport");
    requireNonNull(id, "id");
    requireNonNull(unique, "unique");
  }
}
