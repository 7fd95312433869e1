package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.Accepted;
import dev.easel.job.Beat;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import dev.easel.job.WorkerId;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What holds while the server, the road to it, or its memory fails. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Isolated
class FaultsTest {
  private static final Lane LANE = Lane.RENDER;
  private static final LanePolicy POLICY = LanePolicy.DEFAULT.withInFlightPerGroup(100);
  private static final GroupId GROUP = GroupId.of("group");
  private static final WorkerId ANN = WorkerId.of("ann");
  private static final WorkerId BOB = WorkerId.of("bob");
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private TestServer server;
  private Proxy proxy;
  private RedisBackend near;
  private RedisBackend far;

  /** {@code far} is behind a proxy, {@code near} is not. */
  @BeforeEach
  void open() throws Exception {
    server = TestServer.embedded("--appendonly", "yes", "--appendfsync", "always");
    proxy = new Proxy(server.port());
    near = open(server.uri());
    far = open(proxy.uri());
    near.admin().configure(LANE, POLICY);
    accept(near, "warm-up"); // so that the server knows the scripts
    settle(near, done(claim(near, ANN)));
  }

  private static RedisBackend open(String uri) {
    return RedisBackend.builder().uri(uri).commandTimeout(TIMEOUT).build();
  }

  @AfterEach
  void close() throws Exception {
    far.close();
    near.close();
    proxy.close();
    server.close();
  }

  @Test
  void askersFailAtOnceWhileTheServerIsAwayAndGoOnWhenItIsBack() throws Exception {
    accept(near, "before");
    // who waited for its time to be over would be too late for this test's own
    try (RedisBackend patient =
        RedisBackend.builder().uri(server.uri()).commandTimeout(Duration.ofMinutes(1)).build()) {
      server.kill();
      Patiently.until("noticed", () -> !isReachable(patient));

      unavailable(() -> accept(patient, "during"));
      assertThatThrownBy(() -> patient.limiter().acquire(permits(), Duration.ZERO))
          .isInstanceOf(LimiterException.class);
      assertThatThrownBy(() -> patient.state().get(new Key("test", "a")))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));

