package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.Beat;
import dev.easel.job.Claimed;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import dev.easel.job.Wait;
import dev.easel.job.WorkerId;
import dev.easel.limit.LimiterException;
import dev.easel.store.Key;
import dev.easel.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a queue's keeper sees and what is left in Redis, where a look at its keys is needed. */
@Timeout(60)
class KeeperTest {
  private static final Lane LANE = Lane.RENDER;
  private static final Lane DELIVER = Lane.deliver("x");
  private static final LanePolicy POLICY = LanePolicy.DEFAULT.withInFlightPerGroup(1000);
  private static final GroupId GROUP = GroupId.of("group");
  private static final byte[] ONE = {1};
  private static final WorkerId ANN = WorkerId.of("ann");

  private TestServer server;
  private RedisBackend backend;

  @BeforeEach
  void open() throws Exception {
    server = TestServer.embedded();
    backend = RedisBackend.connect(server.uri());
    backend.admin().configure(LANE, POLICY);
    backend.admin().configure(DELIVER, POLICY);
  }

  @AfterEach
  void close() throws Exception {
    backend.close();
    server.close();
  }

  @Test
  void pageOfWaitingJobsTellsThoseInFrontToo() throws Exception {
    accept(job("b-released"), job("a"), job("c-woken"));
    settle(new Settlement.Released(claim(LANE).lease()));
    Claimed released = claim(LANE);
    claim(LANE);
    settle(new Settlement.Parked(claim(LANE).lease(), Duration.ofHours(1)));
    settle(new Settlement.Released(released.lease()));
    backend.queue().wake(JobId.of("c-woken"));

    assertThat(ids(backend.admin().page(LANE, JobState.WAITING, Optional.empty(), 10)))
        .containsExactly("b-released", "c-woken");
  }

  @Test
  void deadLettersStayAsLongAsOneHasAFollowUpThatIsNotSettled() throws Exception {
    bury(withFollowUp("a"), withFollowUp("b"));
    settle(done(claim(DELIVER)));

    assertThat(redis("PTTL", "j:b")).as("the record of b").isEqualTo(-1);
    assertThat(dead()).containsExactly("a", "b");
    letExpire();
    assertThat(dead()).contains("b").doesNotContain("a");

    settle(done(claim(DELIVER)));
    assertThat(dead()).containsExactly("b");
    letExpire();
    assertThat(dead()).isEmpty();
  }

  @Test
  void deadLettersOfALaneThatRemembersNothingLeaveNothing() throws Exception {
    backend.admin().configure(LANE, POLICY.withRemember(Duration.ZERO));
    backend.admin().configure(DELIVER, POLICY.withRemember(Duration.ZERO));
    bury(withFollowUp("a"));
    settle(done(claim(DELIVER)));

    Patiently.until("nothing of it is left", () -> keysOfJobs().isEmpty());
  }

  @Test
  void deadLettersWhoseFollowUpsAreOpenDoNotCountAgainstTheCap() throws Exception {
    backend.admin().configure(LANE, POLICY.withMaxDead(2));
    bury(withFollowUp("held"), job("b"), job("c"));
    assertThat(dead()).containsExactly("held", "b", "c");

    bury(job("d"));
    assertThat(dead()).containsExactly("held", "c", "d");
  }

  @Test
  void capHoldsHoweverManyFollowUpsAreOpen() throws Exception {
    backend.admin().configure(LANE, POLICY.withMaxDead(1));
    for (int i = 0; i < 50; i++) {
      bury(withFollowUp("held" + i));
    }
    bury(job("b"), job("c"), job("d"));

    assertThat(dead()).hasSize(51).endsWith("d").doesNotContain("b", "c");
  }

  @Test
  void deadLettersAreRevivedHoweverManyBeforeThemCannotBe() throws Exception {
    for (int i = 0; i < 120; i++) {
      bury(withFollowUp("held" + i));
    }
    bury(job("free"));

    assertThat(backend.admin().reviveAll(LANE, 1)).isEqualTo(1);
    assertThat(claim(LANE).id()).isEqualTo(JobId.of("free"));
  }

