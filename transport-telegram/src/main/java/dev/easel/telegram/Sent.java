package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MediaRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the platform says of a message that it took: its id, and what it has of its pictures.
 */
final class Sent {
  /** Marks a message that has a caption instead of a text: it is changed by another call. */
  static final String MEDIA = "media";

  private Sent() {}

  /** Empty if the answer does not name the message. */
  static Optional<Receipt.Delivered> read(
      JsonNode result, ConversationRef to, TransportId transport) {
    List<String> ids = new ArrayList<>();
    List<MediaRef> media = new ArrayList<>();
    boolean hasMedia = false;
    for (JsonNode message : result.isArray() ? result : List.of(result)) {
      JsonNode id = message.path("message_id");
      if (id.isIntegralNumber()) {
        ids.add(id.asText());
      }
      hasMedia |= hasMedia(message);
      media(message, transport).ifPresent(media::add);
    }
    if (ids.isEmpty() || ids.size() > 10) {
      return Optional.empty();
    }
    MessageRef ref = new MessageRef(to, ids, hasMedia ? Optional.of(MEDIA) : Optional.empty());
    return Optional.of(new Receipt.Delivered(ref, Optional.empty(), media));
  }

  static boolean hasMedia(JsonNode message) {
    return message.has("photo") || message.has("document") || message.has("animation");
  }

  private static Optional<MediaRef> media(JsonNode message, TransportId transport) {
    JsonNode photo = Photos.largest(message.path("photo"));
    if (photo.has("file_id")) {
      return Optional.of(ref(transport, Draft.FileId.photo(photo.path("file_id").asText()), photo));
    }
    JsonNode document = message.path("document");
    if (document.has("file_id")) {
      return Optional.of(
          ref(transport, Draft.FileId.file(document.path("file_id").asText()), document));
    }
    return Optional.empty();
  }

  private static MediaRef ref(TransportId transport, String id, JsonNode file) {
    return new MediaRef(transport, id, file.path("file_unique_id").asText(id));
  }
}
