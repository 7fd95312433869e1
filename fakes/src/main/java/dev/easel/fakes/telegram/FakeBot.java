package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One bot as the platform keeps it: its chats, what is to be delivered, and what it did.
 * Thread-safe.
 */
public final class FakeBot {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int KEPT_CALLS = 100_000;

  private final long id;
  private final String username;
  private final boolean limits;
  private final FloodRules flood = new FloodRules();
  private final UpdateQueue updates = new UpdateQueue();
  private final BotFiles files = new BotFiles();
  private final PressLog presses = new PressLog();
  private final PlannedFaults faults = new PlannedFaults();
  private final UserActions actions = new UserActions(this, updates, presses);
  private final BotMethods methods = new BotMethods(this);
  private final Map<Long, Chat> chats = new HashMap<>();
  private final Map<String, JsonNode> commands = new LinkedHashMap<>();
  private final Deque<BotCall> calls = new ArrayDeque<>();
  private @Nullable Webhook webhook;
  private boolean revoked;
  private boolean privacy = true;
  private boolean textBecomesMedia = true;
  private Optional<Integer> pageSize = Optional.empty();
  private long nextPerson = 5_000_001;
  private long nextGroup = 1;
  private long nextAlbum = 13_000_000_000_000_001L;

  FakeBot(String token, boolean limits) {
    this.id = Long.parseLong(token.substring(0, token.indexOf(':')));
    this.username = "easel_" + id + "_bot";
    this.limits = limits;
  }

  public long id() {
    return id;
  }

  /** Without the at-sign. */
  public String username() {
    return username;
  }

  /** A new person, in a private chat with the bot; their id is new. */
  public FakePerson person(String name) {
    synchronized (this) {
      return person(nextPerson++, name, "en");
    }
  }

  /** A person with this id, in a private chat with the bot. */
  public synchronized FakePerson person(long personId, String name, String language) {
    Chat chat = chats.computeIfAbsent(personId, i -> new Chat(i, "private", name));
    return new FakePerson(this, personId, name, language, chat, 0);
  }

  /** A new group that the bot is in; {@link FakePerson#in} lets somebody write there. */
  public synchronized long group(String title) {
    long groupId = -1_000_000_000_000L - nextGroup++;
    chats.put(groupId, new Chat(groupId, "supergroup", title));
    return groupId;
  }

  /** The same with topics. */
  public synchronized long forum(String title) {
    long groupId = group(title);
    chatOf(groupId).forum = true;
    return groupId;
  }

  /** A new channel; {@link FakePerson#inTheNameOf} lets somebody write in its name. */
  public synchronized long channel(String title) {
    long channelId = -1_000_000_000_000L - nextGroup++;
    chats.put(channelId, new Chat(channelId, "channel", title));
    return channelId;
  }

  /** Makes a supergroup out of a group: it gets a new id, and the old one answers with it. */
  public synchronized long migrate(long group) {
    Chat old = chatOf(group);
    long next = group(old.title);
    actions.migrate(old, chatOf(next));
    return next;
  }

  /** Whether the bot sees only what is meant for it in groups; true unless changed. */
  public synchronized FakeBot privacy(boolean on) {
    privacy = on;
    return this;
  }

  /** Whether a text can be edited into a picture, as of Bot API 10; true unless changed. */
  public synchronized FakeBot textBecomesMedia(boolean can) {
    textBecomesMedia = can;
    return this;
  }

  /** Lets each poll bring as many updates as there are up to this, however few it asked for. */
  public synchronized FakeBot pageSize(int updatesAtOnce) {
    pageSize = Optional.of(updatesAtOnce);
    return this;
  }

  /** From now on the token is refused. */
  public synchronized void revoke() {
    revoked = true;
  }

  /**
   * Lets the next call of a method go wrong. Several wait in line.
   *
   * @param method in any case; {@code *} for all, {@code file} for downloads
   */
  public void fault(String method, Fault fault) {
    fault(method, 0, fault);
  }

  /** The same for the next call of a method in one chat. */
  public void fault(String method, long chat, Fault fault) {
    faults.add(method, chat, fault);
  }

  /** How many planned faults have not begun yet. */
  public int faultsLeft() {
    return faults.size();
  }

  /** Puts an update in line as it is, whatever it says; it gets an id. */
  public long update(String json) {
    try {
      return updates.addRaw((ObjectNode) JSON.readTree(json));
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("not a JSON object: " + json, e);
    }
  }

  /**
   * Lets a person do something and keeps the update to itself, for tests that push it themselves.
   *
   * @return the update, as JSON
   */
  public synchronized String intercept(Runnable deed) {
    Webhook paused = webhook;
    removeWebhook();
    try {
      deed.run();
      return updates
          .takeLast()
          .orElseThrow(() -> new IllegalStateException("nothing came of it"))
          .toString();
    } finally {
      if (paused != null) {
        setWebhook(paused.url(), paused.secret(), paused.connections());
      }
    }
  }

  /** Brings the newest update once more, with the same id, as the platform does when in doubt. */
  public void repeatLastUpdate() {
    updates.repeatLast();
  }

  /** How many updates wait for the bot to confirm them. */
  public int pending() {
    return updates.size();
  }

  /** How many polls wait for something to happen. */
  public int waitingPolls() {
    return updates.pollers();
  }

  /** What the bot called so far, oldest first; polls that brought nothing are left out. */
  public synchronized List<BotCall> calls() {
    return List.copyOf(calls);
  }

  /** What it called of one method, in any case. */
  public List<BotCall> calls(String method) {
    String wanted = method.toLowerCase(Locale.ROOT);
    return calls().stream().filter(c -> c.method().equals(wanted)).toList();
  }

  /** How often it was told to wait. */
  public long refusedForLimits() {
    return calls().stream().filter(c -> c.status() == 429).count();
  }

