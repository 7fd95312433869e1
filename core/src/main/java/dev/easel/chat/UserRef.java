package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * A person on a platform.
 *
 * @param id the platform's own, 1 to 200 characters; never shown
 * @param name as the platform shows it; empty if unknown. Never trusted
 * @param collective whether it is a group or a channel in whose name somebody acts: who, the
 *     platform does not tell, so everybody in the conversation may press what it asked for
 */
public record UserRef(
    TransportId transport, String id, String name, Optional<Locale> locale, boolean collective) {
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

  public UserRef(TransportId transport, String id, String name, Optional<Locale> locale) {
    this(transport, id, name, locale, false);
  }
}
