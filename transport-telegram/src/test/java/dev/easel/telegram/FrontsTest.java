package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.health.Health;
import dev.easel.memory.MemoryBackend;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.testkit.RecordingHost;
import dev.easel.testkit.SleepyBackend;
import dev.easel.testkit.TestPictures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several fronts on one token. */
class FrontsTest {
  private static final Duration LEASE = Duration.ofMillis(1_500);

  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void secondFrontStandsByAndTakesOverAtOnceWhenTheFirstStops() throws Exception {
    bed.start(b -> b);
    ann.writes("one");
    bed.event(TextReceived.class);
    RecordingHost beside = bed.host.beside();
    TelegramTransport second = bed.builder().build();
    second.start(beside);
    try {
      ann.writes("two");
      bed.host.await(TextReceived.class, e -> e.text().equals("two"), Bed.PATIENCE);
      assertThat(second.health().status()).isNotEqualTo(Health.Status.DOWN);
      assertThat(beside.events()).isEmpty();
      assertThat(bed.bot.calls("getUpdates"))
          .as("neither ended a poll of the other")
          .isNotEmpty()
          .allMatch(c -> c.status() == 200);

      bed.close();
      ann.writes("three");
      beside.await(TextReceived.class, e -> e.text().equals("three"), Bed.PATIENCE);
      assertThat(beside.events()).hasSize(1);
    } finally {
      second.close(Bed.PATIENCE);
    }
  }

  @Test
  void frontTakesOverWhenTheLeaseOfADeadOneRunsOut() throws Exception {
    long began = System.nanoTime();
    // what a front that was killed leaves behind
    bed.host
        .state()
        .put(
            new Key("telegram:main", "leader"),
            "dead".getBytes(StandardCharsets.US_ASCII),
            LEASE,
            Expect.absent());
    bed.start(b -> b.timing(Bed.lease(LEASE)));
    ann.writes("anybody?");
    bed.event(TextReceived.class);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_300));
  }

  @Test
  void frontThatLostItsLeaseStandsBy() throws Exception {
    // longer than this machine stalls: it is to be lost to the other one, and not before
    bed.start(b -> b.timing(Bed.lease(Duration.ofSeconds(15))));
    ann.writes("one");
    bed.event(TextReceived.class);
    bed.settled();
    Key leader = new Key("telegram:main", "leader");
    try (CapturedLog log = CapturedLog.of(Leadership.class)) {
      bed.host
          .state()
          .put(
              leader,
              "other".getBytes(StandardCharsets.US_ASCII),
              Duration.ofMinutes(5),
              Expect.any());
      bed.until(() -> log.lines().stream().anyMatch(l -> l.contains("standing by")));
    }
    ann.writes("two");
    assertThat(bed.bot.pending()).isEqualTo(1);

    assertThat(bed.host.state().remove(leader, Expect.any())).as("the other stops").isTrue();
    bed.host.await(TextReceived.class, e -> e.text().equals("two"), Bed.PATIENCE);
  }

  @Test
  void frontThatCannotRenewItsLeaseStopsPollingBeforeAnotherMayBegin() throws Exception {
    SleepyBackend backend = new SleepyBackend(MemoryBackend.create());
    RecordingHost host =
        new RecordingHost(
            InstantSource.system(),
            backend.state(),
            backend.limiter(),
            backend.images(),
            backend.timelines());
    try (CapturedLog log = CapturedLog.of(Leadership.class)) {
      bed.start(b -> b.timing(Bed.lease(LEASE)), host);
      bed.until(() -> bed.bot.waitingPolls() == 1);
      backend.sleep();
      // counted: while this machine stalled, it may have been lost before, and taken again
      bed.until(() -> lines(log, "standing by") == lines(log, "polls now"));
    }
    backend.wake();
    ann.writes("hello");
    host.await(TextReceived.class, e -> true, Bed.PATIENCE);
  }

  private static long lines(CapturedLog log, String part) {
    return log.lines().stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void albumOfADeadFrontIsFinishedByTheNext() throws Exception {
    bed.start(b -> b);
    ann.sendsAlbum(
        java.util.List.of(TestPictures.png(9, 9, 1), TestPictures.png(8, 8, 2)), "a set");
    bed.settled();
    assertThat(bed.events()).as("still collecting").isEmpty();
    bed.abandon();

    RecordingHost beside = bed.host.beside();
    TelegramTransport second = bed.builder().timing(Bed.album(Duration.ofMillis(200))).build();
    second.start(beside);
    ImagesReceived event = beside.await(ImagesReceived.class, e -> true, Bed.PATIENCE);
    second.close(Bed.PATIENCE);

    assertThat(event.images()).hasSize(2);
    assertThat(event.caption()).isEqualTo("a set");
  }

  @Test
  void albumDoesNotWaitForAClockThatWasSetBack() throws Exception {
    // stands still until the album is there: it must not be complete before, however slow this is
    Instant began = Instant.now();
    AtomicBoolean setBack = new AtomicBoolean();
    RecordingHost host =
        new RecordingHost(() -> setBack.get() ? Instant.now().minus(Duration.ofHours(1)) : began);
    bed.start(b -> b.timing(Bed.album(Duration.ofSeconds(1))), host);
    ann.sendsAlbum(
        java.util.List.of(TestPictures.png(9, 9, 1), TestPictures.png(8, 8, 2)), "a set");
    bed.settled();
    setBack.set(true);

    assertThat(host.await(ImagesReceived.class, e -> true, Bed.PATIENCE).images()).hasSize(2);
  }
}
