package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.Inbox.NotAccepted;
import dev.easel.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what came in, one update at a time. One that cannot be understood is left out, and so
 * is one that fails each time: what follows it would wait for ever. Thread-safe.
 */
final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final int MAX_FAILURES = 3;

  /** Of updates that failed: each is soon taken or left out, here or at another front. */
  private static final int KEPT = 1_000;

  /** What became of an update. */
  sealed interface Outcome {
    /** It may be confirmed. */
    record Taken() implements Outcome {}

    /** It must come again. */
    record Later(Duration after) implements Outcome {}

    /** Its conversation has too much that waits; others can go on. */
    record Busy(InboundEvent event, Duration after) implements Outcome {}
  }

  private static final Outcome TAKEN = new Outcome.Taken();

  private final UpdateReader reader;
  private final Albums albums;
  private final Presses presses;
  private final Inbox inbox;
  private final InstantSource time;
  private final Duration pause;

  /** How often an update failed. */
  private final Map<String, Integer> failures = new LinkedHashMap<>();

  /**
   * @param pause before an update that failed is tried again
   */
  Intake(
      UpdateReader reader,
      Albums albums,
      Presses presses,
      Inbox inbox,
      InstantSource time,
      Duration pause) {
    this.reader = reader;
    this.albums = albums;
    this.presses = presses;
    this.inbox = inbox;
    this.time = time;
    this.pause = pause;
  }

  /** Never throws what the inbox throws. */
  Outcome take(JsonNode update) {
    UpdateReader.Reading reading;
    try {
      reading = reader.read(update, time.instant());
    } catch (RuntimeException e) {
      log.warn("Left out an update that cannot be understood: update={}", idOf(update), e);
      return TAKEN;
    }
    try {
      return take(reading);
    } catch (StoreException e) {
      log.warn("An update waits, the state store cannot be reached: update={}", idOf(update), e);
      return new Outcome.Later(Duration.ofSeconds(2));
    } catch (RuntimeException e) {
      return failed(idOf(update), e);
    }
  }

  private Outcome failed(String update, RuntimeException e) {
    int times;
    synchronized (failures) {
      times = failures.merge(update, 1, Integer::sum);
      if (times == MAX_FAILURES) {
        failures.remove(update);
      } else if (failures.size() > KEPT) {
        failures.remove(failures.keySet().iterator().next());
      }
    }
    if (times == MAX_FAILURES) {
      log.error("Left out an update that fails each time: update={}", update, e);
      return TAKEN;
    }
    Duration after = pause.multipliedBy(times);
    log.warn("An update was not accepted, trying again: update={} delay={}", update, after, e);
    return new Outcome.Later(after);
  }

  private Outcome take(UpdateReader.Reading reading) {
    if (reading instanceof UpdateReader.Reading.Event event) {
      albums.endOf(UpdateReader.senderOf(event.event()));
      return accept(event.event());
    }
    if (reading instanceof UpdateReader.Reading.Part part && !albums.add(part)) {
      String alone = part.album() + "." + part.message().path("message_id").asText();
      return reader
          .album(alone, List.of(part.message()), time.instant())
          .map(this::accept)
          .orElse(TAKEN);
    }
    if (reading instanceof UpdateReader.Reading.EmptyPress press) {
      presses.dismiss(press.callbackId());
    }
    return TAKEN;
  }

  private Outcome accept(InboundEvent event) {
    if (event instanceof InboundEvent.ActionPressed pressed) {
      presses.pressed(pressed.press());
    }
    Optional<NotAccepted> not = inbox.accept(event);
    if (not.isEmpty()) {
      return TAKEN;
    }
    Duration after = not.get().retryAfter();
    return not.get().why() == Inbox.Why.CONVERSATION_BUSY
        ? new Outcome.Busy(event, after)
        : new Outcome.Later(after);
  }

  static String idOf(JsonNode update) {
    return update.path("update_id").asText("?");
  }
}
