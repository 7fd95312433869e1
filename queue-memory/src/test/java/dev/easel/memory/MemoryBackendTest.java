package dev.easel.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportId;
import dev.easel.job.Accepted;
import dev.easel.job.Beat;
import dev.easel.job.Claimed;
import dev.easel.job.GroupId;
import dev.easel.job.GroupPolicy;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Settlement;
import dev.easel.job.Wait;
import dev.easel.job.WorkerId;
import dev.easel.limit.Decision;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.store.Expect;
import dev.easel.store.ImageStore;
import dev.easel.store.Key;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import dev.easel.testkit.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the memory backend promises: its bounds, and that nobody polls. */
@Timeout(60)
class MemoryBackendTest {
  private static final Lane LANE = Lane.RENDER;
  private static final Duration LONG = Duration.ofHours(1);
  private static final int MEGABYTE = 1 << 20;
  private static final WorkerId ME = WorkerId.of("me");
  private static final Payload BODY = new Payload("test", 1, "body".getBytes(UTF_8));

  private final SettableClock clock = new SettableClock();
  private final MemoryBackend backend = MemoryBackend.builder().clock(clock).build();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void waitingWorkerWakesForADueJobThoughNobodyElseIsThere() throws Exception {
    try (MemoryBackend real = MemoryBackend.create()) {
      long start = System.nanoTime();
      real.queue().accept(job("a", "1").withDelay(Duration.ofMillis(300)));

      List<Claimed> claimed =
          real.source().exchange(ME, LANE, List.of(), 1, Duration.ofSeconds(50)).claimed();

      assertThat(claimed).hasSize(1);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(250), Duration.ofSeconds(45));
    }
  }

  @Test
  void idsBeyondTheCapAreForgottenTheOldestFirst() throws Exception {
    Jobs jobs = new Jobs(clock, clock, new Hints<>("test"), 3, 1000);
    MemoryJobQueue queue = new MemoryJobQueue(jobs);
    MemoryJobSource source = new MemoryJobSource(jobs);
    for (int i = 0; i < 5; i++) {
      queue.accept(job("a", "" + i));
      Claimed claimed = source.exchange(ME, LANE, List.of(), 1, Duration.ZERO).claimed().get(0);
      source.exchange(
          ME, LANE, List.of(Settlement.Done.of(claimed.lease(), BODY)), 0, Duration.ZERO);
      clock.advance(Duration.ofMillis(1));
    }

    assertThat(queue.find(JobId.of("1"))).isEmpty();
    assertThat(queue.find(JobId.of("2"))).isPresent();
    assertThat(queue.find(JobId.of("4"))).isPresent();
  }

  @Test
  void resultsBeyondTheCapAreForgottenToo() throws Exception {
    Jobs jobs = new Jobs(clock, clock, new Hints<>("test"), 1000, 250);
    MemoryJobQueue queue = new MemoryJobQueue(jobs);
    MemoryJobSource source = new MemoryJobSource(jobs);
    for (int i = 0; i < 5; i++) {
      queue.accept(job("a", "" + i));
      Claimed claimed = source.exchange(ME, LANE, List.of(), 1, Duration.ZERO).claimed().get(0);
      Payload result = new Payload("result", 1, new byte[100]);
      source.exchange(
          ME, LANE, List.of(Settlement.Done.of(claimed.lease(), result)), 0, Duration.ZERO);
    }

    assertThat(queue.find(JobId.of("2"))).isEmpty();
    assertThat(queue.find(JobId.of("3"))).isPresent();
  }

  @Test
  void shorterMemoryIsNotHeldUpByALongerOne() throws Exception {
    configure(LanePolicy.DEFAULT.withRemember(LONG));
    finish("a", "long");
    configure(LanePolicy.DEFAULT.withRemember(Duration.ofSeconds(1)));
    finish("a", "short");
    clock.advance(Duration.ofSeconds(2));

    assertThat(backend.queue().find(JobId.of("short"))).isEmpty();
    assertThat(backend.queue().find(JobId.of("long"))).isPresent();
  }

  @Test
  void groupsThatComeOnceAreForgottenWhileTheLaneIsBusy() throws Exception {
    configure(LanePolicy.DEFAULT.withMaxJobs(100_000).withRemember(Duration.ZERO));
    backend.queue().accept(job("busy", "keeps-the-lane-busy"));
    claim();
    long before = backend.held();
    for (int i = 0; i < 3 * Band.MAX_INDEBTED; i++) {
      finish("once" + i, "job" + i);
    }

    assertThat(backend.held()).isLessThan(before + Band.MAX_INDEBTED + 10);
  }

  @Test
  void workerThatOnlyRenewsIsStillThereAndASilentOneIsNot() throws Exception {
    configure(LanePolicy.DEFAULT.withLease(Duration.ofMinutes(10)));
    backend.queue().accept(job("a", "1"));
    backend.queue().accept(job("b", "2"));
    Claimed claimed = claim();
    backend.source().exchange(WorkerId.of("silent"), Lane.of("other"), List.of(), 1, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(40));
      backend.source().renew(List.of(new Beat(claimed.lease(), Optional.empty())));
    }

    assertThat(backend.admin().workers(LANE)).hasSize(1);
    assertThat(backend.admin().workers(Lane.of("other"))).isEmpty();
    assertThat(backend.queue().find(JobId.of("2")).orElseThrow().estimate())
        .isEqualTo(new Wait.Unknown());
    clock.advance(Duration.ofSeconds(70));
    assertThat(backend.queue().find(JobId.of("2")).orElseThrow().estimate())
        .isEqualTo(new Wait.NoWorkers());
  }

  @Test
  void workerIsSeenAgainWithWhatItHoldsThoughItWasGoneForAWhile() throws Exception {
    configure(LanePolicy.DEFAULT.withLease(Duration.ofMinutes(10)).withInFlightPerGroup(2));
    backend.queue().accept(List.of(job("a", "1"), job("a", "2")));
    Claimed claimed = claim();
    clock.advance(Duration.ofSeconds(70));
    assertThat(backend.admin().workers(LANE)).isEmpty();

    backend.source().renew(List.of(new Beat(claimed.lease(), Optional.empty())));
    assertThat(backend.admin().workers(LANE)).hasSize(1);
    claim();
    assertThat(backend.admin().workers(LANE)).singleElement().matches(w -> w.running() == 2);
  }

  @Test
  void lateWorkerThatWasToldToStopCannotSettle() throws Exception {
    configure(LanePolicy.DEFAULT.withLease(Duration.ofSeconds(1)));
    backend.queue().accept(job("a", "late"));
    Claimed late = claim();
    backend.queue().accept(job("a", "urgent").withBand(0));
    clock.advance(Duration.ofSeconds(2));
    done(claim());
    backend.queue().accept(job("a", "more-urgent").withBand(0));
    claim();
    assertThat(backend.source().renew(List.of(new Beat(late.lease(), Optional.empty()))).lost())
        .containsExactly(late.id());
    done(late);

    assertThat(backend.queue().find(late.id()).orElseThrow().state()).isEqualTo(JobState.WAITING);
  }

  @Test
  void deadLettersAreBoundedInBytesToo() throws Exception {
    configure(LanePolicy.DEFAULT.withMaxBytes(2 * BODY.size()));
    for (int i = 0; i < 4; i++) {
      backend.queue().accept(job("a", "" + i));
      fail(LANE);
    }

    assertThat(backend.admin().dead(LANE, Optional.empty(), 10))
        .extracting(status -> status.id().value())
        .containsExactly("2", "3");
  }

  @Test
  void revivedFollowUpKeepsItsJobKnown() throws Exception {
    configure(LanePolicy.DEFAULT.withRemember(Duration.ofSeconds(10)));
    Lane deliver = Lane.deliver("test");
    backend.queue().accept(job("a", "1").then(new dev.easel.job.Then(deliver, GroupId.of("a"))));
    done(claim());
    fail(deliver);
    assertThat(backend.admin().revive(JobId.of("1").followUp())).isTrue();
    clock.advance(Duration.ofSeconds(20));

    assertThat(backend.queue().find(JobId.of("1"))).isPresent();
    fail(deliver);
    clock.advance(Duration.ofMillis(1));
    assertThat(backend.queue().find(JobId.of("1"))).isEmpty();
  }

  @Test
  void secondEndOfAnIdIsToldThoughTheFirstIsBeingTold() throws Exception {
    configure(LanePolicy.DEFAULT.withRemember(Duration.ofSeconds(1)));
    Lane deliver = Lane.deliver("test");
    NewJob job = job("a", "1").then(new dev.easel.job.Then(deliver, GroupId.of("a")));
    backend.queue().accept(job);
    done(claim());
    fail(deliver);
    clock.advance(Duration.ofSeconds(2));
    assertThat(backend.admin().revive(JobId.of("1").followUp())).isTrue();
    Claimed first = claim(deliver);

    assertThat(backend.queue().accept(job)).isInstanceOf(Accepted.New.class);
    fail(LANE);
    done(first);

    assertThat(claim(deliver).after().orElseThrow().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void timesTooLongToCountAreForEver() throws Exception {
    Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
    backend.queue().accept(job("a", "later").withDelay(eternity).withTimeToLive(eternity));
    backend.queue().accept(job("a", "1").withTimeToLive(Duration.ofNanos(1)));
    assertThat(backend.queue().find(JobId.of("1")).orElseThrow().state())
        .isEqualTo(JobState.WAITING);
    clock.advance(Duration.ofMillis(1));

    assertThat(backend.queue().find(JobId.of("1")).orElseThrow().state())
        .isEqualTo(JobState.EXPIRED);
    assertThat(backend.queue().find(JobId.of("later")).orElseThrow().state())
        .isEqualTo(JobState.DELAYED);
  }

  @Test
  void limiterWithTooManyKeysLimitsNewOnesUntilSomeAreFree() {
    MemoryRateLimiter limiter = new MemoryRateLimiter(clock, 2);
    Rate rate = Rate.of(1, Duration.ofSeconds(10));
    limiter.acquire(List.of(Permit.of("a", rate), Permit.of("b", rate)), Duration.ZERO);

    assertThat(limiter.acquire(List.of(Permit.of("c", rate)), Duration.ZERO))
        .isInstanceOf(Decision.Limited.class);
    clock.advance(Duration.ofSeconds(11));
    assertThat(limiter.acquire(List.of(Permit.of("c", rate)), Duration.ZERO))
        .isInstanceOf(Decision.Granted.class);
    assertThat(limiter.held()).as("the others made no difference any more").isEqualTo(1);
  }

  @Test
  void blockHoldsThoughThereAreTooManyKeys() {
    MemoryRateLimiter limiter = new MemoryRateLimiter(clock, 2);
    Rate rate = Rate.of(1, Duration.ofSeconds(10));
    limiter.acquire(List.of(Permit.of("a", rate), Permit.of("b", rate)), Duration.ZERO);
    for (int i = 0; i < 10; i++) {
      limiter.block("c" + i, Duration.ofMinutes(1));
    }
    assertThat(limiter.held()).isLessThan(10);
    clock.advance(Duration.ofSeconds(11));

    assertThat(limiter.acquire(List.of(Permit.of("c0", rate)), Duration.ZERO))
        .isInstanceOf(Decision.Limited.class);
  }

  @Test
  void fullStateStoreSaysSoAndTakesSmallerOrLaterOnes() {
    MemoryStateStore states = new MemoryStateStore(clock, 1500);
    Key key = new Key("space", "name");
    states.put(key, new byte[1000], Duration.ofSeconds(1), Expect.any());

    assertThatThrownBy(() -> states.put(new Key("space", "b"), new byte[400], LONG, Expect.any()))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
    assertThat(states.put(key, new byte[1200], Duration.ofSeconds(1), Expect.any())).isPresent();
    clock.advance(Duration.ofSeconds(2));
    assertThat(states.put(new Key("space", "b"), new byte[400], LONG, Expect.any())).isPresent();
  }

  @Test
  void timelinesBeyondTheCapLoseTheConversationChangedLongestAgo() {
    MemoryTimelines byCount = new MemoryTimelines(clock, 2, Long.MAX_VALUE);
    MemoryTimelines byBytes = new MemoryTimelines(clock, 100, 2_500);
    for (MemoryTimelines timelines : List.of(byCount, byBytes)) {
      long old = timelines.put(conversation("old"), "m", new byte[500], LONG);
      timelines.put(conversation("mid"), "m", new byte[500], LONG);
      timelines.put(conversation("old"), "n", new byte[500], LONG);
      timelines.put(conversation("new"), "m", new byte[500], LONG);

      assertThat(timelines.since(conversation("mid"), 0, 10).rows()).isEmpty();
      assertThat(timelines.since(conversation("old"), old, 10).rows()).hasSize(1);
      timelines.close();
    }
  }

  @Test
  void oneConversationOutgrowingTheCapIsKeptWithinItsOwn() {
    MemoryTimelines timelines = new MemoryTimelines(clock, 100, 1);
    for (int i = 0; i < Timelines.MAX_MESSAGES + 5; i++) {
      timelines.put(conversation("a"), "m" + i, new byte[10], LONG);
    }

    assertThat(timelines.since(conversation("a"), 0, 500).rows()).hasSize(Timelines.MAX_MESSAGES);
    timelines.close();
  }

  @Test
  void closedBackendDoesNothingAnyMore() {
    backend.close();
    backend.close();
    Permit permit = Permit.of("a", Rate.of(1, LONG));

    assertThatThrownBy(() -> backend.state().get(new Key("a", "b")))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> backend.images().hasRoom()).isInstanceOf(StoreException.class);
    assertThatThrownBy(
            () -> backend.images().put(new ByteArrayInputStream(new byte[10]), MediaType.PNG, LONG))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> backend.timelines().since(conversation("a"), 0, 1))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> backend.timelines().watch(changed -> {}))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> backend.limiter().acquire(List.of(permit), Duration.ZERO))
        .isInstanceOf(LimiterException.class);
    assertThat(backend.durable()).isFalse();
  }

  @Test
  void watcherThatFailsInAnyWaySilencesNobody() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    BlockingQueue<JobId> told = new LinkedBlockingQueue<>();
    backend.queue().accept(List.of(job("a", "1"), job("a", "2")));
    try (Subscription bad =
            backend
                .queue()
                .watch(
                    JobId.of("1"),
                    status -> {
                      failed.countDown();
                      throw new AssertionError("thrown on purpose by a test");
                    });
        Subscription good = backend.queue().watch(JobId.of("2"), s -> told.add(s.id()))) {
      backend.queue().cancel(JobId.of("1"));
      assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
      backend.queue().cancel(JobId.of("2"));

      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(JobId.of("2"));
      assertThat(bad).isNotSameAs(good);
    }
  }

  @Test
  void settingsAreCheckedAtOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> MemoryBackend.builder().maxImageBytes(0));
  }

  @Test
  void manyJobsDueAtOnceAreAllSeen() {
    configure(LanePolicy.DEFAULT.withMaxJobs(100_000).withMaxJobsPerGroup(100_000));
    for (int i = 0; i < 50_000; i++) {
      backend.queue().accept(job("g" + i % 100, "j" + i).withTimeToLive(Duration.ofSeconds(1)));
    }
    clock.advance(Duration.ofSeconds(2));

    assertThat(backend.admin().statistics(LANE).expired()).isEqualTo(50_000);
    assertThat(backend.queue().accept(job("a", "next"))).isInstanceOf(Accepted.New.class);
  }

  @Test
  void settingTheSystemsClockChangesNoSpan() throws Exception {
    for (Duration step : List.of(LONG, LONG.negated())) {
      Instant[] system = {clock.instant()};
      try (MemoryBackend stepped = MemoryBackend.builder().clocks(() -> system[0], clock).build()) {
        Permit permit = Permit.of("a", Rate.of(1, Duration.ofSeconds(10)));
        Key key = new Key("space", "name");
        stepped.limiter().acquire(List.of(permit), Duration.ZERO);
        stepped.state().put(key, new byte[1], Duration.ofSeconds(10), Expect.any());
        stepped.queue().accept(List.of(job("a", "running"), job("b", "beside")));
        stepped.queue().accept(job("a", "later").withDelay(Duration.ofSeconds(10)));
        stepped.source().exchange(ME, LANE, List.of(), 1, Duration.ZERO);

        system[0] = system[0].plus(step);

        Claimed beside =
            stepped.source().exchange(ME, LANE, List.of(), 1, Duration.ZERO).claimed().get(0);
        assertThat(beside.lease().until())
            .isEqualTo(system[0].plus(LanePolicy.DEFAULT.lease()))
            .isEqualTo(stepped.time().instant().plus(LanePolicy.DEFAULT.lease()));
        assertThat(stepped.admin().workers(LANE))
            .singleElement()
            .matches(worker -> worker.lastSeen().equals(system[0]));
        assertThat(state(stepped, "running")).isEqualTo(JobState.RUNNING);
        assertThat(state(stepped, "later")).isEqualTo(JobState.DELAYED);
        assertThat(stepped.state().get(key)).isPresent();
        assertThat(stepped.limiter().acquire(List.of(permit), Duration.ZERO))
            .isEqualTo(new Decision.Limited(Duration.ofSeconds(10)));

        clock.advance(LanePolicy.DEFAULT.lease());
        assertThat(state(stepped, "running")).isEqualTo(JobState.WAITING);
        assertThat(state(stepped, "later")).isEqualTo(JobState.WAITING);
        assertThat(stepped.state().get(key)).isEmpty();
        assertThat(stepped.limiter().acquire(List.of(permit), Duration.ZERO))
            .isInstanceOf(Decision.Granted.class);
      }
    }
  }

  @Test
  void picturesThatAreBeingReadCountAlready() {
    MemoryImageStore images = new MemoryImageStore(clock, 8 * MEGABYTE);
    put(
        images,
        new SequenceInputStream(
            new ByteArrayInputStream(png(5 * MEGABYTE)),
            atItsEnd(
                () -> {
                  assertThat(images.hasRoom()).isFalse();
                  assertFull(images, png(5 * MEGABYTE));
                  put(images, new ByteArrayInputStream(png(2 * MEGABYTE)));
                })));

    assertThat(images.held()).isEqualTo(2);
    put(images, new ByteArrayInputStream(png(MEGABYTE)));
    assertFull(images, png(100));
  }

  @Test
  void picturesThatAreNotKeptLeaveTheirRoom() {
    MemoryImageStore images = new MemoryImageStore(clock, 8 * MEGABYTE);
    InputStream broken =
        atItsEnd(
            () -> {
              throw new IOException("thrown on purpose by a test");
            });
    for (InputStream in :
        List.of(
            new SequenceInputStream(new ByteArrayInputStream(png(5 * MEGABYTE)), broken),
            new ByteArrayInputStream(new byte[5 * MEGABYTE]),
            new ByteArrayInputStream(png(9 * MEGABYTE)))) {
      assertThatThrownBy(() -> put(images, in)).isInstanceOf(StoreException.class);
    }

    put(images, new ByteArrayInputStream(png(8 * MEGABYTE)));
  }

  @Test
  void groupPolicyOutlivesTheGroupsJobs() throws Exception {
    backend.admin().configure(LANE, GroupId.of("a"), new GroupPolicy(1, 2));
    finish("a", "1");
    for (int i = 2; i < 5; i++) {
      backend.queue().accept(job("a", "" + i));
    }

    assertThat(backend.source().exchange(ME, LANE, List.of(), 10, Duration.ZERO).claimed())
        .hasSize(2);
  }

  private void configure(LanePolicy policy) {
    backend.admin().configure(LANE, policy);
  }

  private static NewJob job(String group, String id) {
    return NewJob.of(JobId.of(id), LANE, GroupId.of(group), BODY);
  }

  private Claimed claim() throws InterruptedException {
    return claim(LANE);
  }

  private Claimed claim(Lane lane) throws InterruptedException {
    return backend.source().exchange(ME, lane, List.of(), 1, Duration.ZERO).claimed().get(0);
  }

  private void done(Claimed job) throws InterruptedException {
    backend
        .source()
        .exchange(ME, LANE, List.of(Settlement.Done.of(job.lease(), BODY)), 0, Duration.ZERO);
  }

  private void finish(String group, String id) throws InterruptedException {
    backend.queue().accept(job(group, id));
    done(claim());
  }

  private void fail(Lane lane) throws InterruptedException {
    Settlement failed =
        Settlement.Failed.of(claim(lane).lease(), dev.easel.job.Reason.of("gone", ""));
    backend.source().exchange(ME, lane, List.of(failed), 0, Duration.ZERO);
  }

  private static JobState state(MemoryBackend backend, String id) {
    return backend.queue().find(JobId.of(id)).orElseThrow().state();
  }

  private interface Act {
    void run() throws IOException;
  }

  /** Nothing, and something happens when that is read. */
  private static InputStream atItsEnd(Act act) {
    return new InputStream() {
      private boolean over;

      @Override
      public int read() throws IOException {
        if (!over) {
          over = true;
          act.run();
        }
        return -1;
      }
    };
  }

  private static void put(ImageStore images, InputStream in) {
    images.put(in, MediaType.PNG, LONG);
  }

  private static void assertFull(ImageStore images, byte[] picture) {
    assertThatThrownBy(() -> put(images, new ByteArrayInputStream(picture)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
  }

  private static byte[] png(int bytes) {
    return ByteBuffer.allocate(bytes)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(UTF_8))
        .putInt(1)
        .putInt(1)
        .array();
  }

  private static ConversationRef conversation(String chat) {
    return ConversationRef.of(new TransportId("web", "test"), chat, ConversationRef.Kind.PRIVATE);
  }
}
