package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * A person on a platform.
 *
 * @param id the platform's own, 1 to 200 characters; never shown
 * @param name as the platform shows it; empty if unknown. Never trusted
 */
public record UserRef(TransportId transport, String id, String name, Optional<Locale> locale) {
  public UserRef {
    requireNonNull(transport, "transport");
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(locale, "locale");
    if (id.isEmpty() || id.length() > 200) {
      throw new IllegalArgumentException(
          "a user's id has 1 to 200 characters, this one has " + id.length());
    }
  }
}
