package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happened and was not confirmed yet. One poller at a time; a second one ends the first. */
final class UpdateQueue {
  /** What comes if a bot never said what it wants: all but these. */
  private static final Set<String> NOT_BY_DEFAULT =
      Set.of("chat_member", "message_reaction", "message_reaction_count");

  private final TreeMap<Long, ObjectNode> updates = new TreeMap<>();

  /** What comes once more although it was confirmed, as after a confirmation that got lost. */
  private final List<ObjectNode> repeats = new ArrayList<>();

  private List<ObjectNode> repeated = List.of();
  private @Nullable ObjectNode last;

  /** Rises from one server to the next: a bot that goes on meanwhile must not see an id again. */
  private long next = System.currentTimeMillis() / 1_000;

  private long generation;
  private int pollers;
  private boolean closed;
  private Set<String> allowed = Set.of();

  /** Adds an update of this type, unless the bot does not want it. */
  synchronized void add(String type, ObjectNode update) {
    boolean wanted = allowed.isEmpty() ? !NOT_BY_DEFAULT.contains(type) : allowed.contains(type);
    if (wanted) {
      long id = next++;
      update.put("update_id", id);
      updates.put(id, update);
      last = update;
      notifyAll();
    }
  }

  /** Brings the newest update once more. */
  synchronized void repeatLast() {
    if (last != null) {
      repeats.add(last);
      notifyAll();
    }
  }

  /** Adds whatever JSON a test makes up; it gets an id. */
  synchronized long addRaw(ObjectNode update) {
    long id = next++;
    update.put("update_id", id);
    updates.put(id, update);
    notifyAll();
    return id;
  }

  /** Takes the newest update out of the line. */
  synchronized Optional<ObjectNode> takeLast() {
    Map.Entry<Long, ObjectNode> newest = updates.pollLastEntry();
    return newest == null ? Optional.empty() : Optional.of(newest.getValue());
  }

  synchronized void allow(Collection<String> types) {
    allowed = Set.copyOf(types);
  }

  synchronized List<String> allowed() {
    return allowed.stream().sorted().toList();
  }

  synchronized int size() {
    return updates.size() + repeats.size() + repeated.size();
  }

  /** How many polls wait. */
  synchronized int pollers() {
    return pollers;
  }

  synchronized void clear() {
    updates.clear();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** The oldest updates, for the webhook. Waits for a first one. */
  synchronized List<ObjectNode> oldest(int max, Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (updates.isEmpty() && !closed) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return updates.values().stream().limit(max).toList();
  }

  synchronized void remove(long id) {
    updates.remove(id);
  }

  synchronized List<JsonNode> poll(long offset, int max, Duration timeout)
      throws Refusal, InterruptedException {
    if (offset < 0) {
      while (updates.size() > -offset) {
        updates.pollFirstEntry();
      }
    } else {
      updates.headMap(offset, false).clear();
    }
    repeated = List.of();
    long mine = ++generation;
    notifyAll();
    long end = System.nanoTime() + timeout.toNanos();
    while (updates.isEmpty() && repeats.isEmpty() && !closed && mine == generation) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      pollers++;
      try {
        wait(left);
      } finally {
        pollers--;
      }
    }
    if (mine != generation) {
      throw Refusal.conflict(
          "terminated by other getUpdates request; make sure that only one bot instance is"
              + " running");
    }
    if (!repeats.isEmpty()) {
      repeated = List.copyOf(repeats);
      repeats.clear();
      return new ArrayList<>(repeated);
    }
    return new ArrayList<>(updates.values().stream().limit(max).toList());
  }
}
