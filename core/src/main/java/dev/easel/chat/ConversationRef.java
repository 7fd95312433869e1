package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Where messages go: plain data that can wait in a queue for hours and be used by another process.
 *
 * @param chat the platform's own id, 1 to 120 characters
 * @param thread a topic within it
 */
public record ConversationRef(
    TransportId transport, String chat, Optional<String> thread, Kind kind) {
  /** Who is there. */
  public enum Kind {
    PRIVATE,
    GROUP,
    CHANNEL
  }

  public ConversationRef {
    requireNonNull(transport, "transport");
    requireNonNull(chat, "chat");
    requireNonNull(thread, "thread");
    requireNonNull(kind, "kind");
    if (chat.isEmpty() || chat.length() > 120 || thread.map(String::length).orElse(0) > 60) {
      throw new IllegalArgumentException(
          "a chat's id has 1 to 120 characters, a thread's at most 60");
    }
  }

  public static ConversationRef of(TransportId transport, String chat, Kind kind) {
    return new ConversationRef(transport, chat, Optional.empty(), kind);
  }

  /**
   * One text for the whole address, for groups and keys. Not for logs: some platforms' ids are
   * secrets.
   */
  public String key() {
    return transport + "/" + chat + thread.map(t -> "/" + t).orElse("");
  }

  /** Without the chat: its id may be a secret. */
  @Override
  public String toString() {
    return transport + "/" + Integer.toHexString(chat.hashCode());
  }
}
