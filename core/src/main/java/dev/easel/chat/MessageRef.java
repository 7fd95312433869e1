package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A message that was sent.
 *
 * @param ids the platform's own, 1 to 10: an album is several
 * @param editToken what else the platform wants for an edit
 */
public record MessageRef(
    ConversationRef conversation, List<String> ids, Optional<String> editToken) {
  public MessageRef {
    requireNonNull(conversation, "conversation");
    ids = List.copyOf(ids);
    requireNonNull(editToken, "editToken");
    if (ids.isEmpty() || ids.size() > 10) {
      throw new IllegalArgumentException("a message has 1 to 10 ids, this one has " + ids.size());
    }
  }

  public static MessageRef of(ConversationRef conversation, String id) {
    return new MessageRef(conversation, List.of(id), Optional.empty());
  }
}