      server.startAgain();
      Patiently.until("back", () -> isReachable(patient));
      assertThat(patient.queue().find(JobId.of("before")).orElseThrow().state())
          .isEqualTo(JobState.WAITING);
      assertThat(patient.queue().find(JobId.of("during"))).isEmpty();
    }
  }

  @Test
  void runningWorkGoesOnWhileTheServerIsAwayAndIsSettledAfterwards() throws Exception {
    near.admin().configure(LANE, POLICY.withLease(Duration.ofSeconds(1)));
    accept(near, "a");
    Claimed claimed = claim(near, ANN);
    server.kill();
    Patiently.until("noticed", () -> !isReachable(near));
    Thread.sleep(1000); // the lease runs out meanwhile
    server.startAgain();

    assertThat(
            Patiently.get(
                    () -> near.source().renew(List.of(new Beat(claimed.lease(), Optional.empty()))))
                .lost())
        .isEmpty();
    assertThat(settle(near, done(claimed))).isEqualTo(SettleAnswer.TAKEN);
    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void waitingWorkerHearsOfJobsAgainAfterTheServerWasAway() throws Exception {
    for (int i = 0; i < 3; i++) {
      FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(near, ANN));
      server.kill();
      server.startAgain();
      String id = "job" + i;
      Patiently.get(() -> accept(near, id));
      Claimed claimed = waiting.get(10, TimeUnit.SECONDS);
      assertThat(claimed.id()).isEqualTo(JobId.of(id));
      settle(near, done(claimed));
    }
  }

  @Test
  void scriptsThatTheServerForgotAreHandedToItAgain() throws Exception {
    accept(near, "a");
    server.command("SCRIPT", "FLUSH");
    Claimed claimed = claim(near, ANN);
    server.command("SCRIPT", "FLUSH");
    assertThat(settle(near, done(claimed))).isEqualTo(SettleAnswer.TAKEN);
    server.command("SCRIPT", "FLUSH");
    assertThat(accept(near, "a")).isInstanceOf(Accepted.Known.class);

    FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(far, BOB));
    Patiently.until("listening", () -> blocked() == 1);
    server.command("SCRIPT", "FLUSH");
    accept(near, "b");
    assertThat(waiting.get(10, TimeUnit.SECONDS).id()).isEqualTo(JobId.of("b"));
  }

  @Test
  void lostAnswerToAnAcceptIsAskedForAgain() throws Exception {
    proxy.swallow(true);
    assertThatThrownBy(() -> accept(far, "a")).isInstanceOf(QueueException.class);
    Patiently.until("arrived", () -> near.queue().find(JobId.of("a")).isPresent());
    proxy.swallow(false);
    proxy.cut();

    assertThat(Patiently.get(() -> accept(far, "a"))).isInstanceOf(Accepted.Known.class);
    assertThat(near.admin().statistics(LANE).waiting()).isEqualTo(1);
  }

  @Test
  void lostAnswerToASettlementIsAskedForAgain() throws Exception {
    accept(near, "a");
    Claimed claimed = claim(far, ANN);
    proxy.swallow(true);
    assertThatThrownBy(() -> settle(far, done(claimed))).isInstanceOf(QueueException.class);
    Patiently.until("arrived", () -> state("a") == JobState.SUCCEEDED);
    proxy.swallow(false);
    proxy.cut();

    assertThat(Patiently.get(() -> settle(far, done(claimed)))).isEqualTo(SettleAnswer.TAKEN);
    assertThat(near.admin().statistics(LANE).succeeded()).isEqualTo(2);
  }

  @Test
  void claimWhoseAnswerWasLostComesBackWithItsLease() throws Exception {
    near.admin().configure(LANE, POLICY.withLease(Duration.ofSeconds(1)));
    accept(near, "a");
    proxy.swallow(true);
    assertThatThrownBy(() -> claim(far, ANN)).isInstanceOf(QueueException.class);
    Patiently.until("arrived", () -> near.queue().find(JobId.of("a")).orElseThrow().attempt() == 1);
    proxy.cut();

    Patiently.until("claimable again", () -> !claims(near, BOB).isEmpty());
    assertThat(near.queue().find(JobId.of("a")).orElseThrow().attempt()).isEqualTo(2);
  }

  @Test
  void claimThatIsAnsweredTooLateIsReleasedAtOnce() throws Exception {
    accept(near, "a");
    proxy.delay(1500);
    assertThatThrownBy(() -> claim(far, ANN)).isInstanceOf(QueueException.class);
    proxy.delay(0);

    Patiently.until("claimable again", () -> !claims(near, BOB).isEmpty());
    assertThat(near.queue().find(JobId.of("a")).orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void claimByAScriptThatWasForgottenIsReleasedWhenItIsAnsweredTooLate() throws Exception {
    accept(near, "forgotten");
    server.command("SCRIPT", "FLUSH");
    proxy.holdBack("forgotten"); // not the answer that the script is not known
    assertThatThrownBy(() -> claim(far, ANN)).isInstanceOf(QueueException.class);
    proxy.holdBack("");

    Patiently.until("claimable again", () -> !claims(near, BOB).isEmpty());
    assertThat(near.queue().find(JobId.of("forgotten")).orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void waitingWorkersClaimIsAtTheServerBeforeThereIsAJob() throws Exception {
    FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(far, ANN));
    Patiently.until("listening", () -> blocked() == 1);
    proxy.holdBack("\r\n"); // whatever the server says now: nothing asks for the job any more
    accept(near, "a");
    Patiently.until("claimed", () -> state("a") == JobState.RUNNING);
    proxy.holdBack("");

    assertThat(waiting.get(10, TimeUnit.SECONDS).id()).isEqualTo(JobId.of("a"));
    assertThat(near.queue().find(JobId.of("a")).orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void claimThatIsAnsweredWhenTheWaitingWorkerHasGoneIsReleased() throws Exception {
    var waiting = new Thread(() -> waitUntilInterrupted(far, ANN), "test-waiting");
    waiting.start();
    Patiently.until("listening", () -> blocked() == 1);
    proxy.holdBack("forsaken");
    accept(near, "forsaken"); // its claim is made when the pop ends
    Patiently.until("claimed", () -> state("forsaken") == JobState.RUNNING);
    waiting.interrupt();
    waiting.join();
    proxy.holdBack("");

    Patiently.until("claimable again", () -> !claims(near, BOB).isEmpty());
    assertThat(near.queue().find(JobId.of("forsaken")).orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void claimThatIsAnsweredWhileTheBackendClosesIsReleased() throws Exception {
    FutureTask<Claimed> waiting =
        inBackground(
            () ->
                far.source()
                    .exchange(ANN, LANE, List.of(), 1, Duration.ofMinutes(1))
                    .claimed()
                    .get(0));
    Patiently.until("listening", () -> blocked() == 1);
    proxy.holdBack("forsaken");
    accept(near, "forsaken"); // its claim is made when the pop ends
    Patiently.until("claimed", () -> state("forsaken") == JobState.RUNNING);
    FutureTask<Void> closing =
        inBackground(
            () -> {
              far.close();
              return null;
            });
    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).as("told of the close").isNotNull();
    proxy.holdBack("");
    closing.get(10, TimeUnit.SECONDS);

    Patiently.until("claimable again", () -> !claims(near, BOB).isEmpty());
    assertThat(near.queue().find(JobId.of("forsaken")).orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void jobWhoseAskerWasToldThatItFailedIsNotSentLater() throws Exception {
    proxy.swallow(true);
    unavailable(() -> accept(far, "a"));
    unavailable(() -> accept(far, "b"));
    unavailable(() -> accept(far, "waited-behind-them"));
    proxy.swallow(false);

    Patiently.get(() -> accept(far, "c"));
    assertThat(near.queue().find(JobId.of("waited-behind-them"))).isEmpty();
  }

  @Test
  void dueJobIsHeardOfThoughTheConnectionForCommandsFellSilent() throws Exception {
    FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(far, ANN));
    Patiently.until("listening", () -> blocked() == 1);
    proxy.silence(2); // after that of the start's question
    // too far away to ring for now, so its worker has to see to it
    near.queue().accept(job("due").withDelay(Duration.ofMillis(5_100)));

    assertThat(waiting.get(25, TimeUnit.SECONDS).id()).isEqualTo(JobId.of("due"));
  }

  @Test
  void silentConnectionIsReplaced() throws Exception {
    accept(far, "a");
    int before = proxy.accepted();
    proxy.swallow(true);
    assertThatThrownBy(() -> accept(far, "b")).isInstanceOf(QueueException.class);
    Patiently.until("tries to open another", () -> !isReachable(far) && proxy.accepted() > before);
    proxy.swallow(false);

    Patiently.until("answers", () -> isReachable(far));
    assertThat(accept(far, "c")).isInstanceOf(Accepted.New.class);
  }

  @Test
  void cutAndHalfClosedConnectionsComeBack() throws Exception {
    for (int i = 0; i < 3; i++) {
      proxy.cut();
      String id = "cut" + i;
      Patiently.get(() -> accept(far, id));
      proxy.halfClose();
      Patiently.get(() -> accept(far, id + "half"));
    }
    assertThat(near.admin().statistics(LANE).waiting()).isEqualTo(6);
  }

  @Test
  void killedClientsComeBackAndGoOn() throws Exception {
    FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(near, ANN));
    server.command("CLIENT", "KILL", "TYPE", "normal");
    server.command("CLIENT", "KILL", "TYPE", "normal");
    Patiently.get(() -> accept(near, "a"));

    assertThat(waiting.get(10, TimeUnit.SECONDS).id()).isEqualTo(JobId.of("a"));
  }

  @Test
  void pausedServerIsWaitedForOnlySoLong() throws Exception {
    server.command("CLIENT", "PAUSE", "60000", "WRITE");
    long start = System.nanoTime();
    unavailable(() -> accept(near, "a"));
    assertThat(since(start)).isGreaterThan(TIMEOUT.dividedBy(2));
    server.command("CLIENT", "UNPAUSE");

    Patiently.get(() -> accept(near, "a"));
    assertThat(near.admin().statistics(LANE).waiting()).isEqualTo(1);
  }

  @Test
  void fullServerRefusesNewJobsOnlyAndNothingHalf() throws Exception {
    accept(near, "running");
    accept(near, "parked");
    accept(near, "released");
    near.queue().accept(job("followed").then(new Then(Lane.deliver("x"), GROUP)));
    accept(near, "waiting");
    Claimed running = claim(near, ANN);
    Claimed parked = claim(near, ANN);
    Claimed released = claim(near, ANN);
    Claimed followed = claim(near, ANN);
    server.command("CONFIG", "SET", "maxmemory", "1");
    long keys = keys();

    List<Accepted> answers = near.queue().accept(List.of(job("new"), job("waiting"), job("new2")));
    assertThat(answers.get(0))
        .isInstanceOfSatisfying(
            Accepted.Full.class,
            full -> assertThat(full.limit()).isEqualTo(Accepted.Limit.BACKEND));
    assertThat(answers.get(1)).isInstanceOf(Accepted.Known.class);
    assertThat(answers.get(2)).isInstanceOf(Accepted.Full.class);
    assertThat(keys()).as("nothing was kept of them").isEqualTo(keys);

    assertThat(near.source().renew(List.of(new Beat(running.lease(), Optional.empty()))).lost())
        .isEmpty();
    assertThat(near.source().checkpoint(running.lease(), "text")).isTrue();
    assertThat(settle(near, new Settlement.Parked(parked.lease(), Duration.ofHours(1))))
        .isEqualTo(SettleAnswer.TAKEN);
    assertThat(settle(near, new Settlement.Released(released.lease())))
        .isEqualTo(SettleAnswer.TAKEN);
    assertThat(settle(near, done(followed))).isEqualTo(SettleAnswer.TAKEN);
    assertThat(settle(near, done(running))).isEqualTo(SettleAnswer.TAKEN);
    assertThat(near.queue().wake(JobId.of("parked"))).isTrue();
    assertThat(near.queue().cancel(JobId.of("waiting"))).isEqualTo(CancelAnswer.GONE);
    assertThat(claims(near, BOB)).hasSize(1);
    assertThat(
            near.source().exchange(BOB, Lane.deliver("x"), List.of(), 1, Duration.ZERO).claimed())
        .hasSize(1);
    assertThat(near.limiter().acquire(permits(), Duration.ZERO)).isNotNull();
    near.limiter().block("key", Duration.ofSeconds(1));
    near.limiter().refund(permits());
    assertThat(
            near.state()
                .put(new Key("test", "small"), new byte[100], Duration.ofMinutes(1), Expect.any()))
        .isPresent();
    assertThatThrownBy(
            () ->
                near.state()
                    .put(
                        new Key("test", "large"),
                        new byte[60_000],
                        Duration.ofMinutes(1),
                        Expect.any()))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
    near.admin().configure(LANE, POLICY.withMaxJobs(5));
    near.admin().pause(LANE);
    near.admin().resume(LANE);

    server.command("CONFIG", "SET", "maxmemory", "0");
    assertThat(accept(near, "new")).isInstanceOf(Accepted.New.class);
  }

  @Test
  void fullServerRefusesAJobAlsoWhenTimersAreDue() throws Exception {
    near.queue().accept(job("due").withDelay(Duration.ofMillis(50)));
    Thread.sleep(100);
    server.command("CONFIG", "SET", "maxmemory", "1");

    assertThat(accept(near, "new")).isInstanceOf(Accepted.Full.class);
    assertThat(state("due")).isEqualTo(JobState.WAITING);
    assertThat(near.queue().find(JobId.of("new"))).isEmpty();
  }

  @Test
  void serverThatMayNotWriteForNowIsUnavailableAndNotFull() throws Exception {
    accept(near, "waiting");
    near.queue().accept(job("due").withDelay(Duration.ofMillis(1)));
    Thread.sleep(10);
    server.command("CONFIG", "SET", "min-replicas-to-write", "1"); // as after a failover

    unavailable(() -> accept(near, "new"));
    unavailable(() -> claims(near, ANN));
    unavailable(() -> near.queue().cancel(JobId.of("waiting")));

    server.command("CONFIG", "SET", "min-replicas-to-write", "0");
    assertThat(accept(near, "new")).isInstanceOf(Accepted.New.class);
    assertThat(state("waiting")).isEqualTo(JobState.WAITING);
  }

  @Test
  void bellThatFallsDeafIsListenedToAnew() throws Exception {
    FutureTask<Claimed> waiting = inBackground(() -> claimPatiently(far, ANN));
    Patiently.until("listening", () -> blocked() == 1);
    proxy.swallow(true); // its connections stay open, and no answer ever comes
    accept(near, "a"); // its token goes to a listener that cannot hear
    Patiently.until("token lost", () -> proxy.lost() > 0);
    proxy.swallow(false);

    assertThat(waiting.get(30, TimeUnit.SECONDS).id())
        .as("found by the tick")
        .isEqualTo(JobId.of("a"));
    FutureTask<Claimed> again = inBackground(() -> claimPatiently(far, BOB));
    Patiently.until("listening again", () -> blocked() == 1);
    accept(near, "b");
    assertThat(again.get(30, TimeUnit.SECONDS).id()).isEqualTo(JobId.of("b"));
  }

  @Test
  void watchersHearAgainAfterTheServerWasAway() throws Exception {
    accept(near, "a");
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    try (Subscription watch = near.queue().watch(JobId.of("a"), hints::add)) {
      server.kill();
      server.startAgain();
      Patiently.until("back", () -> isReachable(near));
      Patiently.until("subscribed again", () -> channels().contains("easel:{main}:e:a"));
      near.queue().cancel(JobId.of("a"));

      assertThat(hints.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void watcherThatCameWhileTheServerWasAwayHearsWhenItIsBack() throws Exception {
    accept(near, "a");
    server.kill();
    Patiently.until("noticed", () -> !isReachable(near));
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    try (Subscription watch = near.queue().watch(JobId.of("a"), hints::add)) {
      server.startAgain();
      Patiently.until("subscribed", () -> channels().contains("easel:{main}:e:a"));
      Patiently.get(() -> near.queue().cancel(JobId.of("a")));

      assertThat(hints.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void watcherThatLeftWhileTheServerWasAwayIsNotSubscribedAgain() throws Exception {
    Subscription leaves = near.queue().watch(JobId.of("leaves"), status -> {});
    try (Subscription stays = near.queue().watch(JobId.of("stays"), status -> {})) {
      server.kill();
      Patiently.until("noticed", () -> !isReachable(near));
      leaves.close();
      server.startAgain();

      Patiently.until("subscribed again", () -> channels().contains("e:stays"));
      Patiently.until("nobody's is left", () -> !channels().contains("e:leaves"));
      assertThat(stays).isNotNull();
    }
  }

  @Test
  void timeIsTheServersAndNotThisMachines() throws Exception {
    Instant time = near.time().instant();

    assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void idleProcessSendsLessThanOneCommandASecond() throws Exception {
    List<Lane> lanes = List.of(LANE, Lane.inbox("web:a"), Lane.deliver("web:a"));
    List<FutureTask<Void>> waiting =
        lanes.stream()
            .map(
                lane ->
                    new FutureTask<Void>(
                        () -> {
                          while (true) { // waits shorter than a thoughtful caller would
                            near.source().exchange(ANN, lane, List.of(), 1, Duration.ofMillis(700));
                          }
                        }))
            .toList();
    List<Thread> threads = waiting.stream().map(Thread::new).toList();
    threads.forEach(Thread::start);
    Patiently.until("listening", () -> blocked() == 1);
    Thread.sleep(1000);
    long before = calls("evalsha") + calls("blpop");
    Thread.sleep(8000);
    long commands = calls("evalsha") + calls("blpop") - before;
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(5000);
    }

    assertThat(commands).as("commands in 8 s").isBetween(1L, 7L);
  }

  private static void unavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).as("" + e).isEqualTo(QueueException.Kind.UNAVAILABLE));
  }

  private String channels() throws Exception {
    return server.command("PUBSUB", "CHANNELS");
  }

  private long blocked() throws Exception {
    return server.info("clients", "blocked_clients");
  }

  private long calls(String command) throws Exception {
    String stats = server.command("INFO", "commandstats");
    int at = stats.indexOf("cmdstat_" + command + ":calls=");
    if (at < 0) {
      return 0;
    }
    String rest = stats.substring(at + ("cmdstat_" + command + ":calls=").length());
    return Long.parseLong(rest.substring(0, rest.indexOf(',')));
  }

  private long keys() throws Exception {
    return Long.parseLong(server.command("DBSIZE").substring(1).trim());
  }

  private static List<Permit> permits() {
    return List.of(Permit.of("key", Rate.of(10, Duration.ofSeconds(1))));
  }

  private static NewJob job(String id) {
    return NewJob.of(JobId.of(id), LANE, GROUP, new Payload("test", 1, id.getBytes(UTF_8)));
  }

  private static Accepted accept(RedisBackend backend, String id) {
    return backend.queue().accept(job(id));
  }

  private static List<Claimed> claims(RedisBackend backend, WorkerId me) throws Exception {
    return backend.source().exchange(me, LANE, List.of(), 1, Duration.ZERO).claimed();
  }

  private static Claimed claim(RedisBackend backend, WorkerId me) throws Exception {
    List<Claimed> claimed = claims(backend, me);
    assertThat(claimed).hasSize(1);
    return claimed.get(0);
  }

  /** As a worker's loop does: an error is waited out. */
  private static Claimed claimPatiently(RedisBackend backend, WorkerId me)
      throws InterruptedException {
    while (true) {
      try {
        Exchange exchange =
            backend.source().exchange(me, LANE, List.of(), 1, Duration.ofSeconds(30));
        if (!exchange.claimed().isEmpty()) {
          return exchange.claimed().get(0);
        }
      } catch (QueueException e) {
        Thread.sleep(100);
      }
    }
  }

  private static void waitUntilInterrupted(RedisBackend backend, WorkerId me) {
    try {
      backend.source().exchange(me, LANE, List.of(), 1, Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      // as was asked
    }
  }

  private static Settlement done(Claimed job) {
    return Settlement.Done.of(job.lease(), new Payload("test", 1, new byte[] {1}));
  }

  private static SettleAnswer settle(RedisBackend backend, Settlement settlement)
      throws InterruptedException {
    return backend
        .source()
        .exchange(ANN, LANE, List.of(settlement), 0, Duration.ZERO)
        .settled()
        .get(0);
  }

  private JobState state(String id) {
    return near.queue().find(JobId.of(id)).orElseThrow().state();
  }

  private static boolean isReachable(RedisBackend backend) {
    try {
      backend.queue().find(JobId.of("nobody"));
      return true;
    } catch (QueueException e) {
      return false;
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static <T> FutureTask<T> inBackground(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "test-background");
    thread.setDaemon(true);
    thread.start();
    return task;
  }
}
