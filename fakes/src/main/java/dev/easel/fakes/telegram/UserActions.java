package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.fakes.telegram.Chat.Message;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What people do in chats, and the updates that come of it. Guarded by its bot's lock. */
final class UserActions {
  private final FakeBot bot;
  private final UpdateQueue updates;
  private final PressLog presses;

  UserActions(FakeBot bot, UpdateQueue updates, PressLog presses) {
    this.bot = bot;
    this.updates = updates;
    this.presses = presses;
  }

  /** Writes or sends what the content says; the answer is the message's id. */
  int say(FakePerson person, Chat chat, int thread, ObjectNode content, int replyTo) {
    int messageId = chat.newMessageId();
    ObjectNode message = node().put("message_id", messageId);
    person.signs(message);
    chat.describeIn(message.putObject("chat"));
    message.put("date", Instant.now().getEpochSecond());
    if (thread != 0) {
      message.put("message_thread_id", thread).put("is_topic_message", true);
    }
    Message original = chat.messages.get(replyTo);
    if (original != null) {
      ObjectNode quoted = original.json.deepCopy();
      quoted.remove("reply_to_message");
      message.set("reply_to_message", quoted);
    }
    message.setAll(content);
    boolean heard = isHeard(chat, message, original);
    chat.add(messageId, new Message(message, false));
    if (heard) {
      deliver("message", message.deepCopy());
    }
    return messageId;
  }

  void edit(FakePerson person, Chat chat, int messageId, String text) {
    Message old = chat.messages.get(messageId);
    if (old == null || old.byBot) {
      throw new IllegalArgumentException("no message of " + person.name() + ": " + messageId);
    }
    old.json.put("text", text).put("edit_date", Instant.now().getEpochSecond());
    deliver("edited_message", old.json.deepCopy());
  }

  String press(FakePerson person, Chat chat, int messageId, String data) {
    Message source = chat.messages.get(messageId);
    String press = presses.add();
    ObjectNode query = node().put("id", press);
    query.set("from", person.asUser());
    if (source != null) {
      query.set("message", source.json.deepCopy());
    } else {
      ObjectNode gone = query.putObject("message").put("message_id", messageId).put("date", 0);
      chat.describeIn(gone.putObject("chat"));
    }
    query.put("chat_instance", Long.toString(chat.id)).put("data", data);
    deliver("callback_query", query);
    return press;
  }

  /** Lets the bot in, or out. */
  void membership(FakePerson person, Chat chat, Chat.Closed how) {
    chat.closed = how;
    ObjectNode member = node();
    chat.describeIn(member.putObject("chat"));
    member.set("from", person.asUser());
    member.put("date", Instant.now().getEpochSecond());
    boolean gone = how != Chat.Closed.NO;
    member
        .putObject("old_chat_member")
        .put("status", gone ? "member" : "kicked")
        .set("user", bot.asUser());
    member
        .putObject("new_chat_member")
        .put("status", gone ? "kicked" : "member")
        .set("user", bot.asUser());
    deliver("my_chat_member", member);
  }

  /** Tells both of the old group and of the new one that one became the other. */
  void migrate(Chat old, Chat next) {
    old.migratedTo = next.id;
    deliver("message", service(old).put("migrate_to_chat_id", next.id));
    deliver("message", service(next).put("migrate_from_chat_id", old.id));
  }

  /** In groups a bot in privacy mode hears commands for it, its name, and answers to it. */
  private boolean isHeard(Chat chat, JsonNode message, @Nullable Message original) {
    if (!chat.isGroup() || !bot.privacy() || original != null && original.byBot) {
      return true;
    }
    String text = message.path("text").asText(message.path("caption").asText(""));
    JsonNode entities =
        message.has("text") ? message.path("entities") : message.path("caption_entities");
    for (JsonNode e : entities) {
      int start = e.path("offset").asInt();
      String part = text.substring(start, start + e.path("length").asInt());
      boolean named = part.toLowerCase(Locale.ROOT).endsWith("@" + bot.username());
      boolean bare = part.startsWith("/") && !part.contains("@");
      if (named || bare && chat.botSpokeLast) {
        return true;
      }
    }
    return false;
  }

  private void deliver(String type, ObjectNode content) {
    ObjectNode update = node();
    update.set(type, content);
    updates.add(type, update);
  }

  private ObjectNode service(Chat chat) {
    ObjectNode message = node().put("message_id", chat.newMessageId());
    message.set("from", bot.asUser());
    chat.describeIn(message.putObject("chat"));
    return message.put("date", Instant.now().getEpochSecond());
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
