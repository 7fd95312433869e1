package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import dev.easel.testkit.RecordingHost;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever gives the lease back leaves none behind: the next front would wait for its end. */
class LeadershipTest {
  private static final TransportId ID = new TransportId("telegram", "main");
  private static final Key LEADER = new Key(ID.toString(), "leader");

  private final StateStore store = new RecordingHost().state();

  private static Leadership over(StateStore store) {
    return new Leadership(store, ID, Duration.ofMinutes(1), System::nanoTime, () -> {});
  }

  @Test
  void leaseIsNotTakenByOneThatEndedBeforeItsThreadBegan() {
    Leadership leadership = over(store);
    leadership.release();
    leadership.run();

    assertThat(store.get(LEADER)).isEmpty();
    assertThat(leadership.isHeld()).isFalse();
  }

  @Test
  void leaseIsGivenBackAlsoIfItWasBeingWrittenThen() throws Exception {
    SlowAnswers slow = new SlowAnswers(store);
    Leadership leadership = over(slow);
    Thread thread = new Thread(leadership, "lease");
    thread.setDaemon(true);
    thread.start();
    assertThat(slow.written.await(Bed.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    leadership.release();
    slow.answer.countDown();
    thread.join(Bed.PATIENCE.toMillis());

    assertThat(thread.isAlive()).isFalse();
    assertThat(store.get(LEADER)).isEmpty();
    assertThat(leadership.isHeld()).isFalse();
  }

  /** Who hears nothing of it would stand by for ever. */
  @Test
  void exceptionInTheStoreDoesNotEndTheLooking() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    StateStore faulty =
        new Puts(store) {
          @Override
          public Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
            if (calls.incrementAndGet() == 1) {
              throw new IllegalStateException("a bug");
            }
            return super.put(key, value, timeToLive, expect);
          }
        };
    Leadership leadership =
        new Leadership(faulty, ID, Duration.ofSeconds(15), System::nanoTime, () -> {});
    Thread thread = new Thread(leadership, "lease");
    thread.setDaemon(true);
    thread.start();

    assertThat(leadership.await(Bed.PATIENCE)).isTrue();
    leadership.release();
    thread.join(Bed.PATIENCE.toMillis());
  }

  /** For what is done otherwise when something is written. */
  private static class Puts implements StateStore {
    private final StateStore real;

    Puts(StateStore real) {
      this.real = real;
    }

    @Override
    public Optional<Versioned> get(Key key) {
      return real.get(key);
    }

    @Override
    public Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
      return real.put(key, value, timeToLive, expect);
    }

    @Override
    public boolean remove(Key key, Expect expect) {
      return real.remove(key, expect);
    }
  }

  /** Writes at once and says so when it is let. */
  private static final class SlowAnswers extends Puts {
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    SlowAnswers(StateStore real) {
      super(real);
    }

    @Override
    public Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
      Optional<Long> version = super.put(key, value, timeToLive, expect);
      written.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return version;
    }
  }
}
