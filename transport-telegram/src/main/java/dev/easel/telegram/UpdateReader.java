package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.chat.ActionRef;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.MessageRef;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Turns an update into an event, reading only the fields it needs: what is new or odd elsewhere in
 * it is no hindrance.
 */
final class UpdateReader {
  private static final int MAX_ALBUM = 10;
  private static final int MAX_NAME = 100;

  /** What an update is. */
  sealed interface Reading {
    record Event(InboundEvent event) implements Reading {}

    /**
     * One picture of an album; the others come in updates of their own.
     *
     * @param sender who sends it where, as {@link UpdateReader#senderOf} says
     */
    record Part(String album, String sender, ObjectNode message) implements Reading {}

    /** A press that is no event but waits for an answer. */
    record EmptyPress(String callbackId) implements Reading {}

    /** Nothing for the bot. */
    record Nothing() implements Reading {}
  }

  private final TransportId transport;
  private final Me me;
  private final Moves moves;
  private final Supplier<Set<String>> commands;

  /**
   * @param commands what the bot offers; in groups other bare commands are somebody else's. Empty:
   *     all are taken
   */
  UpdateReader(TransportId transport, Me me, Moves moves, Supplier<Set<String>> commands) {
    this.transport = transport;
    this.me = me;
    this.moves = moves;
    this.commands = commands;
  }

  Reading read(JsonNode update, Instant now) {
    String eventId = "u" + update.path("update_id").asText();
    if (update.path("message") instanceof ObjectNode message) {
      return message(eventId, message, now);
    }
    if (update.has("callback_query")) {
      return press(eventId, update.path("callback_query"), now);
    }
    if (update.has("my_chat_member")) {
      return membership(eventId, update.path("my_chat_member"), now);
    }
    return new Reading.Nothing();
  }

  /** Names who sent an event, in which chat. */
  static String senderOf(InboundEvent event) {
    Envelope envelope = event.envelope();
    return envelope.conversation().chat() + "/" + envelope.user().id();
  }

  /** The event of an album, once its parts are together. */
  Optional<InboundEvent> album(String album, List<JsonNode> parts, Instant now) {
    return event("g" + album, parts, now);
  }

  private Reading message(String eventId, ObjectNode message, Instant now) {
    JsonNode chat = message.path("chat");
    JsonNode movedTo = message.path("migrate_to_chat_id");
    if (movedTo.isIntegralNumber()) {
      moves.moved(chat.path("id").asText(), movedTo.asText());
      ConversationRef next =
          ConversationRef.of(transport, movedTo.asText(), ConversationRef.Kind.GROUP);
      return new Reading.Event(
          new InboundEvent.Left(envelope(eventId, message, now), Optional.of(next)));
    }
    if (message.path("from").path("is_bot").asBoolean(false) && !message.has("sender_chat")) {
      return new Reading.Nothing();
    }
    String album = message.path("media_group_id").asText("");
    if (!album.isEmpty() && album.length() <= 100 && Photos.of(message).isPresent()) {
      String sender = chat.path("id").asText() + "/" + userOf(message).id();
      return new Reading.Part(album, sender, slim(message));
    }
    return event(eventId, List.of(message), now)
        .<Reading>map(Reading.Event::new)
        .orElseGet(Reading.Nothing::new);
  }

  /** What of an album's part is needed later, so that many fit into one state. */
  private static ObjectNode slim(ObjectNode message) {
    ObjectNode part = message.objectNode();
    for (String field :
        List.of(
            "message_id",
            "message_thread_id",
            "is_topic_message",
            "sender_chat",
            "document",
            "caption",
            "caption_entities")) {
      if (message.has(field)) {
        part.set(field, message.get(field));
      }
    }
    part.putObject("chat").setAll((ObjectNode) only(message.path("chat"), "id", "type"));
    part.set("from", only(message.path("from"), "id", "first_name", "last_name", "language_code"));
    if (message.has("photo")) {
      part.putArray("photo").add(Photos.largest(message.path("photo")));
    }
    JsonNode reply = message.path("reply_to_message");
    if (reply.isObject()) {
      ObjectNode slimReply =
          (ObjectNode) only(reply, "message_id", "photo", "document", "forum_topic_created");
      slimReply.set("from", only(reply.path("from"), "id"));
      part.set("reply_to_message", slimReply);
    }
    return part;
  }

  private static JsonNode only(JsonNode node, String... fields) {
    return node instanceof ObjectNode object
        ? object.deepCopy().retain(fields)
        : BotApi.JSON.createObjectNode();
  }