  /** All messages of the bot in all chats, as they are now. */
  public synchronized List<SentMessage> messages() {
    return chats.values().stream().flatMap(c -> c.byBot().stream()).toList();
  }

  /** Its messages in one chat, as they are now, oldest first. */
  public synchronized List<SentMessage> messages(long chat) {
    Chat there = chats.get(chat);
    return there == null ? List.of() : there.byBot();
  }

  /** What it last showed itself doing there. */
  public synchronized Optional<String> action(long chat) {
    return Optional.ofNullable(chatOf(chat).lastAction);
  }

  /** The bytes of a picture or file that the bot sent. */
  public byte[] content(SentMessage message) {
    return message
        .fileId()
        .flatMap(files::find)
        .map(BotFiles.Stored::content)
        .orElseThrow(() -> new IllegalArgumentException("no file in message " + message.id()));
  }

  /** How the bot answered a press; empty: not yet. */
  public synchronized Optional<PressAnswer> answer(String press) {
    return presses.find(press);
  }

  /** How presses were answered, from the oldest press. */
  public synchronized List<PressAnswer> answers() {
    return presses.answers();
  }

  /**
   * The menu for a scope and a language, as JSON.
   *
   * @param scope such as {@code default} or {@code all_private_chats}
   * @param language empty: for all
   */
  public synchronized JsonNode menu(String scope, String language) {
    return commands(scope + "/" + language);
  }

  /** Where updates are pushed to. */
  public synchronized Optional<URI> webhookUrl() {
    return webhook().map(Webhook::url);
  }

  /** Waits until something holds, looking again whenever the bot did something. */
  public void await(Duration atMost, BooleanSupplier what)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!what.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new TimeoutException("not within " + atMost);
      }
      synchronized (this) {
        wait(Math.min(left, 50));
      }
    }
  }

  // ---- what people do

  synchronized int say(FakePerson person, Chat chat, int thread, ObjectNode content, int replyTo) {
    return actions.say(person, chat, thread, content, replyTo);
  }

  synchronized void edit(FakePerson person, Chat chat, int messageId, String text) {
    actions.edit(person, chat, messageId, text);
  }

  synchronized String press(FakePerson person, Chat chat, int messageId, String data) {
    return actions.press(person, chat, messageId, data);
  }

  synchronized void membership(FakePerson person, Chat chat, Chat.Closed how) {
    actions.membership(person, chat, how);
  }

  synchronized List<SentMessage> messagesIn(Chat chat) {
    return chat.byBot();
  }

  // ---- what the bot does

  /** Takes the next planned fault for a call. */
  Optional<Fault> faultFor(String method, long chat) {
    return faults.next(method, chat);
  }

  synchronized void record(BotCall call) {
    calls.add(call);
    if (calls.size() > KEPT_CALLS) {
      calls.remove();
    }
    notifyAll();
  }

  void checkToken() throws Refusal {
    synchronized (this) {
      if (revoked) {
        throw Refusal.unauthorized();
      }
    }
  }

  JsonNode call(String method, Params params) throws Refusal, InterruptedException {
    return methods.call(method, params);
  }

  Chat chatFor(Params p) throws Refusal {
    Chat chat = chats.get(p.number("chat_id", 0));
    if (chat == null) {
      throw Refusal.bad("chat not found");
    }
    if (chat.migratedTo != 0) {
      throw Refusal.migrated(chat.migratedTo);
    }
    switch (chat.closed) {
      case BLOCKED -> throw Refusal.forbidden("bot was blocked by the user");
      case DEACTIVATED -> throw Refusal.forbidden("user is deactivated");
      case KICKED -> throw Refusal.forbidden("bot was kicked from the supergroup chat");
      case NO -> {
        return chat;
      }
    }
    return chat;
  }

  synchronized Chat chatOf(long chatId) {
    Chat chat = chats.get(chatId);
    if (chat == null) {
      throw new IllegalArgumentException("no chat " + chatId);
    }
    return chat;
  }

  void countAgainstLimits(Chat chat, int messages) throws Refusal {
    if (limits) {
      flood.count(chat.id, chat.isGroup(), messages, System.nanoTime());
    }
  }

  synchronized void changed() {
    notifyAll();
  }

  synchronized void answerPress(String press, String text, boolean alert) throws Refusal {
    presses.answer(press, text, alert);
    notifyAll();
  }

  JsonNode commands(String scope) {
    return commands.getOrDefault(scope, JSON.createArrayNode());
  }

  void setCommands(String scope, JsonNode list) {
    ArrayNode copy = JSON.createArrayNode();
    list.forEach(copy::add);
    commands.put(scope, copy);
  }

  synchronized void setWebhook(URI url, String secret, int connections) {
    removeWebhook();
    webhook = new Webhook(updates, url, secret, connections);
    webhook.start();
  }

  synchronized void removeWebhook() {
    if (webhook != null) {
      webhook.close();
      webhook = null;
    }
  }

  synchronized Optional<Webhook> webhook() {
    return Optional.ofNullable(webhook);
  }

  synchronized long newAlbum() {
    return nextAlbum++;
  }

  synchronized boolean privacy() {
    return privacy;
  }

  synchronized boolean textBecomesMedia() {
    return textBecomesMedia;
  }

  /** How many updates a poll brings that asked for so many. */
  synchronized int pageSizeFor(long wanted) {
    return pageSize.orElse((int) Math.max(1, Math.min(100, wanted)));
  }

  UpdateQueue updates() {
    return updates;
  }

  BotFiles files() {
    return files;
  }

  ObjectNode asUser() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("is_bot", true)
        .put("first_name", "Easel")
        .put("username", username);
  }

  void close() {
    removeWebhook();
    updates.close();
  }
}
