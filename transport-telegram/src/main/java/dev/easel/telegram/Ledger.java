package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MediaRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.Versioned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what was sent under which operation, because Telegram does not: written before a send
 * and again after it, so that a repeated operation gives no second message.
 *
 * <p>A sender that was killed in between leaves an entry that says neither. Such a message is sent
 * once more: twice is better than never, and after that it is left alone.
 */
final class Ledger {
  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  /** As long as a settled job's id is remembered. */
  private static final Duration KEEP = Duration.ofHours(24);

  private static final int MAX_TRIES = 3;

  /** What is known of an operation. */
  sealed interface Entry {
    /** It is to be sent; the version is for closing the entry. */
    record Begun(long version) implements Entry {}

    /** It was sent. */
    record Sent(Receipt.Delivered receipt) implements Entry {}

    /** It went out, and nobody knows what became of it. */
    record Unknown() implements Entry {}
  }

  private static final byte[] BEGUN = json("{}");
  private static final byte[] BEGUN_AGAIN = json("{\"again\":true}");
  private static final byte[] UNKNOWN = json("{\"unknown\":true}");

  private final StateStore store;
  private final TransportId transport;

  Ledger(StateStore store, TransportId transport) {
    this.store = store;
    this.transport = transport;
  }

  Entry begin(OperationId operation) {
    try {
      for (int i = 0; i < MAX_TRIES; i++) {
        Optional<Long> version = store.put(key(operation), BEGUN, KEEP, Expect.absent());
        if (version.isPresent()) {
          return new Entry.Begun(version.get());
        }
        Optional<Versioned> found = store.get(key(operation));
        if (found.isPresent()) {
          return goOn(operation, found.get());
        }
        // whoever had begun it has said meanwhile that it was not sent
      }
      return new Entry.Unknown();
    } catch (StoreException e) {
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE, "the delivery ledger cannot be reached", e);
    }
  }

  private Entry goOn(OperationId operation, Versioned found) {
    Optional<Receipt.Delivered> receipt = read(found.value());
    if (receipt.isPresent()) {
      return new Entry.Sent(receipt.get());
    }
    return Arrays.equals(found.value(), BEGUN)
        ? beginAgain(operation, found.version())
        : new Entry.Unknown();
  }

  private Entry beginAgain(OperationId operation, long version) {
    Optional<Long> mine = store.put(key(operation), BEGUN_AGAIN, KEEP, Expect.version(version));
    if (mine.isEmpty()) {
      return new Entry.Unknown(); // somebody else does it
    }
    log.warn(
        "Its sender ended without telling whether it was sent, sending it once more; it may be"
            + " there twice: operation={}",
        operation);
    return new Entry.Begun(mine.get());
  }

  /** It is there. A failure here is no reason to send it again. */
  void sent(OperationId operation, long version, Receipt.Delivered receipt) {
    try {
      store.put(key(operation), write(receipt), KEEP, Expect.version(version));
    } catch (StoreException e) {
      log.warn("Sent, but not noted; a repetition sends it once more: operation={}", operation, e);
    }
  }

  /** It went out, and no answer came. */
  void unknown(OperationId operation, long version) {
    try {
      store.put(key(operation), UNKNOWN, KEEP, Expect.version(version));
    } catch (StoreException e) {
      log.warn(
          "It may have been sent, and that is not noted; a repetition sends it once more:"
              + " operation={}",
          operation,
          e);
    }
  }

  /** It certainly did not go out. */
  void notSent(OperationId operation, long version) {
    try {
      store.remove(key(operation), Expect.version(version));
    } catch (StoreException e) {
      log.warn("Not sent, but noted as begun: operation={}", operation, e);
    }
  }

  private Key key(OperationId operation) {
    return new Key(transport.toString(), "op/" + operation.value());
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] write(Receipt.Delivered receipt) {
    ObjectNode json = BotApi.JSON.createObjectNode();
    json.set("message", message(receipt.message()));
    receipt.buttons().ifPresent(b -> json.set("buttons", message(b)));
    ArrayNode media = json.putArray("media");
    receipt.media().forEach(m -> media.addObject().put("id", m.id()).put("unique", m.unique()));
    try {
      return BotApi.JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static ObjectNode message(MessageRef ref) {
    ObjectNode json = BotApi.JSON.createObjectNode();
    json.put("chat", ref.conversation().chat()).put("kind", ref.conversation().kind().name());
    ref.conversation().thread().ifPresent(t -> json.put("thread", t));
    ref.editToken().ifPresent(t -> json.put("edit", t));
    ArrayNode ids = json.putArray("ids");
    ref.ids().forEach(ids::add);
    return json;
  }

  private Optional<Receipt.Delivered> read(byte[] value) {
    try {
      JsonNode json = BotApi.JSON.readTree(value);
      if (!json.has("message")) {
        return Optional.empty();
      }
      List<MediaRef> media = new ArrayList<>();
      for (JsonNode m : json.path("media")) {
        media.add(new MediaRef(transport, m.path("id").asText(), m.path("unique").asText()));
      }
      Optional<MessageRef> buttons =
          json.has("buttons") ? Optional.of(message(json.path("buttons"))) : Optional.empty();
      return Optional.of(new Receipt.Delivered(message(json.path("message")), buttons, media));
    } catch (IOException e) {
      return Optional.empty(); // what we cannot read we must not send again
    }
  }

  private MessageRef message(JsonNode json) {
    List<String> ids = new ArrayList<>();
    json.path("ids").forEach(i -> ids.add(i.asText()));
    ConversationRef conversation =
        new ConversationRef(
            transport,
            json.path("chat").asText(),
            Optional.ofNullable(json.path("thread").textValue()),
            ConversationRef.Kind.valueOf(json.path("kind").asText()));
    return new MessageRef(conversation, ids, Optional.ofNullable(json.path("edit").textValue()));
  }
}
