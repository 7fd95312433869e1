package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import dev.easel.store.Subscription;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the current form of each message of a conversation, so that a page that was away can catch
 * up, whichever process it asks. Platforms that keep messages themselves do not need it.
 * Thread-safe. Throws {@link dev.easel.store.StoreException} when it cannot be reached.
 */
public interface Timelines {
  /** The largest state, in bytes. */
  int MAX_BYTES = 64 * 1024;

  /** Messages kept of one conversation; the one changed longest ago goes first. */
  int MAX_MESSAGES = 500;

  /** Conversations kept; the one changed longest ago goes first. */
  int MAX_CONVERSATIONS = 100_000;

  /**
   * Writes the current form of a message. A deletion is such a form too: what the bytes mean is the
   * writer's.
   *
   * @param message 1 to 260 characters
   * @param state at most {@link #MAX_BYTES}
   * @param keep from now on
   * @return the conversation's new revision: rises with every write, above 0 and below 2^53. It
   *     goes on rising when everything was dropped in between, so that an old one is never taken
   *     for new
   */
  long put(ConversationRef conversation, String message, byte[] state, Duration keep);

  /**
   * Reads what changed.
   *
   * @param revision a revision that was given out before; 0: from the beginning
   * @param max 1 to 500 rows
   * @return what changed after it, in order of change, each message once in its current form
   */
  Page since(ConversationRef conversation, long revision, int max);

  /**
   * Tells that a conversation changed, in whichever process. Hints may be missed or come twice. The
   * consumer is called on a thread of the backend and must return soon.
   */
  Subscription watch(Consumer<ConversationRef> hint);

  /**
   * A part of a timeline.
   *
   * <p>From 0, a page tells all that is still kept and is always complete. An incomplete one has no
   * rows.
   *
   * @param revision to ask from next time; 0 if incomplete
   * @param complete whether these rows are all there is to know since then: false if some that
   *     changed since are no longer kept, or the revision was never given out; then begin again
   *     from 0
   * @param more whether there are further rows
   */
  record Page(List<Row> rows, long revision, boolean complete, boolean more) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  /** A message as it is now, and when it became so. */
  record Row(String message, long revision, byte[] state) {
    public Row {
      requireNonNull(message, "message");
      requireNonNull(state, "state");
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Row r
          && message.equals(r.message)
          && revision == r.revision
          && Arrays.equals(state, r.state);
    }

    @Override
    public int hashCode() {
      return 31 * message.hashCode() + Long.hashCode(revision);
    }

    @Override
    public String toString() {
      return message + "@" + revision;
    }
  }
}
