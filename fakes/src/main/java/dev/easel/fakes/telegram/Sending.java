package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.fakes.telegram.BotFiles.Pixels;
import dev.easel.fakes.telegram.BotFiles.Stored;
import dev.easel.fakes.telegram.Chat.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a bot sends, changes and deletes, and what the platform refuses of it. */
final class Sending {
  private static final int MAX_TEXT = 4096;
  private static final int MAX_CAPTION = 1024;
  private static final int MAX_BUTTONS = 100;
  private static final int MAX_BUTTONS_IN_ROW = 8;
  private static final long MAX_PHOTO_BYTES = 10L << 20;
  private static final long MAX_DOCUMENT_BYTES = 50L << 20;
  private static final int MAX_PHOTO_SIDES = 10_000;
  private static final int MAX_PHOTO_RATIO = 20;
  private static final Set<String> ENTITY_TYPES =
      Set.of(
          "bold",
          "italic",
          "underline",
          "strikethrough",
          "spoiler",
          "blockquote",
          "expandable_blockquote",
          "code",
          "pre",
          "text_link",
          "text_mention",
          "custom_emoji",
          "mention",
          "hashtag",
          "url",
          "bot_command");

  private final FakeBot bot;

  Sending(FakeBot bot) {
    this.bot = bot;
  }

  JsonNode sendMessage(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    String text = p.text("text").orElse("");
    if (text.isBlank()) {
      throw Refusal.bad("message text is empty");
    }
    if (text.length() > MAX_TEXT) {
      throw Refusal.bad("message is too long");
    }
    ObjectNode message = begin(chat, p);
    message.put("text", text);
    copyEntities(p.json("entities"), text, message, "entities");
    keyboard(p, message);
    return add(chat, message, 0);
  }

  JsonNode sendPhoto(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    ObjectNode message = begin(chat, p);
    Stored photo = media(p, "photo", p.text("photo").orElse(""), true);
    putPhoto(message, photo);
    caption(p.text("caption").orElse(""), p.json("caption_entities"), message);
    keyboard(p, message);
    return add(chat, message, photo.content().length);
  }

  JsonNode sendDocument(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    ObjectNode message = begin(chat, p);
    Stored document = media(p, "document", p.text("document").orElse(""), false);
    putDocument(message, document);
    caption(p.text("caption").orElse(""), p.json("caption_entities"), message);
    keyboard(p, message);
    return add(chat, message, document.content().length);
  }

