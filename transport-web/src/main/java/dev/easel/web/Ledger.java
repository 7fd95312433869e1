package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.Versioned;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which messages stand in a conversation, so that what is repeated happens once and what
 * was deleted stays so.
 */
final class Ledger {
  /**
   * What is known of a message.
   *
   * @param digest of its current form; empty: it was deleted
   */
  record Entry(long born, String digest) {
    boolean gone() {
      return digest.isEmpty();
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  private final StateStore state;
  private final Duration keep;

  Ledger(StateStore state, Duration keep) {
    this.state = state;
    this.keep = keep;
  }

  Optional<Entry> find(ConversationRef conversation, String message) {
    return state.get(key("message", conversation, message)).map(Ledger::entry);
  }

  void put(ConversationRef conversation, String message, Entry entry) {
    byte[] value = (entry.born() + " " + entry.digest()).getBytes(StandardCharsets.US_ASCII);
    try {
      state.put(key("message", conversation, message), value, keep, Expect.any());
    } catch (StoreException e) {
      // the message itself stands; at worst a repetition writes it once more
      log.warn("Will not recognise a repetition: message={}", message, e);
    }
  }

  boolean isKnown(ConversationRef conversation) {
    return state.get(key("conversation", conversation, "")).isPresent();
  }

  void remember(ConversationRef conversation) {
    state.put(key("conversation", conversation, ""), new byte[] {1}, keep, Expect.any());
  }

  /** Whether this press is answered for the first time. */
  boolean firstAnswer(ConversationRef conversation, String press) {
    Key key = key("press", conversation, press);
    return state.put(key, new byte[] {1}, Duration.ofHours(1), Expect.absent()).isPresent();
  }

  private static Key key(String space, ConversationRef conversation, String name) {
    return new Key("web:" + space, conversation.key() + "/" + name);
  }

  private static Entry entry(Versioned versioned) {
    String[] parts = new String(versioned.value(), StandardCharsets.US_ASCII).split(" ", 2);
    return new Entry(Long.parseLong(parts[0]), parts[1]);
  }
}
