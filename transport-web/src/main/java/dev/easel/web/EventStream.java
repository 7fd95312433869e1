package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One open page: writes what changed when its client can take it, and holds no thread meanwhile.
 */
final class EventStream implements WriteListener {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  // with the time between two looks, at least every 15 s
  private static final Duration COMMENT_EVERY = Duration.ofSeconds(12);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Timelines timelines;
  private final ConversationRef conversation;
  private final String prefix;
  private final String address;
  private final Optional<String> page;
  private final ServletOutputStream out;
  private final AtomicLong budget;
  private final Consumer<EventStream> ready;
  private final LongSupplier nanos;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Deque<byte[]> frames = new ArrayDeque<>();
  private long revision;
  private boolean writable;
  private boolean unflushed;
  private boolean missed;
  private boolean caughtUp;
  private boolean ending;
  private boolean told;
  private long emptySince;
  private long lastComment;

  /**
   * @param revision what the client has; 0: nothing; below 0: something that nobody knows
   * @param budget bytes that may still wait for slow clients, over all streams
   * @param ready told when the client has taken everything and a look was left out meanwhile
   */
  EventStream(
      Timelines timelines,
      ConversationRef conversation,
      long revision,
      String prefix,
      String address,
      Optional<String> page,
      ServletOutputStream out,
      AtomicLong budget,
      Consumer<EventStream> ready,
      LongSupplier nanos) {
    this.timelines = timelines;
    this.conversation = conversation;
    this.revision = revision;
    this.prefix = prefix;
    this.address = address;
    this.page = page;
    this.out = out;
    this.budget = budget;
    this.ready = ready;
    this.nanos = nanos;
    emptySince = nanos.getAsLong();
    lastComment = emptySince;
    frames.add(COMMENT); // so that the client sees at once that it is connected
    budget.addAndGet(-COMMENT.length);
  }

  ConversationRef conversation() {
    return conversation;
  }

  String address() {
    return address;
  }

  /** What the client calls the page that reads it, if it says so. */
  Optional<String> page() {
    return page;
  }

  /** Completed when the stream has ended, for whatever reason. */
  CompletableFuture<Void> done() {
    return done;
  }

  /** Looks what changed and writes it, unless the client has still to take what came before. */
  synchronized void look() {
    if (done.isDone() || told) {
      return;
    }
    long now = nanos.getAsLong();
    if (!frames.isEmpty()) {
      missed = true;
      if (now - emptySince > PATIENCE.toNanos()) {
        giveUp();
      }
      return;
    }
    try {
      // what many do not read may keep others from beginning, but not from going on
      if (caughtUp || budget.get() > 0) {
        Replay.Events events = Replay.events(timelines, conversation, revision, prefix);
        events.frames().forEach(this::add);
        revision = events.revision();
        caughtUp = true;
      }
    } finally {
      told = ending;
      // also while the store is away, or clients would take the server for dead
      if (now - lastComment > COMMENT_EVERY.toNanos()) {
        add(COMMENT);
        lastComment = now;
      }
      write();
    }
  }

  /** Ends the stream once all that is known now was written. */
  synchronized void end() {
    ending = true;
    missed = true;
    write();
  }

  /** Ends the stream without looking any more. */
  synchronized void giveUp() {
    discard();
    missed = false;
    told = true;
    write();
  }

  /** Ends the stream at once, whatever the client has still to take. */
  synchronized void cut() {
    finish();
  }

  @Override
  public synchronized void onWritePossible() {
    writable = true;
    write();
  }

  @Override
  public synchronized void onError(Throwable gone) {
    finish();
  }

  private void add(byte[] frame) {
    if (frames.isEmpty()) {
      emptySince = nanos.getAsLong();
    }
    frames.add(frame);
    budget.addAndGet(-frame.length);
  }

  private void write() {
    try {
      while (writable && !done.isDone() && out.isReady()) {
        byte[] frame = frames.poll();
        if (frame != null) {
          budget.addAndGet(frame.length);
          out.write(frame);
          unflushed = true;
        } else if (unflushed) {
          unflushed = false;
          out.flush();
        } else {
          if (told) {
            finish();
          } else if (missed) {
            missed = false;
            ready.accept(this);
          }
          return;
        }
      }
    } catch (IOException | IllegalStateException e) { // the client is gone
      finish();
    }
  }

  private void discard() {
    frames.forEach(f -> budget.addAndGet(f.length));
    frames.clear();
  }

  private void finish() {
    discard();
    done.complete(null);
  }
}