  JsonNode sendMediaGroup(Params p) throws Refusal {
    JsonNode media = p.json("media");
    if (!media.isArray() || media.size() < 2 || media.size() > 10) {
      throw Refusal.bad("there must be 2-10 media in an album");
    }
    Chat chat = chatToSpeakIn(p, media.size());
    List<ObjectNode> messages = new ArrayList<>();
    List<Stored> files = new ArrayList<>();
    String album = Long.toString(bot.newAlbum());
    String firstType = media.path(0).path("type").asText();
    for (JsonNode item : media) {
      String type = item.path("type").asText();
      if (!type.equals(firstType)) {
        throw Refusal.bad("document can't be mixed with other media types");
      }
      ObjectNode message = begin(chat, p);
      message.put("media_group_id", album);
      files.add(putMedia(p, item, message));
      messages.add(message);
    }
    ArrayNode sent = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < messages.size(); i++) {
      sent.add(add(chat, messages.get(i), files.get(i).content().length));
    }
    return sent;
  }

  JsonNode editMessageText(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    Message old = editable(chat, p);
    if (!old.has("text")) {
      throw Refusal.bad("there is no text in the message to edit");
    }
    String text = p.text("text").orElse("");
    if (text.isBlank()) {
      throw Refusal.bad("message text is empty");
    }
    if (text.length() > MAX_TEXT) {
      throw Refusal.bad("message is too long");
    }
    ObjectNode next = old.json.deepCopy();
    next.put("text", text).remove(List.of("entities", "reply_markup"));
    copyEntities(p.json("entities"), text, next, "entities");
    keyboard(p, next);
    return change(old, next);
  }

  JsonNode editMessageCaption(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    Message old = editable(chat, p);
    if (old.has("text")) {
      throw Refusal.bad("there is no caption in the message to edit");
    }
    ObjectNode next = old.json.deepCopy();
    next.remove(List.of("caption", "caption_entities", "reply_markup"));
    caption(p.text("caption").orElse(""), p.json("caption_entities"), next);
    keyboard(p, next);
    return change(old, next);
  }

  JsonNode editMessageMedia(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    Message old = editable(chat, p);
    if (old.has("text") && !bot.textBecomesMedia()) {
      throw Refusal.bad("there is no media in the message to edit");
    }
    ObjectNode next = old.json.deepCopy();
    next.remove(
        List.of(
            "text",
            "entities",
            "photo",
            "document",
            "caption",
            "caption_entities",
            "reply_markup"));
    Stored file = putMedia(p, p.json("media"), next);
    keyboard(p, next);
    JsonNode result = change(old, next);
    old.fileBytes = file.content().length;
    return result;
  }

  JsonNode editMessageReplyMarkup(Params p) throws Refusal {
    Chat chat = chatToSpeakIn(p, 1);
    Message old = editable(chat, p);
    ObjectNode next = old.json.deepCopy();
    next.remove("reply_markup");
    keyboard(p, next);
    return change(old, next);
  }

  JsonNode deleteMessage(Params p) throws Refusal {
    Chat chat = bot.chatFor(p);
    int id = (int) p.number("message_id", 0);
    if (chat.messages.remove(id) == null) {
      throw Refusal.bad("message to delete not found");
    }
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private Chat chatToSpeakIn(Params p, int messages) throws Refusal {
    Chat chat = bot.chatFor(p);
    bot.countAgainstLimits(chat, messages);
    return chat;
  }

  private ObjectNode begin(Chat chat, Params p) throws Refusal {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.set("from", bot.asUser());
    chat.describeIn(message.putObject("chat"));
    message.put("date", Instant.now().getEpochSecond());
    int thread = (int) p.number("message_thread_id", 0);
    if (thread != 0) {
      if (!chat.forum) {
        throw Refusal.bad("message thread not found");
      }
      message.put("message_thread_id", thread).put("is_topic_message", true);
    }
    reply(chat, p, message);
    return message;
  }

  private void reply(Chat chat, Params p, ObjectNode message) throws Refusal {
    JsonNode parameters = p.json("reply_parameters");
    int to = parameters.path("message_id").asInt((int) p.number("reply_to_message_id", 0));
    if (to == 0) {
      return;
    }
    Message original = chat.messages.get(to);
    if (original != null) {
      ObjectNode quoted = original.json.deepCopy();
      quoted.remove("reply_to_message");
      message.set("reply_to_message", quoted);
    } else if (!parameters.path("allow_sending_without_reply").asBoolean(false)
        && !p.flag("allow_sending_without_reply")) {
      throw Refusal.bad("message to be replied not found");
    }
  }

  private ObjectNode add(Chat chat, ObjectNode message, long fileBytes) {
    int id = chat.newMessageId();
    message.put("message_id", id);
    Message added = new Message(message, true);
    added.fileBytes = fileBytes;
    chat.add(id, added);
    bot.changed();
    return message;
  }

  private Message editable(Chat chat, Params p) throws Refusal {
    Message message = chat.messages.get((int) p.number("message_id", 0));
    if (message == null) {
      throw Refusal.bad("message to edit not found");
    }
    if (!message.byBot) {
      throw Refusal.bad("message can't be edited");
    }
    return message;
  }

  private JsonNode change(Message old, ObjectNode next) throws Refusal {
    ObjectNode before = old.json.deepCopy();
    ObjectNode after = next.deepCopy();
    before.remove("edit_date");
    after.remove("edit_date");
    if (before.equals(after)) {
      throw Refusal.bad(
          "message is not modified: specified new message content and reply markup are exactly"
              + " the same as a current content and reply markup of the message");
    }
    next.put("edit_date", Instant.now().getEpochSecond());
    old.json = next;
    old.edits++;
    old.changedAt = Instant.now();
    bot.changed();
    return next;
  }

  private void caption(String caption, JsonNode entities, ObjectNode message) throws Refusal {
    if (caption.length() > MAX_CAPTION) {
      throw Refusal.bad("message caption is too long");
    }
    if (!caption.isEmpty()) {
      message.put("caption", caption);
      copyEntities(entities, caption, message, "caption_entities");
    }
  }

  private static void copyEntities(JsonNode entities, String text, ObjectNode message, String field)
      throws Refusal {
    if (entities.isEmpty()) {
      return;
    }
    if (entities.size() > 100) {
      throw Refusal.bad("too many entities");
    }
    for (JsonNode e : entities) {
      int start = e.path("offset").asInt(-1);
      int length = e.path("length").asInt(-1);
      if (start < 0 || length < 1 || start + length > text.length()) {
        throw Refusal.bad("ENTITY_BOUNDS_INVALID");
      }
      if (!ENTITY_TYPES.contains(e.path("type").asText())) {
        throw Refusal.bad("can't parse entities: unsupported entity type");
      }
    }
    message.set(field, entities);
  }

  private static void keyboard(Params p, ObjectNode message) throws Refusal {
    JsonNode markup = p.json("reply_markup");
    JsonNode rows = markup.path("inline_keyboard");
    if (!rows.isArray() || rows.isEmpty()) {
      return;
    }
    int buttons = 0;
    for (JsonNode row : rows) {
      if (row.size() > MAX_BUTTONS_IN_ROW) {
        throw Refusal.bad("too many buttons in a row");
      }
      for (JsonNode button : row) {
        buttons++;
        check(button);
      }
    }
    if (buttons > MAX_BUTTONS) {
      throw Refusal.bad("REPLY_MARKUP_TOO_LONG");
    }
    message.set("reply_markup", markup);
  }

  private static void check(JsonNode button) throws Refusal {
    if (button.path("text").asText("").isBlank()) {
      throw Refusal.bad("text buttons are unallowed in the inline keyboard");
    }
    int bytes = button.path("callback_data").asText("").getBytes(StandardCharsets.UTF_8).length;
    if (bytes > 64 || bytes == 0 && !button.has("url")) {
      throw Refusal.bad("BUTTON_DATA_INVALID");
    }
  }

  private Stored putMedia(Params p, JsonNode item, ObjectNode message) throws Refusal {
    String type = item.path("type").asText("");
    Stored stored;
    switch (type) {
      case "photo" -> {
        stored = media(p, "media", item.path("media").asText(""), true);
        putPhoto(message, stored);
      }
      case "document" -> {
        stored = media(p, "media", item.path("media").asText(""), false);
        putDocument(message, stored);
      }
      default -> throw Refusal.bad("can't parse InputMedia: unsupported type \"" + type + "\"");
    }
    caption(item.path("caption").asText(""), item.path("caption_entities"), message);
    return stored;
  }

  /** A file that came along, under its own field or attached under a name, or one known by id. */
  private Stored media(Params p, String field, String value, boolean photo) throws Refusal {
    Optional<Params.Upload> upload =
        value.startsWith("attach://")
            ? p.file(value.substring("attach://".length()))
            : p.file(field);
    if (upload.isPresent()) {
      return photo ? newPhoto(upload.get()) : newDocument(upload.get());
    }
    if (value.isEmpty() || value.startsWith("attach://")) {
      throw Refusal.bad("there is no " + (photo ? "photo" : "document") + " in the request");
    }
    Stored known =
        bot.files()
            .find(value)
            .orElseThrow(() -> Refusal.bad("wrong file identifier/HTTP URL specified"));
    if (known.photo() != photo) {
      throw Refusal.bad(
          known.photo()
              ? "can't use file of type Photo as Document"
              : "can't use file of type Document as Photo");
    }
    return known;
  }

  private Stored newPhoto(Params.Upload upload) throws Refusal {
    if (upload.content().length == 0) {
      throw Refusal.bad("file must be non-empty");
    }
    if (upload.content().length > MAX_PHOTO_BYTES) {
      throw Refusal.bad(
          "file is too big for a photo; the maximum size is " + MAX_PHOTO_BYTES + " bytes");
    }
    Optional<Pixels> pixels = BotFiles.pixels(upload.content());
    if (pixels.isPresent()) {
      int w = pixels.get().width();
      int h = pixels.get().height();
      if (w + h > MAX_PHOTO_SIDES || Math.max(w, h) > MAX_PHOTO_RATIO * Math.min(w, h)) {
        throw Refusal.bad("PHOTO_INVALID_DIMENSIONS");
      }
    } else if (!isWebp(upload.content())) {
      throw Refusal.bad("IMAGE_PROCESS_FAILED");
    }
    return bot.files().photo(upload.content());
  }

  private static boolean isWebp(byte[] content) {
    return content.length > 12
        && new String(content, 8, 4, StandardCharsets.US_ASCII).equals("WEBP");
  }

  private Stored newDocument(Params.Upload upload) throws Refusal {
    if (upload.content().length == 0) {
      throw Refusal.bad("file must be non-empty");
    }
    if (upload.content().length > MAX_DOCUMENT_BYTES) {
      throw Refusal.tooLarge();
    }
    return bot.files().document(upload.content(), upload.name(), upload.type());
  }

  static void putPhoto(ObjectNode message, Stored photo) {
    Pixels full = BotFiles.pixels(photo.content()).orElse(new Pixels(800, 600));
    ArrayNode sizes = message.putArray("photo");
    putSize(sizes, photo, BotFiles.SMALL, 90, full);
    putSize(sizes, photo, "", 1280, full);
  }

  /** The platform offers a photo in several sizes, each with an id of its own. */
  private static void putSize(
      ArrayNode sizes, Stored photo, String suffix, int maxSide, Pixels full) {
    double scale = Math.min(1.0, maxSide / (double) Math.max(full.width(), full.height()));
    sizes
        .addObject()
        .put("file_id", photo.id() + suffix)
        .put("file_unique_id", photo.unique() + suffix)
        .put("file_size", Math.max(1, (long) (photo.content().length * scale)))
        .put("width", Math.max(1, (int) (full.width() * scale)))
        .put("height", Math.max(1, (int) (full.height() * scale)));
  }

  static void putDocument(ObjectNode message, Stored document) {
    message
        .putObject("document")
        .put("file_id", document.id())
        .put("file_unique_id", document.unique())
        .put("file_name", document.name())
        .put("mime_type", document.mime())
        .put("file_size", document.content().length);
  }
}
