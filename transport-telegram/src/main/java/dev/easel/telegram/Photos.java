package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.easel.chat.RemoteImage;
import dev.easel.store.MediaType;
import java.util.Optional;

/** Finds the picture of a message. */
final class Photos {
  private Photos() {}

  /** A photo, or a file that is a picture. */
  static Optional<RemoteImage> of(JsonNode message) {
    JsonNode photo = largest(message.path("photo"));
    if (photo.has("file_id")) {
      return Optional.of(remote(photo));
    }
    JsonNode document = message.path("document");
    boolean isPicture = MediaType.ofMime(document.path("mime_type").asText("")).isPresent();
    // a GIF comes as an animation and as a document, which is a video by then
    return isPicture && document.has("file_id") && !message.has("animation")
        ? Optional.of(remote(document))
        : Optional.empty();
  }

  /** A photo comes in several sizes. */
  static JsonNode largest(JsonNode sizes) {
    JsonNode largest = MissingNode.getInstance();
    long most = -1;
    for (JsonNode size : sizes) {
      long pixels = size.path("width").asLong() * size.path("height").asLong();
      if (pixels > most) {
        largest = size;
        most = pixels;
      }
    }
    return largest;
  }

  private static RemoteImage remote(JsonNode file) {
    JsonNode size = file.path("file_size");
    return new RemoteImage(
        file.path("file_id").asText(),
        size.isIntegralNumber() ? Optional.of(size.asLong()) : Optional.empty(),
        Optional.empty());
  }
}
