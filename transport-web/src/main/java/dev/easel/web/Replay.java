package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns what changed in a timeline into events, in the order in which messages first stood there.
 */
final class Replay {
  private static final int PAGE = 100;

  /**
   * What changed.
   *
   * @param complete whether this is all that there is to know since the revision asked for
   */
  record Changes(List<Timelines.Row> rows, long revision, boolean complete) {}

  /** Bytes for a stream, and the revision that they bring it to. */
  record Events(List<byte[]> frames, long revision) {}

  private Replay() {}

  static Changes everything(Timelines timelines, ConversationRef conversation) {
    return since(timelines, conversation, 0);
  }

  private static Changes since(Timelines timelines, ConversationRef conversation, long revision) {
    List<Timelines.Row> rows = new ArrayList<>();
    long at = revision;
    boolean complete = true;
    Timelines.Page page;
    do {
      page = timelines.since(conversation, at, PAGE);
      rows.addAll(page.rows());
      complete &= page.complete();
      at = page.revision();
    } while (page.more() && rows.size() < 2 * Timelines.MAX_MESSAGES);
    return new Changes(rows, at, complete);
  }

  /**
   * The events that bring a stream up to date.
   *
   * @param revision what the client has; 0: nothing; below 0: something that nobody knows
   * @param prefix what stands before the API's paths on this server
   */
  static Events events(
      Timelines timelines, ConversationRef conversation, long revision, String prefix) {
    Changes changes = since(timelines, conversation, Math.max(0, revision));
    List<byte[]> frames = new ArrayList<>();
    long known = revision;
    if (revision < 0 || revision > 0 && !changes.complete()) {
      changes = since(timelines, conversation, 0);
      frames.add(frame(0, "reset", "{}"));
      known = 0;
    }
    addFrames(frames, changes, known, prefix);
    return new Events(frames, changes.revision());
  }

  private record Change(long revision, long born, Shown shown) {}

  private static void addFrames(List<byte[]> frames, Changes changes, long known, String prefix) {
    List<Change> all = new ArrayList<>();
    for (Timelines.Row row : changes.rows()) {
      Shown shown = Shown.decode(row.state());
      // whoever has nothing yet has nothing to delete
      boolean silent = shown.what().equals("turn") || known == 0 && shown.what().equals("delete");
      if (!silent) {
        long born = shown.born() == 0 ? row.revision() : shown.born();
        all.add(new Change(row.revision(), born, shown));
      }
    }
    all.sort(Comparator.comparingLong(Change::born));
    // an event's id promises that nothing older is still to come, also where order and age differ
    long[] ids = new long[all.size()];
    long safe = changes.revision();
    for (int i = all.size() - 1; i >= 0; i--) {
      ids[i] = safe;
      safe = Math.min(safe, all.get(i).revision() - 1);
    }
    for (int i = 0; i < ids.length; i++) {
      Change change = all.get(i);
      String name =
          change.born() <= known && change.shown().isOfBot() ? "edit" : change.shown().what();
      frames.add(frame(ids[i], name, change.shown().json(prefix)));
    }
  }

  private static byte[] frame(long id, String event, String data) {
    return ("id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
