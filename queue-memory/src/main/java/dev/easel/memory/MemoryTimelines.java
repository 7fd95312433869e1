package dev.easel.memory;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportId;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps what conversations look like now, up to so many conversations and bytes. */
final class MemoryTimelines implements Timelines {
  private static final int MAX_MESSAGE_ID = 260;

  /** About what a row takes beside its state. */
  private static final int OVERHEAD = 300;

  private static final String EVERYTHING = "all conversations";

  private final InstantSource clock;
  private final int maxConversations;
  private final long maxBytes;
  private final Hints<ConversationRef> hints = new Hints<>("easel-memory-timelines");

  /** By who changed last: the first is the one to go. */
  private final Map<Address, Conversation> conversations = new LinkedHashMap<>();

  private final Timers<Kept> timers = new Timers<>();
  private long bytes;
  private long lastRevision;
  private boolean closed;

  private record Address(TransportId transport, String chat, Optional<String> thread) {}

  MemoryTimelines(InstantSource clock, int maxConversations, long maxBytes) {
    this.clock = clock;
    this.maxConversations = maxConversations;
    this.maxBytes = maxBytes;
  }

  @Override
  public long put(ConversationRef where, String message, byte[] state, Duration keep) {
    if (message.isEmpty() || message.length() > MAX_MESSAGE_ID) {
      throw new IllegalArgumentException(
          "a message's id has 1 to %d characters, this one has %d"
              .formatted(MAX_MESSAGE_ID, message.length()));
    }
    if (state.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message has at most " + MAX_BYTES + " bytes, this one has " + state.length);
    }
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be above zero, was " + keep);
    }
    long revision = write(address(where), message, state.clone(), keep);
    hints.tell(EVERYTHING, where);
    return revision;
  }

  private synchronized long write(Address address, String message, byte[] state, Duration keep) {
    long now = begin();
    // by the clock, so that what was forgotten in between is never taken for known
    lastRevision = Math.max(lastRevision + 1, now * 1000);
    Conversation conversation = conversations.remove(address);
    if (conversation == null) {
      conversation = new Conversation(address, lastRevision - 1);
    }
    conversations.put(address, conversation);
    Kept before = conversation.rows.get(message);
    if (before != null) {
      remove(before);
    }
    Kept row = new Kept(conversation, message, lastRevision, state);
    conversation.rows.put(message, row);
    conversation.revision = lastRevision;
    bytes += row.size();
    timers.set(row, now + Jobs.millis(keep));
    if (conversation.rows.size() > MAX_MESSAGES) {
      drop(conversation.rows.values().iterator().next());
    }
    while (conversations.size() > maxConversations
        || (bytes > maxBytes && conversations.size() > 1)) {
      forget(conversations.values().iterator().next());
    }
    return conversation.revision;
  }

  @Override
  public synchronized Page since(ConversationRef where, long revision, int max) {
    if (max < 1 || max > MAX_MESSAGES || revision < 0) {
      throw new IllegalArgumentException(
          "max is 1 to %d and revision not negative: max=%d revision=%d"
              .formatted(MAX_MESSAGES, max, revision));
    }
    begin();
    Conversation conversation = conversations.get(address(where));
    if (conversation == null) {
      return new Page(List.of(), 0, revision == 0, false);
    }
    boolean known = revision >= conversation.droppedUpTo && revision <= conversation.revision;
    if (revision != 0 && !known) {
      return new Page(List.of(), 0, false, false);
    }
    List<Row> rows = new ArrayList<>();
    for (Kept row : conversation.rows.values()) {
      if (row.revision <= revision) {
        continue;
      }
      if (rows.size() == max) {
        return new Page(rows, rows.get(max - 1).revision(), true, true);
      }
      rows.add(new Row(row.message, row.revision, row.state.clone()));
    }
    return new Page(rows, conversation.revision, true, false);
  }

  @Override
  public synchronized Subscription watch(Consumer<ConversationRef> hint) {
    begin();
    return hints.watch(EVERYTHING, requireNonNull(hint, "hint"));
  }

  synchronized void close() {
    closed = true;
    hints.close();
  }

  synchronized int held() {
    return conversations.size() + timers.size();
  }

  private long begin() {
    if (closed) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the backend is closed");
    }
    long now = clock.millis();
    Kept over = timers.pollDue(now);
    while (over != null) {
      drop(over);
      over = timers.pollDue(now);
    }
    return now;
  }

  /** A row goes though it is current: who has not seen it by now cannot know. */
  private void drop(Kept row) {
    Conversation conversation = row.conversation;
    remove(row);
    conversation.droppedUpTo = Math.max(conversation.droppedUpTo, row.revision);
    if (conversation.rows.isEmpty()) {
      conversations.remove(conversation.address);
    }
  }

  private void remove(Kept row) {
    timers.clear(row);
    row.conversation.rows.remove(row.message);
    bytes -= row.size();
  }

  private void forget(Conversation conversation) {
    Iterator<Kept> rows = conversation.rows.values().iterator();
    while (rows.hasNext()) {
      Kept row = rows.next();
      rows.remove();
      timers.clear(row);
      bytes -= row.size();
    }
    conversations.remove(conversation.address);
  }

  private static Address address(ConversationRef where) {
    return new Address(where.transport(), where.chat(), where.thread());
  }

  private static final class Conversation {
    private final Address address;

    /** By when they changed. */
    private final Map<String, Kept> rows = new LinkedHashMap<>();

    private long revision;

    /** Older revisions cannot be answered any more. */
    private long droppedUpTo;

    private Conversation(Address address, long droppedUpTo) {
      this.address = address;
      this.droppedUpTo = droppedUpTo;
    }
  }

  private static final class Kept extends Timed {
    private final Conversation conversation;
    private final String message;
    private final long revision;
    private final byte[] state;

    private Kept(Conversation conversation, String message, long revision, byte[] state) {
      this.conversation = conversation;
      this.message = message;
      this.revision = revision;
      this.state = state;
    }

    private long size() {
      return (long) OVERHEAD + state.length;
    }
  }
}
