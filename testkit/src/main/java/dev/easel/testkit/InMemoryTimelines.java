package dev.easel.testkit;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Timelines in a map, with the bounds that the seam names, for tests of what uses them. */
final class InMemoryTimelines implements Timelines {
  private record Kept(Row row, Instant until) {}

  /** Rows in order of change; {@code lost} is the newest revision of which something is gone. */
  private static final class Timeline {
    final Map<String, Kept> rows = new LinkedHashMap<>();
    long revision;
    long lost;
  }

  private final Map<ConversationRef, Timeline> timelines = new HashMap<>();
  private final List<Consumer<ConversationRef>> watchers = new CopyOnWriteArrayList<>();
  private final InstantSource time;

  InMemoryTimelines(InstantSource time) {
    this.time = time;
  }

  @Override
  public long put(ConversationRef conversation, String message, byte[] state, Duration keep) {
    if (state.length > MAX_BYTES || message.isEmpty() || message.length() > 260) {
      throw new IllegalArgumentException("too large for a timeline: " + state.length + " bytes");
    }
    long revision;
    synchronized (this) {
      Timeline timeline = timelines.computeIfAbsent(conversation, c -> new Timeline());
      revision = ++timeline.revision;
      timeline.rows.remove(message);
      Row row = new Row(message, revision, state.clone());
      timeline.rows.put(message, new Kept(row, time.instant().plus(keep)));
      trim(timeline);
    }
    watchers.forEach(w -> w.accept(conversation));
    return revision;
  }

  @Override
  public synchronized Page since(ConversationRef conversation, long revision, int max) {
    Timeline timeline = timelines.getOrDefault(conversation, new Timeline());
    trim(timeline);
    if (revision != 0 && (revision < timeline.lost || revision > timeline.revision)) {
      return new Page(List.of(), 0, false, false);
    }
    List<Row> changed =
        timeline.rows.values().stream()
            .map(Kept::row)
            .filter(r -> r.revision() > revision)
            .limit(max + 1L)
            .toList();
    boolean more = changed.size() > max;
    List<Row> rows = more ? changed.subList(0, max) : changed;
    long next = more ? rows.get(max - 1).revision() : timeline.revision;
    return new Page(rows, next, true, more);
  }

  @Override
  public Subscription watch(Consumer<ConversationRef> hint) {
    // wrapped, so that two watches with the same consumer are two
    Consumer<ConversationRef> own = hint::accept;
    watchers.add(own);
    return () -> watchers.remove(own);
  }

  private void trim(Timeline timeline) {
    Instant now = time.instant();
    int tooMany = timeline.rows.size() - MAX_MESSAGES;
    Iterator<Kept> all = timeline.rows.values().iterator();
    while (all.hasNext()) {
      Kept kept = all.next();
      if (tooMany > 0 || !kept.until().isAfter(now)) {
        timeline.lost = Math.max(timeline.lost, kept.row().revision());
        all.remove();
        tooMany--;
      }
    }
  }
}
