package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.MessageRef;
import dev.easel.job.JobId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import java.time.Duration;
import java.util.Optional;

/**
 * Which message shows a job, and who may change it now. Progress and picture come from different
 * threads, or processes: each takes the message for a moment, and once it is final nothing touches
 * it again.
 */
final class StatusMessages {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration KEEP = Duration.ofDays(2);

  private final StateStore state;

  StatusMessages(StateStore state) {
    this.state = requireNonNull(state, "state");
  }

  /** What came of the wish to change a message. */
  sealed interface Answer {
    /** Somebody is changing it: come back soon. */
    record Busy() implements Answer {}

    /** It has its last form. */
    record Final(Optional<MessageRef> message) implements Answer {}

    /**
     * It is the caller's until it is kept, finished, or ten seconds have passed.
     *
     * @param message empty: none was sent yet
     * @param unchanged holds while nobody else has changed which message it is
     */
    record Taken(Optional<MessageRef> message, long lease, Expect unchanged) implements Answer {}
  }

  private record Slot(Optional<MessageRef> message, boolean isFinal) {}

  /** Who keeps the message up to date while the job has not ended. */
  Watch watch(JobId job) {
    return new Watch(state, watchKey(job));
  }

  /** Whether there is a message that no front keeps up to date. */
  boolean isLeftBehind(JobId job) {
    return state.get(watchKey(job)).isEmpty()
        && state.get(slotKey(job)).map(StatusMessages::slot).filter(s -> !s.isFinal()).isPresent();
  }

  Answer take(JobId job) {
    Optional<Long> lease = state.put(leaseKey(job), new byte[] {1}, LEASE, Expect.absent());
    if (lease.isEmpty()) {
      return new Answer.Busy();
    }
    Optional<Versioned> found = state.get(slotKey(job));
    Optional<Slot> slot = found.map(StatusMessages::slot);
    if (slot.isPresent() && slot.get().isFinal()) {
      state.remove(leaseKey(job), Expect.version(lease.get()));
      return new Answer.Final(slot.get().message());
    }
    Expect unchanged = found.map(f -> Expect.version(f.version())).orElseGet(Expect::absent);
    return new Answer.Taken(slot.flatMap(Slot::message), lease.get(), unchanged);
  }

  /**
   * Gives it back; later changes are to this message.
   *
   * @return false if that took too long and somebody else has put another in its place: this one is
   *     too many
   */
  boolean keep(JobId job, Answer.Taken taken, Optional<MessageRef> message) {
    boolean kept =
        message.equals(taken.message()) || write(job, new Slot(message, false), taken.unchanged());
    state.remove(leaseKey(job), Expect.version(taken.lease()));
    return kept;
  }

  /** Gives it back in its last form. */
  void finish(JobId job, Answer.Taken taken, Optional<MessageRef> message) {
    write(job, new Slot(message, true), Expect.any());
    state.remove(leaseKey(job), Expect.version(taken.lease()));
  }

  private boolean write(JobId job, Slot slot, Expect expect) {
    return state.put(slotKey(job), Codec.write(slot), KEEP, expect).isPresent();
  }

  private static Slot slot(Versioned found) {
    return Codec.read(found.value(), Slot.class);
  }

  private static Key slotKey(JobId job) {
    return new Key("message", job.value());
  }

  private static Key watchKey(JobId job) {
    return new Key("message-watch", job.value());
  }

  private static Key leaseKey(JobId job) {
    return new Key("message-lease", job.value());
  }
}