  @Test
  void deadLettersAreRevivedHoweverManyBeforeThemLostWhatTheyFollowed() throws Exception {
    backend.admin().configure(LANE, POLICY.withMaxDead(0));
    for (int i = 0; i < 120; i++) {
      bury(withFollowUp("lost" + i));
      settle(failed(claim(DELIVER)));
    }
    backend.queue().accept(NewJob.of(JobId.of("b"), DELIVER, GROUP, new Payload("test", 1, ONE)));
    settle(failed(claim(DELIVER)));

    assertThat(backend.admin().reviveAll(DELIVER, 1)).isEqualTo(1);
    assertThat(claim(DELIVER).id()).isEqualTo(JobId.of("b"));
  }

  @Test
  void deadLettersAreListedHoweverManyBeforeThemAreForgotten() throws Exception {
    for (int i = 0; i < 50; i++) {
      bury(job("old" + i));
      server.command("DEL", "easel:{main}:j:old" + i); // as when its time is over
    }
    bury(job("new"));

    assertThat(ids(backend.admin().dead(LANE, Optional.empty(), 5))).containsExactly("new");
  }

  @Test
  void pagesOfDeadLettersGoThroughAllInTheOrderOfTheirEnds() throws Exception {
    bury(job("z"), withFollowUp("y"), job("x"), withFollowUp("w"), job("v"));

    List<JobStatus> first = backend.admin().dead(LANE, Optional.empty(), 2);
    List<JobStatus> second = backend.admin().dead(LANE, Optional.of(JobId.of("y")), 2);
    List<JobStatus> third = backend.admin().dead(LANE, Optional.of(JobId.of("w")), 2);

    assertThat(ids(first)).containsExactly("z", "y");
    assertThat(ids(second)).containsExactly("x", "w");
    assertThat(ids(third)).containsExactly("v");
    assertThat(backend.admin().statistics(LANE).dead()).isEqualTo(5);
  }

  @Test
  void followUpOfADeadLetterThatWasDroppedIsNotRevived() throws Exception {
    backend.admin().configure(LANE, POLICY.withMaxDead(0));
    bury(withFollowUp("a"));
    settle(failed(claim(DELIVER)));
    assertThat(dead()).isEmpty();

    assertThat(backend.admin().revive(JobId.of("a").followUp())).isFalse();
    assertThat(claims(DELIVER)).isEmpty();
  }

  @Test
  void followUpOfAJobThatIsGoneEndsAndHarmsNobody() throws Exception {
    accept(withFollowUp("evicted"), withFollowUp("b"));
    settle(done(claim(LANE)));
    settle(done(claim(LANE)));
    server.command("DEL", "easel:{main}:j:evicted"); // as a server does that may drop keys

    assertThat(claim(DELIVER).after().orElseThrow().id()).isEqualTo(JobId.of("b"));
    assertThat(claims(DELIVER)).isEmpty();
    JobStatus gone = backend.queue().find(JobId.of("evicted").followUp()).orElseThrow();
    assertThat(gone.state()).isEqualTo(JobState.FAILED);
    assertThat(gone.reason().orElseThrow().detail()).contains("gone");
    assertThat(backend.admin().statistics(DELIVER).running()).isEqualTo(1);
    assertThat(backend.admin().revive(JobId.of("evicted").followUp())).isFalse();
  }

