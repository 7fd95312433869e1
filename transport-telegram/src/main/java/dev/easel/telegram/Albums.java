package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.Versioned;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts albums together: their pictures come in updates of their own, perhaps at several fronts.
 * Each part is kept in the {@link StateStore} before it is confirmed, and so is the list of albums
 * under way, so that any front can finish what another one began.
 */
final class Albums {
  private static final Logger log = LoggerFactory.getLogger(Albums.class);
  private static final Duration KEEP = Duration.ofHours(24);
  private static final Duration REMEMBER = Duration.ofHours(1);
  private static final int MAX_OPEN = 400;
  private static final int MAX_PARTS = 10;
  private static final int MAX_TRIES = 20;
  private static final int MAX_FAILURES = 3;
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final String PARTS = "parts";

  /** The ids of parts that were handed over: they may come again. */
  private static final String DONE = "done";

  private static final String CLOSED = "closed";
  private static final String LAST = "last";

  private final StateStore store;
  private final TransportId transport;
  private final UpdateReader reader;
  private final Inbox inbox;
  private final InstantSource time;
  private final ScheduledExecutorService timer;
  private final Duration quiet;

  private final Map<String, Future<?>> due = new ConcurrentHashMap<>();

  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /** The album that somebody is sending, as far as this front knows. */
  private final Map<String, String> bySender = new ConcurrentHashMap<>();

  Albums(
      StateStore store,
      TransportId transport,
      UpdateReader reader,
      Inbox inbox,
      InstantSource time,
      ScheduledExecutorService timer,
      Duration quiet) {
    this.store = store;
    this.transport = transport;
    this.reader = reader;
    this.inbox = inbox;
    this.time = time;
    this.timer = timer;
    this.quiet = quiet;
  }

