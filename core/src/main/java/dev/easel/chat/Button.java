package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * A button under a message.
 *
 * @param action opaque to the transport, at most 64 bytes
 */
public record Button(String label, String action) {
  public Button {
    requireNonNull(label, "label");
    requireNonNull(action, "action");
    if (label.isBlank()
        || action.isEmpty()
        || action.getBytes(StandardCharsets.UTF_8).length > 64) {
      throw new IllegalArgumentException("a button has a label and an action of 1 to 64 bytes");
    }
  }
}