  @Test
  void closedBackendSaysThatItIsClosed() {
    backend.close();

    assertThatThrownBy(() -> backend.queue().find(JobId.of("a")))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> backend.queue().watch(JobId.of("a"), status -> {}))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> backend.state().get(new Key("test", "a")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> backend.timelines().watch(conversation -> {}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> backend.limiter().block("key", Duration.ofSeconds(1)))
        .isInstanceOf(LimiterException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void deadLetterIsHeldAgainWhileItsRevivedFollowUpIsOpen() throws Exception {
    bury(withFollowUp("a"));
    settle(failed(claim(DELIVER)));
    assertThat(backend.admin().revive(JobId.of("a").followUp())).isTrue();

    letExpire();
    assertThat(dead()).containsExactly("a");
    settle(done(claim(DELIVER)));
    letExpire();
    assertThat(dead()).isEmpty();
  }

  @Test
  void bodyIsDroppedOnceNobodyNeedsItAnyMore() throws Exception {
    byte[] large = new byte[60_000];
    NewJob job = NewJob.of(JobId.of("a"), LANE, GROUP, new Payload("test", 1, large));
    accept(job.then(new Then(DELIVER, GROUP)));
    settle(done(claim(LANE)));
    settle(done(claim(DELIVER)));

    assertThat(redis("STRLEN", "j:a")).isLessThan(1000);
    JobStatus status = backend.queue().find(JobId.of("a")).orElseThrow();
    assertThat(status.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.result()).isPresent();
  }

  @Test
  void laneMayRememberForEver() throws Exception {
    backend.admin().configure(LANE, POLICY.withRemember(Duration.ofMillis(Long.MAX_VALUE)));
    accept(job("a"));
    settle(done(claim(LANE)));

    assertThat(backend.queue().find(JobId.of("a")).orElseThrow().state())
        .isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void workerThatOnlyWorksIsSeenByItsHeartbeats() throws Exception {
    accept(job("a"), job("b"));
    Claimed held = claim(LANE);
    server.command("DEL", "easel:{main}:k:render"); // as after a minute without any claim
    backend.source().renew(List.of(new Beat(held.lease(), Optional.empty())));

    assertThat(backend.queue().find(JobId.of("b")).orElseThrow().estimate())
        .isNotEqualTo(new Wait.NoWorkers());
    assertThat(backend.admin().workers(LANE))
        .singleElement()
        .satisfies(worker -> assertThat(worker.id()).isEqualTo(ANN));
  }

  private static NewJob job(String id) {
    return NewJob.of(JobId.of(id), LANE, GROUP, new Payload("test", 1, id.getBytes(UTF_8)));
  }

  private static NewJob withFollowUp(String id) {
    return job(id).then(new Then(DELIVER, GROUP));
  }

  private void accept(NewJob... jobs) {
    backend.queue().accept(List.of(jobs));
  }

  private List<Claimed> claims(Lane lane) throws InterruptedException {
    return backend.source().exchange(ANN, lane, List.of(), 1, Duration.ZERO).claimed();
  }

  private Claimed claim(Lane lane) throws InterruptedException {
    List<Claimed> claimed = claims(lane);
    assertThat(claimed).hasSize(1);
    return claimed.get(0);
  }

  private void settle(Settlement settlement) throws InterruptedException {
    assertThat(
            backend
                .source()
                .exchange(ANN, settlement.lease().lane(), List.of(settlement), 0, Duration.ZERO)
                .settled())
        .containsExactly(SettleAnswer.TAKEN);
  }

  private static Settlement done(Claimed job) {
    return Settlement.Done.of(job.lease(), new Payload("test", 1, ONE));
  }

  private static Settlement failed(Claimed job) {
    return Settlement.Failed.of(job.lease(), Reason.of("broken", "it broke"));
  }

  private void bury(NewJob... jobs) throws InterruptedException {
    accept(jobs);
    for (int i = 0; i < jobs.length; i++) {
      settle(failed(claim(LANE)));
    }
  }

  private List<String> dead() {
    return ids(backend.admin().dead(LANE, Optional.empty(), 100));
  }

  private static List<String> ids(List<JobStatus> jobs) {
    return jobs.stream().map(status -> status.id().value()).toList();
  }

  private long redis(String command, String key) throws IOException {
    return Long.parseLong(server.command(command, "easel:{main}:" + key).substring(1).trim());
  }

  /** As if the time of every key that has one were over. */
  private void letExpire() throws IOException {
    server.command(
        "EVAL",
        "for _, k in ipairs(redis.call('KEYS', 'easel:*')) do if redis.call('PTTL', k) >= 0 then"
            + " redis.call('DEL', k) end end return 0",
        "0");
  }

  private List<String> keysOfJobs() throws IOException {
    return server
        .command("KEYS", "easel:{main}:*")
        .lines()
        .filter(line -> line.matches("easel:\\{main\\}:[^lbkv].*"))
        .toList();
  }
}