  void start() {
    long pause = 5 * quiet.toMillis();
    try {
      timer.scheduleWithFixedDelay(this::sweep, pause, pause, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Being closed before it began");
    }
  }

  /**
   * Keeps a part.
   *
   * @return false: the album went on without it, or there are too many, so it stands alone
   * @throws StoreException if it could not be kept
   */
  boolean add(UpdateReader.Reading.Part part) {
    String album = part.album();
    for (int i = 0; i < MAX_TRIES; i++) {
      Optional<Versioned> found = store.get(key(album));
      ObjectNode state = found.map(f -> read(f.value())).orElseGet(BotApi.JSON::createObjectNode);
      if (has(state, part.message())) {
        schedule(album, quiet);
        return true;
      }
      if (state.path(CLOSED).asBoolean() || state.path(PARTS).size() >= MAX_PARTS) {
        return false;
      }
      if (found.isEmpty() && !note(album)) {
        return false;
      }
      state.withArray(PARTS).add(part.message());
      state.put(LAST, now());
      Expect expect = found.<Expect>map(f -> Expect.version(f.version())).orElseGet(Expect::absent);
      byte[] value = write(state);
      if (value.length > StateStore.MAX_BYTES) {
        return false;
      }
      if (store.put(key(album), value, KEEP, expect).isPresent()) {
        schedule(album, quiet);
        String before = bySender.put(part.sender(), album);
        if (before != null && !before.equals(album)) {
          finish(before, true);
        }
        return true;
      }
    }
    return false;
  }

  /** Something else came from there: that album is complete, and comes first. */
  void endOf(String sender) {
    String album = bySender.remove(sender);
    if (album != null) {
      finish(album, true);
    }
  }

  /** Hands over what is under way here, complete or not. */
  void endAll() {
    List.copyOf(bySender.keySet()).forEach(this::endOf);
  }

  private static boolean has(ObjectNode state, JsonNode message) {
    String id = idOf(message);
    for (JsonNode part : state.path(PARTS)) {
      if (idOf(part).equals(id)) {
        return true;
      }
    }
    for (JsonNode done : state.path(DONE)) {
      if (done.asText().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private static String idOf(JsonNode message) {
    return message.path("message_id").asText();
  }

  private void schedule(String album, Duration in) {
    try {
      Future<?> before =
          due.put(
              album,
              timer.schedule(() -> finish(album, false), in.toMillis(), TimeUnit.MILLISECONDS));
      if (before != null) {
        before.cancel(false);
      }
    } catch (RejectedExecutionException e) {
      log.debug("Being closed, the next front finishes the album");
    }
  }

  private void finish(String album, boolean now) {
    try {
      Optional<Duration> again = tryToFinish(album, now);
      if (again.isPresent()) {
        schedule(album, again.get());
      } else {
        done(album);
      }
    } catch (StoreException e) {
      log.warn("An album waits, the state store cannot be reached", e);
      schedule(album, AGAIN);
    } catch (RuntimeException e) {
      if (failures.merge(album, 1, Integer::sum) < MAX_FAILURES) {
        log.warn("An album was not accepted, trying again", e);
        schedule(album, AGAIN);
        return;
      }
      log.error("Left out an album that fails each time", e);
      done(album);
      forget(album);
    }
  }

  private void done(String album) {
    due.remove(album);
    failures.remove(album);
    bySender.values().remove(album);
  }

  /** Closes the album, hands it over, and remembers that; each step can be repeated. */
  private Optional<Duration> tryToFinish(String album, boolean now) {
    Optional<Versioned> found = store.get(key(album));
    if (found.isEmpty()) {
      forget(album);
      return Optional.empty();
    }
    ObjectNode state = read(found.get().value());
    long version = found.get().version();
    if (!state.path(CLOSED).asBoolean()) {
      long left = quiet.toMillis() - (now() - state.path(LAST).asLong());
      if (!now && left > quiet.toMillis()) {
        // noted by a clock that is ahead of this one, by however much: counted from now instead
        store.put(key(album), write(state.put(LAST, now())), KEEP, Expect.version(version));
        return Optional.of(quiet);
      }
      if (!now && left > 0) {
        return Optional.of(Duration.ofMillis(left));
      }
      state.put(CLOSED, true);
      Optional<Long> closed = store.put(key(album), write(state), KEEP, Expect.version(version));
      if (closed.isEmpty()) {
        return Optional.of(Duration.ofMillis(50)); // a part came in between
      }
      version = closed.get();
    }
    List<JsonNode> parts = new ArrayList<>();
    state.path(PARTS).forEach(parts::add);
    parts.sort(Comparator.comparingLong(p -> p.path("message_id").asLong()));
    if (!parts.isEmpty()) {
      Optional<InboundEvent> event = reader.album(album, parts, time.instant());
      Optional<Inbox.NotAccepted> not = event.flatMap(inbox::accept);
      if (not.isPresent()) {
        Duration after = not.get().retryAfter();
        return Optional.of(after.isZero() ? Duration.ofSeconds(1) : after);
      }
      ArrayNode done = state.withArray(DONE);
      parts.forEach(p -> done.add(idOf(p)));
      state.remove(PARTS);
      store.put(key(album), write(state), REMEMBER, Expect.version(version));
    }
    forget(album);
    return Optional.empty();
  }

  /** Finishes what a front that is gone began. */
  private void sweep() {
    try {
      Optional<Versioned> list = store.get(list());
      if (list.isEmpty()) {
        return;
      }
      long old = now() - 3 * quiet.toMillis();
      ObjectNode open = read(list.get().value());
      for (Map.Entry<String, JsonNode> e : open.properties()) {
        if (e.getValue().asLong() < old && !due.containsKey(e.getKey())) {
          finish(e.getKey(), false);
        }
      }
    } catch (StoreException e) {
      log.debug("Albums are looked after later", e);
    } catch (RuntimeException e) {
      log.error("Albums could not be looked after, trying again", e);
    }
  }

  private boolean note(String album) {
    return change(open -> open.size() < MAX_OPEN && open.put(album, now()) != null);
  }

  private void forget(String album) {
    change(open -> open.remove(album) != null);
  }

  /** A change of the list; false: nothing to write. */
  private interface Change {
    boolean apply(ObjectNode open);
  }

  private boolean change(Change change) {
    for (int i = 0; i < MAX_TRIES; i++) {
      Optional<Versioned> found = store.get(list());
      ObjectNode open = found.map(f -> read(f.value())).orElseGet(BotApi.JSON::createObjectNode);
      if (!change.apply(open)) {
        return false;
      }
      Expect expect = found.<Expect>map(f -> Expect.version(f.version())).orElseGet(Expect::absent);
      if (store.put(list(), write(open), KEEP, expect).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private long now() {
    return time.instant().toEpochMilli();
  }

  private Key key(String album) {
    return new Key(transport.toString(), "album/" + album);
  }

  private Key list() {
    return new Key(transport.toString(), "albums");
  }

  private static ObjectNode read(byte[] value) {
    try {
      return BotApi.JSON.readTree(value) instanceof ObjectNode object
          ? object
          : BotApi.JSON.createObjectNode();
    } catch (IOException e) {
      throw new IllegalStateException("an album's state is not JSON", e);
    }
  }

  private static byte[] write(ObjectNode state) {
    try {
      return BotApi.JSON.writeValueAsBytes(state);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
