package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.Backend;
import dev.easel.job.Beat;
import dev.easel.job.Claimed;
import dev.easel.job.Dedup;
import dev.easel.job.Exchange;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Progress;
import dev.easel.job.QueueException;
import dev.easel.job.Retry;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import dev.easel.job.WorkerId;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link dev.easel.job.JobQueue}, {@link dev.easel.job.JobSource} and {@link
 * dev.easel.job.QueueAdmin} of a {@link Backend} promise together. The author of a backend extends
 * it once:
 *
 * <pre>{@code
 * class MemoryQueueTest extends JobQueueContract {
 *   private final SettableClock clock = new SettableClock();
 *
 *   @Override
 *   protected Backend newBackend() {
 *     return MemoryBackend.builder().clock(clock).build();
 *   }
 *
 *   @Override
 *   protected void pass(Duration time) {
 *     clock.advance(time);
 *   }
 *
 *   @Override
 *   protected long held(Backend backend) {
 *     return ((MemoryBackend) backend).held();
 *   }
 * }
 * }</pre>
 *
 * <p>Where a server keeps time, {@link #pass} sleeps; all tests together then sleep for less than a
 * minute. No test fails because the machine is slow: what must not happen yet is given five minutes
 * or more, and what must have happened is waited for. Where several processes share the backend,
 * {@link #anotherProcess} opens it a second time. The tests of a class may run in parallel if
 * {@link #newBackend} and {@link #held} may.
 *
 * <p>The promises stand in this class and, by theme, in those that it extends: what is accepted,
 * leased, ended, fair, and administered.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class JobQueueContract extends AdminPromises {
  private static final int WORKERS = 4;

  /** For subclasses. */
  protected JobQueueContract() {}

  /**
   * Counts what the backend holds that comes and goes with jobs: records, keys, timers, groups. Not
   * counted are lanes, their policies and numbers.
   */
  protected abstract long held(Backend backend) throws Exception;

  @Test
  void backendIsAsEmptyAsBeforeOnceEverythingIsSettledAndHasExpired() throws Exception {
    LanePolicy forgetful = POLICY.withRemember(SHORT).withInFlightPerGroup(100);
    admin().configure(LANE, forgetful);
    admin().configure(DELIVER, forgetful);
    live("warm-up-", 1);
    long before = heldAtRest(Long.MIN_VALUE);

    live("", 5);

    assertThat(heldAtRest(before)).isEqualTo(before);
  }

  @Test
  void waitingWorkerWakesWhenAJobIsAccepted() throws Exception {
    FutureTask<Exchange> waiting = waitForAJob(ann);
    elsewhere().queue().accept(job("a"));

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("a");
  }

  @Test
  void waitingWorkerWakesWhenAJobIsSettledElsewhere() throws Exception {
    accept(job("a"), job("b"));
    Claimed a = claimOne(bob);
    FutureTask<Exchange> waiting = waitForAJob(ann);
    settle(bob, done(a));

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("b");
  }

  @Test
  void waitingWorkerWakesWhenAJobIsWoken() throws Exception {
    accept(job("a"));
    taken(parked(claimOne(ann), LONG));
    FutureTask<Exchange> waiting = waitForAJob(ann);
    queue().wake(id("a"));

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("a");
  }

  @Test
  void waitingWorkerWakesWhenAFollowUpIsQueued() throws Exception {
    accept(jobWithFollowUp("a"));
    Claimed a = claimOne(bob);
    FutureTask<Exchange> waiting = waitForAJob(ann, DELIVER);
    settle(bob, done(a));

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly(followUp("a").value());
  }

  @Test
  void waitingWorkerWakesWhenAJobIsDue() throws Exception {
    accept(job("a").withDelay(SHORT));
    FutureTask<Exchange> waiting = waitForAJob(ann);
    pass(SHORT_AND_MORE);
    state("a"); // where a test sets the clock, somebody must look at it

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("a");
  }

  @Test
  void waitingWorkerEndsWhatExpiresInAnotherLane() throws Exception {
    FutureTask<Exchange> waiting = waitForAJob(ann, DELIVER);
    accept(jobWithFollowUp("a").withTimeToLive(SHORT));
    pass(SHORT_AND_MORE);

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly(followUp("a").value());
  }

  @Test
  void waitingWorkerEndsWhatExpiresThoughItMayNotHaveIt() throws Exception {
    accept(job("a"));
    claimOne(bob);
    FutureTask<Exchange> waiting = waitForAJob(ann);
    accept(job("b").then(new Then(LANE, BERT)).withTimeToLive(SHORT));
    pass(SHORT_AND_MORE);

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly(followUp("b").value());
  }

  @Test
  void whoStillWaitsEndsWhatExpiresWhenAnotherThatWaitedIsGone() throws Exception {
    FutureTask<Exchange> first = waitForAJob(ann);
    FutureTask<Exchange> second = waitForAJob(bob, DELIVER);
    accept(
        NewJob.of(id("a"), OTHER, ANNE, payload("a"))
            .then(new Then(DELIVER, ANNE))
            .withTimeToLive(SHORT));
    accept(job("b"));
    assertThat(ids(Eventually.get(first).claimed())).containsExactly("b");
    pass(SHORT_AND_MORE);

    assertThat(ids(Eventually.get(second).claimed())).containsExactly(followUp("a").value());
  }

  @Test
  void allWhoWaitWakeWhenTheirLaneIsResumed() throws Exception {
    admin().configure(LANE, POLICY.withLease(LONG.multipliedBy(2))); // nobody wakes to look at it
    admin().pause(LANE);
    accept(job("a"), job(BERT, "b"));
    FutureTask<Exchange> first = waitForAJob(ann);
    FutureTask<Exchange> second = waitForAJob(bob);
    admin().resume(LANE);

    assertThat(Eventually.get(first).claimed()).hasSize(1);
    assertThat(Eventually.get(second).claimed()).hasSize(1);
  }

  @Test
  void waitingWorkerWakesWhenItsLaneIsResumed() throws Exception {
    admin().pause(LANE);
    accept(job("a"));
    FutureTask<Exchange> waiting = waitForAJob(ann);
    admin().resume(LANE);

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("a");
  }

  @Test
  void everyWaitingWorkerGetsAJobWhenThereAreEnough() throws Exception {
    List<FutureTask<Exchange>> waiting = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      waiting.add(waitForAJob(WorkerId.of("worker" + i)));
    }
    for (int i = 0; i < WORKERS; i++) {
      accept(job(GroupId.of("group" + i), "job" + i));
    }

    for (FutureTask<Exchange> one : waiting) {
      assertThat(Eventually.get(one).claimed()).hasSize(1);
    }
  }

  @Test
  void everyWaitingWorkerWakesWhenJobsComeTogether() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(WORKERS).withLease(LONG.multipliedBy(2)));
    List<FutureTask<Exchange>> waiting = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      waiting.add(waitForAJob(WorkerId.of("worker" + i)));
    }
    acceptMany(ANNE, "job", WORKERS);

    for (FutureTask<Exchange> one : waiting) {
      assertThat(Eventually.get(one).claimed()).hasSize(1);
    }
  }

  @Test
  void exchangeReturnsWithNothingWhenItsTimeIsOver() throws Exception {
    long start = System.nanoTime();

    Exchange exchange = source().exchange(ann, LANE, List.of(), 1, Duration.ofMillis(300));

    assertThat(exchange.claimed()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
  }

  @Test
  void exchangeThatOnlySettlesDoesNotWait() throws Exception {
    accept(job("a"));
    Claimed a = claimOne(ann);
    FutureTask<Exchange> settling =
        Eventually.inBackground(() -> source().exchange(ann, LANE, List.of(done(a)), 0, LONG));

    assertThat(Eventually.get(settling).settled()).hasSize(1);
  }

  @Test
  void settlementIsDoneBeforeTheExchangeWaits() throws Exception {
    accept(job("a"));
    Claimed a = claimOne(ann);
    FutureTask<Exchange> waiting =
        Eventually.inBackground(() -> source().exchange(ann, LANE, List.of(done(a)), 1, LONG));
    Eventually.is("settled", () -> state("a") == JobState.SUCCEEDED);
    accept(job("b"));

    assertThat(ids(Eventually.get(waiting).claimed())).containsExactly("b");
  }

  @Test
  void waitingWorkerCanBeInterrupted() throws Exception {
    FutureTask<Exchange> waiting = new FutureTask<>(() -> waitLong(ann, LANE));
    Eventually.blocked(Eventually.start(waiting)).interrupt();

    assertThatThrownBy(() -> Eventually.get(waiting))
        .hasCauseInstanceOf(InterruptedException.class);
    accept(job("a"));
    assertThat(claim(bob, LANE, 1)).as("the interrupted one took nothing along").hasSize(1);
  }

  @Test
  void closingEndsTheWaitAndEverythingElse() throws Exception {
    Backend closing = newBackend();
    FutureTask<Exchange> waiting =
        new FutureTask<>(() -> closing.source().exchange(ann, LANE, List.of(), 1, LONG));
    Eventually.blocked(Eventually.start(waiting));

    closing.close();
    closing.close();

    try {
      assertThat(Eventually.get(waiting).claimed()).isEmpty();
    } catch (java.util.concurrent.ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(QueueException.class);
    }
    assertThatThrownBy(() -> closing.queue().accept(job("a"))).isInstanceOf(QueueException.class);
    assertThatThrownBy(() -> closing.queue().find(id("a"))).isInstanceOf(QueueException.class);
    assertThatThrownBy(() -> closing.source().exchange(ann, LANE, List.of(), 1, Duration.ZERO))
        .isInstanceOf(QueueException.class);
    assertThatThrownBy(() -> closing.admin().statistics(LANE)).isInstanceOf(QueueException.class);
    assertThatThrownBy(() -> closing.queue().watch(id("a"), hint -> {}))
        .isInstanceOf(QueueException.class);
  }

  @Test
  void watcherHearsOfTheEndInEveryProcess() throws Exception {
    accept(job("a"));
    BlockingQueue<JobStatus> here = new LinkedBlockingQueue<>();
    BlockingQueue<JobStatus> there = new LinkedBlockingQueue<>();
    try (Subscription one = queue().watch(id("a"), here::add);
        Subscription two = elsewhere().queue().watch(id("a"), there::add)) {
      assertThat(one).isNotSameAs(two);
      taken(done(claimOne(ann)));

      assertThat(Eventually.take(here, s -> s.state() == JobState.SUCCEEDED).result()).isPresent();
      assertThat(Eventually.take(there, s -> s.state() == JobState.SUCCEEDED).id())
          .isEqualTo(id("a"));
    }
  }

  @Test
  void watcherHearsOfProgress() throws Exception {
    accept(job("a"));
    Claimed a = claimOne(ann);
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    Subscription watching = elsewhere().queue().watch(id("a"), hints::add);
    source().renew(List.of(new Beat(a.lease(), Optional.of(Progress.of(0.5)))));
    assertThat(
            Eventually.take(hints, s -> s.progress().fraction().isPresent()).progress().fraction())
        .contains(0.5);
    watching.close();
    watching.close();
    taken(done(a));
    accept(job("b"));
    BlockingQueue<JobStatus> later = new LinkedBlockingQueue<>();
    try (Subscription watch = elsewhere().queue().watch(id("b"), later::add)) {
      queue().cancel(id("b"));
      assertThat(Eventually.take(later, s -> s.state() == JobState.CANCELLED).id())
          .isEqualTo(id("b"));
      assertThat(watch).isNotNull();
    }
    assertThat(hints.stream().filter(s -> s.state() == JobState.SUCCEEDED))
        .as("hints to a watcher that was closed")
        .isEmpty();
  }

  @Test
  void watcherHearsOfEveryChange() throws Exception {
    accept(job("a"));
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    try (Subscription watching = elsewhere().queue().watch(id("a"), hints::add)) {
      assertThat(watching).isNotNull();
      Claimed first = claimOne(ann);
      Eventually.take(hints, s -> s.state() == JobState.RUNNING);
      taken(parked(first, LONG));
      Eventually.take(hints, s -> s.state() == JobState.PARKED);
      queue().wake(id("a"));
      Eventually.take(hints, s -> s.state() == JobState.WAITING);
      taken(retry(claimOne(ann), LONG));
      Eventually.take(hints, s -> s.state() == JobState.DELAYED);
      queue().cancel(id("a"));
      assertThat(Eventually.take(hints, s -> s.state() == JobState.WAITING).cancelAsked()).isTrue();
    }
  }

  @Test
  void watcherHearsThatTheEndOfARunningJobWasAskedFor() throws Exception {
    accept(job("a"));
    claimOne(ann);
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    try (Subscription watching = elsewhere().queue().watch(id("a"), hints::add)) {
      assertThat(watching).isNotNull();
      queue().cancel(id("a"));

      Eventually.take(hints, JobStatus::cancelAsked);
    }
  }

  @Test
  void watcherThatFailsHarmsNobody() throws Exception {
    accept(job("a"));
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    try (Subscription bad =
            queue()
                .watch(
                    id("a"),
                    s -> {
                      throw new IllegalStateException("thrown on purpose by a test");
                    });
        Subscription good = queue().watch(id("a"), hints::add)) {
      queue().cancel(id("a"));

      Eventually.take(hints, s -> s.state() == JobState.CANCELLED);
      assertThat(bad).isNotSameAs(good);
    }
  }

  @Test
  void manyWorkersDoEachJobExactlyOnce() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(3));
    int jobs = 400;
    Map<JobId, Integer> done = new ConcurrentHashMap<>();
    List<FutureTask<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      WorkerId me = WorkerId.of("worker" + i);
      workers.add(Eventually.inBackground(() -> work(me, done, jobs)));
    }
    for (int i = 0; i < jobs; i += 20) {
      List<NewJob> batch = new ArrayList<>();
      for (int j = i; j < i + 20; j++) {
        batch.add(job(GroupId.of("group" + j % 7), "job" + j).then(new Then(DELIVER, ANNE)));
      }
      accept(batch.toArray(NewJob[]::new));
    }

    for (FutureTask<Integer> worker : workers) {
      Eventually.get(worker);
    }
    assertThat(done).hasSize(jobs);
    assertThat(done.values()).containsOnly(1);
    assertThat(admin().statistics(LANE).succeeded()).isEqualTo(jobs);
    assertThat(admin().statistics(LANE).running()).isZero();
    assertThat(admin().statistics(LANE).groups()).isZero();
    assertThat(admin().statistics(DELIVER).waiting()).isEqualTo(jobs);
  }

  private int work(WorkerId me, Map<JobId, Integer> done, int jobs) throws InterruptedException {
    List<Settlement> last = List.of();
    while (done.size() < jobs || !last.isEmpty()) {
      List<Claimed> claimed = source().exchange(me, LANE, last, 5, Duration.ofMillis(50)).claimed();
      claimed.forEach(c -> done.merge(c.id(), 1, Integer::sum));
      last = claimed.stream().map(QueueSteps::done).toList();
    }
    return done.size();
  }

  /** A life of everything that can happen to jobs; in the end all are settled. */
  private void live(String prefix, int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      String p = prefix + i + "-";
      GroupId group = GroupId.of(p + "group");
      accept(
          job(group, p + "done").whileActive(new Dedup(p + "key")).then(new Then(DELIVER, group)),
          job(group, p + "failed"),
          job(group, p + "parked"),
          job(group, p + "retried").withRetry(new Retry(2, SHORT, SHORT)));
      List<Claimed> claimed = claim(ann, LANE, 4);
      assertThat(claimed).hasSize(4);
      source().checkpoint(claimed.get(1).lease(), "checkpoint");
      source().renew(List.of(new Beat(claimed.get(0).lease(), Optional.of(Progress.of(0.5)))));
      taken(done(claimed.get(0)));
      taken(failed(claimed.get(1)));
      taken(parked(claimed.get(2), LONG));
      taken(retry(claimed.get(3), LONG));
      queue().wake(id(p + "parked"));
      taken(done(claimOne(ann)));
      queue().cancel(id(p + "retried"));
      taken(done(claimOne(ann, DELIVER)));
    }
    for (int i = 0; i < rounds; i++) {
      String p = prefix + i + "-";
      GroupId group = GroupId.of(p + "group that waits");
      accept(
          job(group, p + "cancelled"),
          job(group, p + "expired").withTimeToLive(Duration.ofMillis(100)));
      queue().cancel(id(p + "cancelled"));
    }
    pass(Duration.ofMillis(200));
    runTimers();
    assertThat(admin().statistics(LANE)).as("all has ended").matches(now -> now.groups() == 0);
  }

  /** What is held once everything is forgotten; waits until it is no more than expected. */
  private long heldAtRest(long expected) throws Exception {
    long held = Long.MAX_VALUE;
    for (int i = 0; i < 10 && held > expected; i++) {
      pass(SHORT_AND_MORE);
      runTimers();
      long now = held(backend());
      if (expected == Long.MIN_VALUE && now == held) {
        break; // nothing goes any more
      }
      held = now;
    }
    return held;
  }

  private FutureTask<Exchange> waitForAJob(WorkerId me) {
    return waitForAJob(me, LANE);
  }

  private FutureTask<Exchange> waitForAJob(WorkerId me, Lane lane) {
    FutureTask<Exchange> waiting = new FutureTask<>(() -> waitLong(me, lane));
    Eventually.blocked(Eventually.start(waiting));
    return waiting;
  }

  private Exchange waitLong(WorkerId me, Lane lane) throws InterruptedException {
    return source().exchange(me, lane, List.of(), 1, LONG);
  }
}
