package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which groups became supergroups, so that their old ids still lead somewhere. Messages
 * stay behind: the new group numbers its own from one.
 */
final class Moves {
  private static final int MAX = 10_000;

  private final Map<String, String> moved =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > MAX;
            }
          });

  void moved(String from, String to) {
    if (!from.equals(to)) {
      moved.put(from, to);
    }
  }

  ConversationRef now(ConversationRef conversation) {
    String to = moved.get(conversation.chat());
    return to == null
        ? conversation
        : new ConversationRef(
            conversation.transport(), to, conversation.thread(), conversation.kind());
  }

  boolean isMoved(ConversationRef conversation) {
    return moved.containsKey(conversation.chat());
  }
}