  private Optional<InboundEvent> event(String eventId, List<JsonNode> parts, Instant now) {
    JsonNode first = parts.get(0);
    Words words = Words.NONE;
    List<RemoteImage> images = new ArrayList<>();
    for (JsonNode part : parts) {
      Photos.of(part).filter(i -> images.size() < MAX_ALBUM).ifPresent(images::add);
      if (words.equals(Words.NONE)) {
        words = wordsOf(part);
      }
    }
    if (!isForUs(first, words) || words.forAnother()) {
      return Optional.empty();
    }
    Envelope envelope = envelope(eventId, first, now).withMessage(refOf(parts));
    JsonNode reply = first.path("reply_to_message");
    if (reply.has("message_id") && !reply.has("forum_topic_created")) {
      envelope = envelope.replyingTo(refOf(List.of(reply), first), imagesOf(reply));
    }
    String text = Cut.to(words.text(), InboundEvent.MAX_TEXT);
    if (words.command().isPresent()) {
      return Optional.of(
          new InboundEvent.CommandReceived(envelope, words.command().get(), text, images));
    }
    if (!images.isEmpty()) {
      return Optional.of(new InboundEvent.ImagesReceived(envelope, images, text));
    }
    // called by its name and nothing else, the bot still answers if there is a picture to talk of
    return text.isEmpty() && envelope.replyImages().isEmpty()
        ? Optional.empty()
        : Optional.of(new InboundEvent.TextReceived(envelope, text));
  }

  private Words wordsOf(JsonNode message) {
    return message.has("text")
        ? Words.of(message.path("text").asText(""), message.path("entities"), me)
        : Words.of(message.path("caption").asText(""), message.path("caption_entities"), me);
  }

  /** In a group the bot answers only to its name, its commands and replies to it. */
  private boolean isForUs(JsonNode message, Words words) {
    if (kindOf(message.path("chat")) == ConversationRef.Kind.PRIVATE || words.named()) {
      return true;
    }
    if (words.command().isPresent()) {
      Set<String> known = commands.get();
      return known.isEmpty() || known.contains(words.command().get());
    }
    JsonNode reply = message.path("reply_to_message");
    return reply.path("from").path("id").asLong() == me.id() && !reply.has("forum_topic_created");
  }

  private Reading press(String eventId, JsonNode query, Instant now) {
    String id = query.path("id").asText("");
    String token = query.path("data").asText("");
    JsonNode message = query.path("message");
    if (id.isEmpty()) {
      return new Reading.Nothing();
    }
    if (token.isEmpty() || token.length() > 64 || !message.has("message_id")) {
      return new Reading.EmptyPress(id);
    }
    MessageRef source = refOf(List.of(message));
    Envelope envelope =
        Envelope.of(eventId, userOf(query), source.conversation(), now).withMessage(source);
    ActionRef press = new ActionRef(Presses.name(id, now), source);
    return new Reading.Event(new InboundEvent.ActionPressed(envelope, token, press));
  }

  private Reading membership(String eventId, JsonNode change, Instant now) {
    JsonNode member = change.path("new_chat_member");
    String status = member.path("status").asText("");
    boolean ours = member.path("user").path("id").asLong() == me.id();
    boolean gone = status.equals("kicked") || status.equals("left");
    return ours && gone
        ? new Reading.Event(new InboundEvent.Left(envelope(eventId, change, now), Optional.empty()))
        : new Reading.Nothing();
  }

  private Envelope envelope(String eventId, JsonNode message, Instant now) {
    return Envelope.of(eventId, userOf(message), conversationOf(message), now);
  }

  private UserRef userOf(JsonNode message) {
    // who writes as a group or channel is that group or channel; who presses is always a person
    JsonNode chat = message.path("sender_chat");
    if (chat.has("id")) {
      return new UserRef(
          transport,
          chat.path("id").asText(),
          Cut.to(chat.path("title").asText(""), MAX_NAME),
          Optional.empty(),
          true);
    }
    JsonNode from = message.path("from");
    String name = (from.path("first_name").asText("") + " " + from.path("last_name").asText(""));
    String language = from.path("language_code").asText("");
    return new UserRef(
        transport,
        from.path("id").asText(message.path("chat").path("id").asText()),
        Cut.to(name.strip(), MAX_NAME),
        language.isEmpty() ? Optional.empty() : Optional.of(Locale.forLanguageTag(language)));
  }

  private ConversationRef conversationOf(JsonNode message) {
    JsonNode chat = message.path("chat");
    // elsewhere than in topics, a thread is only a chain of replies
    Optional<String> thread =
        message.path("is_topic_message").asBoolean(false)
            ? Optional.of(message.path("message_thread_id").asText())
            : Optional.empty();
    return new ConversationRef(transport, chat.path("id").asText(), thread, kindOf(chat));
  }

  private static ConversationRef.Kind kindOf(JsonNode chat) {
    return switch (chat.path("type").asText("")) {
      case "group", "supergroup" -> ConversationRef.Kind.GROUP;
      case "channel" -> ConversationRef.Kind.CHANNEL;
      default -> ConversationRef.Kind.PRIVATE;
    };
  }

  private MessageRef refOf(List<JsonNode> messages) {
    return refOf(messages, messages.get(0));
  }

  private MessageRef refOf(List<JsonNode> messages, JsonNode inChatOf) {
    List<String> ids =
        messages.stream().limit(MAX_ALBUM).map(m -> m.path("message_id").asText()).toList();
    Optional<String> edit =
        Sent.hasMedia(messages.get(0)) ? Optional.of(Sent.MEDIA) : Optional.empty();
    return new MessageRef(conversationOf(inChatOf), ids, edit);
  }

  private static List<RemoteImage> imagesOf(JsonNode message) {
    return Photos.of(message).map(List::of).orElse(List.of());
  }
}
