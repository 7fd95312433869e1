package dev.easel.chat;

import static java.util.Objects.requireNonNull;

/**
 * One press of a button, to be answered.
 *
 * @param id the platform's own name of the press
 */
public record ActionRef(String id, MessageRef message) {
  public ActionRef {
    requireNonNull(id, "id");
    requireNonNull(message, "message");
  }
}
