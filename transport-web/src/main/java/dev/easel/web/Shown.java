package dev.easel.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.chat.Button;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.store.ImageRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of a timeline: what a page shows, in the form in which it is kept.
 *
 * @param what {@code message}, {@code delete}, {@code notice}, or {@code turn}, which is not shown
 * @param born the revision at which it first stood there; 0: that of its row
 * @param data as the page gets it, but pictures only by their ids, since where they are reached is
 *     up to the server that is asked
 */
record Shown(String what, long born, ObjectNode data) {
  /** The longest text of the bot, in UTF-16 units; with all that a message has it fits a row. */
  static final int MAX_TEXT = 8_000;

  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static Shown ofBot(String id, OutgoingMessage message, long born) {
    ObjectNode data = message(id, "bot", cut(whole(message.text().plain())));
    message.images().stream().map(OutgoingImage::image).forEach(i -> addImage(data, i));
    ArrayNode rows = data.putArray("buttons");
    for (List<Button> row : message.buttons()) {
      ArrayNode buttons = rows.addArray();
      row.forEach(b -> buttons.addObject().put("label", b.label()).put("action", b.action()));
    }
    message
        .progress()
        .ifPresent(
            progress -> {
              ObjectNode node = data.putObject("progress");
              progress.fraction().ifPresent(f -> node.put("fraction", f));
              progress.preview().ifPresent(p -> node.put("preview", p.value()));
            });
    return new Shown("message", born, data);
  }

  static Shown ofPerson(String id, String text, List<ImageRef> images, long born) {
    ObjectNode data = message(id, "user", readable(text));
    images.forEach(i -> addImage(data, i));
    data.putArray("buttons");
    return new Shown("message", born, data);
  }

  static Shown deleted(String id, long born) {
    return new Shown("delete", born, JSON.createObjectNode().put("id", id));
  }

  static Shown notice(String messageId, String text) {
    ObjectNode data = JSON.createObjectNode().put("messageId", messageId);
    return new Shown("notice", 0, data.put("text", cut(whole(text), 200)));
  }

  /** Holds a place in the order of a conversation until it is known that something stands there. */
  static Shown turn() {
    return new Shown("turn", 0, JSON.createObjectNode());
  }

  byte[] encode() {
    ObjectNode node = JSON.createObjectNode().put("what", what).put("born", born);
    node.set("data", data);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  static Shown decode(byte[] state) {
    try {
      JsonNode node = JSON.readTree(state);
      if (node.get("data") instanceof ObjectNode data) {
        return new Shown(node.path("what").asText(), node.path("born").asLong(), data);
      }
      throw new IllegalStateException("a row of a timeline without data");
    } catch (IOException e) {
      throw new IllegalStateException("a row of a timeline that is not JSON", e);
    }
  }

  /** Whether it is a message that may have changed since; a person's never does. */
  boolean isOfBot() {
    return what.equals("message") && data.path("from").asText().equals("bot");
  }

  /** The ids of its pictures; previews are none. */
  List<String> pictures() {
    List<String> ids = new ArrayList<>();
    data.path("images").forEach(i -> ids.add(i.path("id").asText()));
    return ids;
  }

  /**
   * As an event carries it.
   *
   * @param prefix what stands before the API's paths on this server; usually empty
   */
  String json(String prefix) {
    ObjectNode out = data.deepCopy();
    out.path("images")
        .forEach(
            image -> {
              ObjectNode node = (ObjectNode) image;
              JsonNode type = node.remove("mediaType");
              JsonNode width = node.remove("width");
              JsonNode height = node.remove("height");
              node.put("url", prefix + "/api/images/" + node.path("id").asText());
              node.set("mediaType", type);
              node.set("width", width);
              node.set("height", height);
            });
    if (out.path("progress") instanceof ObjectNode progress && progress.has("preview")) {
      progress.put("preview", prefix + "/api/images/" + progress.path("preview").asText());
    }
    return out.toString();
  }

  static String cut(String text) {
    return cut(text, MAX_TEXT);
  }

  private static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    int end = limit - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }

  /** With a sign in place of half characters, which no encoding can carry. */
  static String whole(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /** Without control characters and without marks that turn the direction of what follows. */
  private static String readable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
        .filter(c -> !(c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069))
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static ObjectNode message(String id, String from, String text) {
    ObjectNode data = JSON.createObjectNode().put("id", id).put("from", from).put("text", text);
    data.putArray("images");
    return data;
  }

  private static void addImage(ObjectNode data, ImageRef image) {
    data.withArray("images")
        .addObject()
        .put("id", image.id().value())
        .put("mediaType", image.type().mime())
        .put("width", image.width())
        .put("height", image.height());
  }
}
