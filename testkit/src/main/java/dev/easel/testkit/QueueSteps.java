package dev.easel.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.Backend;
import dev.easel.job.Accepted;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.Lease;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueAdmin;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The small steps that the promises of a queue are told with. */
abstract class QueueSteps {
  static final Lane LANE = Lane.RENDER;
  static final Lane DELIVER = Lane.deliver("test");
  static final Lane OTHER = Lane.of("other");

  /** Short, so that a server's clock need not run long; far above a call's time. */
  static final Duration SHORT = Duration.ofMillis(500);

  /** A short time and then some, for what must be over. */
  static final Duration SHORT_AND_MORE = Duration.ofMillis(650);

  /** Never over in a test. */
  static final Duration LONG = Duration.ofMinutes(5);

  static final LanePolicy POLICY =
      LanePolicy.DEFAULT.withLease(Duration.ofSeconds(30)).withInFlightPerGroup(1);

  static final GroupId ANNE = GroupId.of("anne");
  static final GroupId BERT = GroupId.of("bert");
  static final Reason BROKEN = Reason.of("broken", "it broke");

  final WorkerId ann = WorkerId.of("worker-ann");
  final WorkerId bob = WorkerId.of("worker-bob");

  private @Nullable Backend opened;
  private @Nullable Backend second;

  /**
   * Opens an empty backend. Two that are open at the same time know nothing of each other, so where
   * they share a server each needs a queue name of its own. The contract closes it.
   */
  protected abstract Backend newBackend() throws Exception;

  /**
   * Opens what is already in the given backend once more, as another process would. Where only one
   * process can have it, that is the given one; then it is left as it is here.
   */
  protected Backend anotherProcess(Backend first) throws Exception {
    return first;
  }

  /** Lets time pass for the backend: moves its clock, or sleeps where the server keeps time. */
  protected abstract void pass(Duration time) throws InterruptedException;

  @BeforeEach
  void openBackend() throws Exception {
    opened = newBackend();
    second = null;
    admin().configure(LANE, POLICY);
    admin().configure(DELIVER, POLICY);
    admin().configure(OTHER, POLICY);
  }

  @AfterEach
  void closeBackend() {
    if (second != null) {
      second.close();
    }
    if (opened != null) {
      opened.close();
    }
  }

  Backend backend() {
    if (opened == null) {
      throw new IllegalStateException("no backend was opened");
    }
    return opened;
  }

  /** The same backend as another process sees it. */
  Backend elsewhere() throws Exception {
    if (second == null) {
      second = anotherProcess(backend());
    }
    return second;
  }

  JobQueue queue() {
    return backend().queue();
  }

  JobSource source() {
    return backend().source();
  }

  QueueAdmin admin() {
    return backend().admin();
  }

  static JobId id(String id) {
    return JobId.of(id);
  }

  static Payload payload(String text) {
    return new Payload("test", 1, text.getBytes(UTF_8));
  }

  static String text(Payload payload) {
    return new String(payload.bytes(), UTF_8);
  }

  static NewJob job(String id) {
    return job(ANNE, id);
  }

  static NewJob job(GroupId group, String id) {
    return NewJob.of(id(id), LANE, group, payload(id));
  }

  static NewJob jobWithFollowUp(String id) {
    return job(id).then(new Then(DELIVER, ANNE));
  }

  void accept(NewJob... jobs) {
    assertThat(queue().accept(List.of(jobs)))
        .allSatisfy(answer -> assertThat(answer).isInstanceOf(Accepted.New.class));
  }

  /** Accepts so many jobs of a group, named {@code <prefix>0}, {@code <prefix>1}, and so on. */
  void acceptMany(GroupId group, String prefix, int count) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(job(group, prefix + i));
    }
    accept(jobs.toArray(NewJob[]::new));
  }

  List<Claimed> claim(WorkerId me, Lane lane, int want) throws InterruptedException {
    return source().exchange(me, lane, List.of(), want, Duration.ZERO).claimed();
  }

  Claimed claimOne(WorkerId me, Lane lane) throws InterruptedException {
    List<Claimed> claimed = claim(me, lane, 1);
    assertThat(claimed).as("claimed from " + lane).hasSize(1);
    return claimed.get(0);
  }

  Claimed claimOne(WorkerId me) throws InterruptedException {
    return claimOne(me, LANE);
  }

  /** Claims what must become claimable within five seconds. */
  Claimed claimSoon(WorkerId me, Lane lane) throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      List<Claimed> claimed = claim(me, lane, 1);
      if (!claimed.isEmpty()) {
        return claimed.get(0);
      }
      pass(Duration.ofMillis(100));
    }
    throw new AssertionError("nothing became claimable in " + lane + " within five seconds");
  }

  Claimed claimSoon(WorkerId me) throws InterruptedException {
    return claimSoon(me, LANE);
  }

  void assertNothingToClaim() throws InterruptedException {
    assertThat(ids(claim(bob, LANE, 100))).as("claimable").isEmpty();
  }

  static List<String> ids(List<Claimed> claimed) {
    return claimed.stream().map(c -> c.id().value()).toList();
  }

  SettleAnswer settle(WorkerId me, Settlement settlement) throws InterruptedException {
    Exchange exchange =
        source().exchange(me, settlement.lease().lane(), List.of(settlement), 0, Duration.ZERO);
    assertThat(exchange.claimed()).isEmpty();
    assertThat(exchange.settled()).hasSize(1);
    return exchange.settled().get(0);
  }

  void taken(Settlement settlement) throws InterruptedException {
    assertThat(settle(ann, settlement)).as("" + settlement).isEqualTo(SettleAnswer.TAKEN);
  }

  void lost(Settlement settlement) throws InterruptedException {
    assertThat(settle(ann, settlement)).as("" + settlement).isEqualTo(SettleAnswer.LOST);
  }

  static Settlement done(Claimed job) {
    return Settlement.Done.of(job.lease(), payload("result of " + job.id()));
  }

  static Settlement failed(Claimed job) {
    return Settlement.Failed.of(job.lease(), BROKEN);
  }

  static Settlement retry(Claimed job, Duration after) {
    return new Settlement.Retry(job.lease(), after, true, BROKEN);
  }

  static Settlement retryForFree(Claimed job, Duration after) {
    return new Settlement.Retry(job.lease(), after, false, BROKEN);
  }

  static Settlement parked(Claimed job, Duration checkAfter) {
    return new Settlement.Parked(job.lease(), checkAfter);
  }

  static Settlement released(Claimed job) {
    return new Settlement.Released(job.lease());
  }

  static Settlement cancelled(Claimed job) {
    return new Settlement.Cancelled(job.lease());
  }

  void finish(String id) throws InterruptedException {
    Claimed job = claimOne(ann);
    assertThat(job.id()).isEqualTo(id(id));
    taken(done(job));
  }

  JobStatus find(String id) {
    return queue().find(id(id)).orElseThrow(() -> new AssertionError("not found: " + id));
  }

  JobState state(String id) {
    return find(id).state();
  }

  /** A lease of a job that never was. */
  Lease madeUp(String id) {
    return new Lease(id(id), LANE, 1, 1, Instant.EPOCH);
  }
}
