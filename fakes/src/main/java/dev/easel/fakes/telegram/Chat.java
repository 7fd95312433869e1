package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A chat and what stands in it. Guarded by its bot's lock. */
final class Chat {
  /** Kept before the oldest is forgotten. */
  private static final int KEPT = 2_000;

  /** What keeps the bot from speaking here. */
  enum Closed {
    NO,
    BLOCKED,
    DEACTIVATED,
    KICKED
  }

  /** A message in its current form. */
  static final class Message {
    ObjectNode json;
    final boolean byBot;
    final Instant sentAt = Instant.now();
    Instant changedAt = sentAt;
    int edits;
    long fileBytes;

    Message(ObjectNode json, boolean byBot) {
      this.json = json;
      this.byBot = byBot;
    }

    boolean has(String field) {
      return json.has(field);
    }
  }

  final long id;
  final String type;
  final String title;
  final Map<Integer, Message> messages = new LinkedHashMap<>();
  Closed closed = Closed.NO;
  long migratedTo;
  boolean forum;
  boolean botSpokeLast;
  @Nullable String lastAction;
  int actions;
  private int nextMessage = 1;

  Chat(long id, String type, String title) {
    this.id = id;
    this.type = type;
    this.title = title;
  }

  boolean isGroup() {
    return !type.equals("private");
  }

  int newMessageId() {
    return nextMessage++;
  }

  void add(int messageId, Message message) {
    messages.put(messageId, message);
    botSpokeLast = message.byBot;
    if (messages.size() > KEPT) {
      messages.remove(messages.keySet().iterator().next());
    }
  }

  ObjectNode describeIn(ObjectNode chat) {
    chat.put("id", id).put("type", type);
    chat.put(isGroup() ? "title" : "first_name", title);
    if (forum) {
      chat.put("is_forum", true);
    }
    return chat;
  }

  List<SentMessage> byBot() {
    List<SentMessage> sent = new ArrayList<>();
    messages.forEach(
        (messageId, m) -> {
          if (m.byBot) {
            sent.add(view(messageId, m));
          }
        });
    return sent;
  }

  private SentMessage view(int messageId, Message m) {
    JsonNode photo = m.json.path("photo");
    JsonNode document = m.json.path("document");
    SentMessage.Kind kind = SentMessage.Kind.TEXT;
    Optional<String> file = Optional.empty();
    if (!photo.isMissingNode()) {
      kind = SentMessage.Kind.PHOTO;
      file = Optional.of(photo.path(photo.size() - 1).path("file_id").asText());
    } else if (!document.isMissingNode()) {
      kind = SentMessage.Kind.DOCUMENT;
      file = Optional.of(document.path("file_id").asText());
    }
    return new SentMessage(
        id,
        messageId,
        kind,
        m.json.path(kind == SentMessage.Kind.TEXT ? "text" : "caption").asText(""),
        file,
        Optional.ofNullable(document.path("file_name").textValue()),
        Optional.ofNullable(document.path("mime_type").textValue()),
        m.fileBytes,
        buttons(m.json.path("reply_markup").path("inline_keyboard")),
        Optional.ofNullable(m.json.path("media_group_id").textValue()),
        m.json.path("reply_to_message").path("message_id").asInt(0),
        m.json.path("message_thread_id").asInt(0),
        m.edits,
        m.sentAt,
        m.changedAt);
  }

  private static List<List<SentMessage.Button>> buttons(JsonNode keyboard) {
    List<List<SentMessage.Button>> rows = new ArrayList<>();
    for (JsonNode row : keyboard) {
      List<SentMessage.Button> buttons = new ArrayList<>();
      for (JsonNode b : row) {
        buttons.add(
            new SentMessage.Button(b.path("text").asText(), b.path("callback_data").asText("")));
      }
      rows.add(buttons);
    }
    return rows;
  }
}
