package dev.easel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.TransportId;
import dev.easel.store.StoreException;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.SettableClock;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One page, on a connection that takes what is written when the test lets it. */
class EventStreamTest {
  private static final long BUDGET = 1_000_000;
  private static final String COMMENT = ":\n\n";

  private final Hosted host = new Hosted(new RecordingHost(new SettableClock()));
  private final ConversationRef conversation =
      ConversationRef.of(
          TransportId.parse("web:main"),
          UUID.randomUUID().toString(),
          ConversationRef.Kind.PRIVATE);
  private final AtomicLong budget = new AtomicLong(BUDGET);
  private final AtomicLong nanos = new AtomicLong();
  private final Deque<EventStream> looks = new ArrayDeque<>();
  private final Connection connection = new Connection();
  private final EventStream stream =
      new EventStream(
          host.timelines(),
          conversation,
          0,
          "",
          "198.51.100.1",
          Optional.empty(),
          connection,
          budget,
          looks::add,
          nanos::get);

  /** Takes one write at a time. */
  private static final class Connection extends ServletOutputStream {
    private final StringBuilder taken = new StringBuilder();
    private boolean ready = true;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void write(int b) {
      throw new AssertionError("frames are written as they are");
    }

    @Override
    public void write(byte[] frame) {
      taken.append(new String(frame, StandardCharsets.UTF_8));
      ready = false;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new AssertionError("not here");
    }
  }

  /** The client reads all there is. */
  private String reads() {
    do {
      connection.ready = true;
      stream.onWritePossible();
      for (EventStream s = looks.poll(); s != null; s = looks.poll()) {
        s.look();
      }
    } while (!connection.ready);
    return connection.taken.toString();
  }

  private void put(String text) {
    byte[] state = Shown.ofBot(text, OutgoingMessage.text(text), 0).encode();
    host.timelines().put(conversation, text, state, Duration.ofDays(1));
  }

  @Test
  void whatCameWhileTheClientWasSlowIsToldBeforeTheEnd() {
    stream.onWritePossible(); // the comment is on its way
    put("one");
    stream.look();
    put("two");
    stream.look(); // one is still to be taken
    stream.end();
    assertThat(stream.done()).isNotDone();

    assertThat(reads()).contains("one", "two");
    assertThat(stream.done()).isDone();
    assertThat(budget).hasValue(BUDGET);
  }

  @Test
  void endWithoutNewsIsTheEnd() {
    reads();
    stream.end();
    reads();

    assertThat(stream.done()).isDone();
  }

  @Test
  void commentsComeWhileTheStoreIsAway() {
    stream.look();
    assertThat(reads()).isEqualTo(COMMENT);
    host.timelines.away = true;
    nanos.addAndGet(Duration.ofSeconds(15).toNanos());
    assertThatThrownBy(stream::look).isInstanceOf(StoreException.class);

    assertThat(reads()).isEqualTo(COMMENT + COMMENT);
    assertThat(stream.done()).isNotDone();
    host.timelines.away = false;
    put("back");
    stream.look();
    assertThat(reads()).contains("back");
  }

  @Test
  void othersThatDoNotReadDoNotKeepAStreamFromGoingOn() {
    stream.look();
    reads();
    budget.set(0);
    put("news");
    stream.look();

    assertThat(reads()).contains("news");
  }

  @Test
  void clientThatDoesNotReadForAMinuteIsLetGo() {
    put("one");
    stream.onWritePossible();
    stream.look();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    stream.look();
    assertThat(budget.get()).isLessThan(BUDGET);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    stream.look();
    assertThat(budget).as("held for it").hasValue(BUDGET);
    put("two");
    stream.look();

    assertThat(reads()).isEqualTo(COMMENT);
    assertThat(stream.done()).isDone();
  }
}
