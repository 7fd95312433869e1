package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A person in one chat, who writes, sends pictures and presses buttons. Thread-safe. */
public final class FakePerson {
  private final FakeBot bot;
  private final long id;
  private final String name;
  private final String language;
  private final Chat chat;
  private final int thread;
  private final @Nullable Chat sender;

  FakePerson(FakeBot bot, long id, String name, String language, Chat chat, int thread) {
    this(bot, id, name, language, chat, thread, null);
  }

  private FakePerson(
      FakeBot bot,
      long id,
      String name,
      String language,
      Chat chat,
      int thread,
      @Nullable Chat sender) {
    this.bot = bot;
    this.id = id;
    this.name = requireNonNull(name, "name");
    this.language = requireNonNull(language, "language");
    this.chat = chat;
    this.thread = thread;
    this.sender = sender;
  }

  public long id() {
    return id;
  }

  public String name() {
    return name;
  }

  /** The chat that they are in here. */
  public long chat() {
    return chat.id;
  }

  /** The same person in a group. */
  public FakePerson in(long group) {
    return new FakePerson(bot, id, name, language, bot.chatOf(group), 0);
  }

  /** The same person in a topic of this group. */
  public FakePerson inTopic(int topic) {
    return new FakePerson(bot, id, name, language, chat, topic);
  }

  /** The same person with another language. */
  public FakePerson speaking(String languageCode) {
    return new FakePerson(bot, id, name, languageCode, chat, thread);
  }

  /**
   * The same person, who writes in the name of a channel, or of the group that they are in. A press
   * of theirs bears their own name all the same.
   */
  public FakePerson inTheNameOf(long groupOrChannel) {
    return new FakePerson(bot, id, name, language, chat, thread, bot.chatOf(groupOrChannel));
  }

  /** Writes; the answer is the message's id. */
  public int writes(String text) {
    return replies(0, text);
  }

  /** Writes in answer to a message. */
  public int replies(int to, String text) {
    ObjectNode content = node().put("text", text);
    entities(content, "entities", text);
    return bot.say(this, chat, thread, content, to);
  }

  /** Sends a photo; an empty caption is none. */
  public int sendsPhoto(byte[] content, String caption) {
    ObjectNode message = node();
    Sending.putPhoto(message, bot.files().photo(content));
    return say(message, caption, 0);
  }

  /** Sends a photo in answer to a message. */
  public int repliesWithPhoto(int to, byte[] content, String caption) {
    ObjectNode message = node();
    Sending.putPhoto(message, bot.files().photo(content));
    return say(message, caption, to);
  }

  /** Sends a file. */
  public int sendsFile(byte[] content, String fileName, String mime, String caption) {
    ObjectNode message = node();
    Sending.putDocument(message, bot.files().document(content, fileName, mime));
    return say(message, caption, 0);
  }

  /** Sends several photos as one album; the caption stands with the first. */
  public List<Integer> sendsAlbum(List<byte[]> photos, String caption) {
    String album = Long.toString(bot.newAlbum());
    List<Integer> ids = new ArrayList<>();
    for (byte[] photo : photos) {
      ids.add(sendsPartOfAlbum(album, photo, ids.isEmpty() ? caption : ""));
    }
    return ids;
  }

  /** Sends one photo of an album, for tests that want time between them. */
  public int sendsPartOfAlbum(String album, byte[] photo, String caption) {
    ObjectNode message = node().put("media_group_id", album);
    Sending.putPhoto(message, bot.files().photo(photo));
    return say(message, caption, 0);
  }

  /** Changes the text of an own message. */
  public void edits(int messageId, String text) {
    bot.edit(this, chat, messageId, text);
  }

  /**
   * Presses a button of a message.
   *
   * @param labelPart part of what stands on it
   * @return names the press, for {@link FakeBot#answer}
   */
  public String presses(SentMessage message, String labelPart) {
    SentMessage.Button button =
        message
            .button(labelPart)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no button '" + labelPart + "' under: " + message));
    return pressesRaw(message.id(), button.data());
  }

  /** Presses as a client would that makes up its own data. */
  public String pressesRaw(int messageId, String data) {
    return bot.press(this, chat, messageId, data);
  }

  /** Blocks the bot, or removes it from the group. */
  public void blocks() {
    bot.membership(this, chat, chat.isGroup() ? Chat.Closed.KICKED : Chat.Closed.BLOCKED);
  }

  /** Lets the bot in again. */
  public void unblocks() {
    bot.membership(this, chat, Chat.Closed.NO);
  }

  /** What the bot says here, as it stands now, oldest first. */
  public List<SentMessage> sees() {
    return bot.messagesIn(chat);
  }

  /** Waits for a message of the bot that fits. */
  public SentMessage awaits(Duration atMost, Predicate<SentMessage> which)
      throws InterruptedException, TimeoutException {
    List<SentMessage> found = new ArrayList<>();
    try {
      bot.await(
          atMost,
          () -> {
            Optional<SentMessage> match = sees().stream().filter(which).findFirst();
            match.ifPresent(found::add);
            return match.isPresent();
          });
    } catch (TimeoutException e) {
      TimeoutException better =
          new TimeoutException("no such message within " + atMost + "; there are: " + sees());
      better.initCause(e);
      throw better;
    }
    return found.get(0);
  }

  /** Waits for the answer to a press. */
  public PressAnswer awaitsAnswer(Duration atMost, String press)
      throws InterruptedException, TimeoutException {
    bot.await(atMost, () -> bot.answer(press).isPresent());
    return bot.answer(press).orElseThrow();
  }

  private int say(ObjectNode message, String caption, int replyTo) {
    if (!caption.isEmpty()) {
      message.put("caption", caption);
      entities(message, "caption_entities", caption);
    }
    return bot.say(this, chat, thread, message, replyTo);
  }

  private static void entities(ObjectNode message, String field, String text) {
    ArrayNode entities = Entities.of(text);
    if (!entities.isEmpty()) {
      message.set(field, entities);
    }
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Who a message is from, as the platform tells. */
  void signs(ObjectNode message) {
    if (sender == null) {
      message.set("from", asUser());
      return;
    }
    boolean anonymous = sender.id == chat.id;
    message
        .putObject("from")
        .put("id", anonymous ? 1_087_968_824L : 136_817_688L)
        .put("is_bot", true)
        .put("first_name", anonymous ? "Group" : "Channel")
        .put("username", anonymous ? "GroupAnonymousBot" : "Channel_Bot");
    sender.describeIn(message.putObject("sender_chat"));
  }

  ObjectNode asUser() {
    return node()
        .put("id", id)
        .put("is_bot", false)
        .put("first_name", name)
        .put("language_code", language);
  }
}
