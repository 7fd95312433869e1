package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.Backend;
import dev.easel.job.Accepted;
import dev.easel.job.Beat;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.Dedup;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Progress;
import dev.easel.job.Retry;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Accepted once, refused with a reason, and carried unchanged. */
abstract class AcceptPromises extends QueueSteps {
  private static final Dedup KEY = new Dedup("one of these");

  @Test
  void acceptedJobWaitsUntilItIsClaimed() throws Exception {
    assertThat(queue().accept(job("a"))).isEqualTo(new Accepted.New(id("a")));

    JobStatus status = find("a");

    assertThat(status.id()).isEqualTo(id("a"));
    assertThat(status.lane()).isEqualTo(LANE);
    assertThat(status.group()).isEqualTo(ANNE);
    assertThat(status.state()).isEqualTo(JobState.WAITING);
    assertThat(status.attempt()).isZero();
    assertThat(status.ahead()).isZero();
    assertThat(status.progress()).isEqualTo(Progress.NONE);
    assertThat(status.cancelAsked()).isFalse();
    assertThat(status.result()).isEmpty();
    assertThat(status.reason()).isEmpty();
    assertThat(claimOne(ann).id()).isEqualTo(id("a"));
    assertThat(state("a")).isEqualTo(JobState.RUNNING);
  }

  @Test
  void unknownJobIsNotFound() {
    assertThat(queue().find(id("never"))).isEmpty();
    assertThat(queue().cancel(id("never"))).isEqualTo(CancelAnswer.UNKNOWN);
    assertThat(queue().wake(id("never"))).isFalse();
  }

  @Test
  void claimBringsWhatWasAccepted() throws Exception {
    Retry retry = new Retry(7, Duration.ofMillis(1500), Duration.ofSeconds(90));
    accept(job("a").withRetry(retry));

    Claimed claimed = claimOne(ann);

    assertThat(claimed.lease().job()).isEqualTo(id("a"));
    assertThat(claimed.lease().lane()).isEqualTo(LANE);
    assertThat(claimed.lease().attempt()).isEqualTo(1);
    assertThat(claimed.group()).isEqualTo(ANNE);
    assertThat(claimed.body()).isEqualTo(payload("a"));
    assertThat(claimed.retry()).isEqualTo(retry);
    assertThat(claimed.checkpoint()).isEmpty();
    assertThat(claimed.cancelAsked()).isFalse();
    assertThat(claimed.after()).isEmpty();
  }

  @Test
  void acceptingAgainAnswersWithTheFirstJobsState() throws Exception {
    accept(job("a"));
    assertKnown("a", JobState.WAITING);
    Claimed claimed = claimOne(ann);
    assertKnown("a", JobState.RUNNING);
    taken(done(claimed));
    assertKnown("a", JobState.SUCCEEDED);

    assertThat(find("a").result()).contains(payload("result of a"));
    assertNothingToClaim();
  }

  @Test
  void endedIdIsRememberedAndThenForgotten() throws Exception {
    accept(job("kept"));
    finish("kept");
    admin().configure(LANE, POLICY.withRemember(SHORT));
    accept(job("a"));
    finish("a");
    pass(SHORT_AND_MORE);

    assertKnown("kept", JobState.SUCCEEDED);
    assertThat(queue().find(id("a"))).isEmpty();
    assertThat(queue().accept(job("a"))).isEqualTo(new Accepted.New(id("a")));
  }

  @Test
  void everyIdThatIsAllowedIsKeptApart() throws Exception {
    List<String> odd = new ArrayList<>(List.of("{a}", "a:b", "a::b", "*", "[a]", "a\\", "\"", "~"));
    odd.add("x".repeat(JobId.MAX_LENGTH));
    odd.add("x".repeat(JobId.MAX_LENGTH - 1) + "y");
    for (String id : odd) {
      accept(job(GroupId.of("g " + id), id));
    }

    assertThat(ids(claim(ann, LANE, 100))).containsExactlyInAnyOrderElementsOf(odd);
  }

  @Test
  void sameIdTwiceInOneCallIsOneJob() throws Exception {
    List<Accepted> answers = queue().accept(List.of(job("a"), job("a")));

    assertThat(answers.get(0)).isEqualTo(new Accepted.New(id("a")));
    assertThat(answers.get(1)).isInstanceOf(Accepted.Known.class);
    assertThat(claim(ann, LANE, 10)).hasSize(1);
  }

  @Test
  void inBulkEachJobHasItsOwnAnswer() {
    admin().configure(LANE, POLICY.withMaxJobs(3));
    accept(job("a").whileActive(KEY));

    List<Accepted> answers =
        queue()
            .accept(
                List.of(
                    job("a"), job("b").whileActive(KEY), job("c"), job("d"), job("e"), job("d")));

    assertThat(answers).hasSize(6);
    assertThat(answers.get(0)).isInstanceOf(Accepted.Known.class);
    assertThat(answers.get(1)).isEqualTo(new Accepted.Busy(id("a")));
    assertThat(answers.get(2)).isEqualTo(new Accepted.New(id("c")));
    assertThat(answers.get(3)).isEqualTo(new Accepted.New(id("d")));
    assertThat(answers.get(4)).isInstanceOf(Accepted.Full.class);
    assertThat(answers.get(5)).isInstanceOf(Accepted.Known.class);
    assertThat(queue().find(id("b"))).as("busy keeps nothing").isEmpty();
    assertThat(queue().find(id("e"))).as("full keeps nothing").isEmpty();
  }

  @Test
  void aThousandJobsAreTakenInOneCallAndNotOneMore() {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      jobs.add(job("j" + i));
    }

    assertThat(queue().accept(jobs))
        .hasSize(1000)
        .allSatisfy(answer -> assertThat(answer).isInstanceOf(Accepted.New.class));

    jobs.add(job("one-more"));
    assertThatIllegalArgumentException().isThrownBy(() -> queue().accept(jobs));
    assertThat(queue().accept(List.of())).isEmpty();
  }

  @Test
  void secondJobOfAKeyIsRefusedUntilTheFirstEnds() throws Exception {
    accept(job("a").whileActive(KEY));
    assertBusy("b", "a");
    Claimed a = claimOne(ann);
    assertBusy("b", "a");
    taken(retry(a, Duration.ZERO));
    assertBusy("b", "a");
    finish("a");

    accept(job("b").whileActive(KEY));
    taken(failed(claimOne(ann)));
    accept(job("c").whileActive(KEY));
    queue().cancel(id("c"));
    accept(job("d").whileActive(KEY).withTimeToLive(SHORT));
    pass(SHORT_AND_MORE);
    accept(job("e").whileActive(KEY));
  }

  @Test
  void keyHoldsAcrossLanesAndGroupsAndDistinguishesKeys() {
    accept(job("a").whileActive(KEY));

    assertThat(queue().accept(NewJob.of(id("b"), OTHER, BERT, payload("b")).whileActive(KEY)))
        .isEqualTo(new Accepted.Busy(id("a")));
    accept(job("c").whileActive(new Dedup("another")));
  }

  @Test
  void fullLaneRefusesUntilAJobEnds() throws Exception {
    admin().configure(LANE, POLICY.withMaxJobs(2));
    accept(job("a"), job("b"));

    assertFull(job("c"), Accepted.Limit.JOBS);
    Claimed a = claimOne(ann);
    assertFull(job("c"), Accepted.Limit.JOBS);
    accept(NewJob.of(id("other"), OTHER, ANNE, payload("")));
    taken(done(a));

    accept(job("c"));
  }

  @Test
  void laneFullOfBytesRefusesLargeJobsOnly() throws Exception {
    admin().configure(LANE, POLICY.withMaxBytes(1000));
    accept(bytes("a", 600));

    assertFull(bytes("b", 500), Accepted.Limit.BYTES);
    accept(bytes("c", 300));
    finish("a");
    accept(bytes("b", 500));
  }

  @Test
  void groupMayHaveSoManyJobsNotYetClaimed() throws Exception {
    admin().configure(LANE, POLICY.withMaxJobsPerGroup(2));
    accept(job("a"), job("b").withDelay(LONG));

    assertFull(job("c"), Accepted.Limit.GROUP);
    accept(job(BERT, "of-another-group"));
    claim(ann, LANE, 2);

    accept(job("c"));
  }

  @Test
  void jobThatIsKnownIsKnownEvenWhenThereIsNoRoom() {
    admin().configure(LANE, POLICY.withMaxJobs(1));
    accept(job("a"));

    assertKnown("a", JobState.WAITING);
  }

  @Test
  void jobsKeptStayWhenALimitIsLowered() throws Exception {
    accept(job("a"), job("b"), job("c"));
    admin().configure(LANE, POLICY.withMaxJobs(1));

    assertFull(job("d"), Accepted.Limit.JOBS);
    finish("a");
    finish("b");
    finish("c");
    accept(job("d"));
  }

  @Test
  void jobNeedsRoomWhereItsFollowUpWillGo() throws Exception {
    admin().configure(DELIVER, POLICY.withMaxJobs(1));
    accept(jobWithFollowUp("a"));
    finish("a");

    assertFull(jobWithFollowUp("b"), Accepted.Limit.JOBS);
    accept(job("without"));
    taken(done(claimOne(ann, DELIVER)));
    accept(jobWithFollowUp("b"));
  }

  @Test
  void largestPayloadComesBackByteForByte() throws Exception {
    byte[] bytes = new byte[Payload.MAX_BYTES];
    new Random(1).nextBytes(bytes);
    Payload body = new Payload("large.form-1", 12345, bytes);
    byte[] resultBytes = new byte[Payload.MAX_BYTES];
    new Random(2).nextBytes(resultBytes);
    Payload result = new Payload("r", 1, resultBytes);
    accept(NewJob.of(id("a"), LANE, ANNE, body));

    Claimed claimed = claimOne(ann);
    assertThat(claimed.body()).isEqualTo(body);
    taken(Settlement.Done.of(claimed.lease(), result));
    assertThat(find("a").result()).contains(result);
  }

  @Test
  void payloadMayBeEmpty() throws Exception {
    accept(NewJob.of(id("a"), LANE, ANNE, new Payload("empty", 1, new byte[0])));

    assertThat(claimOne(ann).body().size()).isZero();
  }

  @Test
  void groupIdMayBeAnyUnicode() throws Exception {
    Set<String> groups =
        new HashSet<>(
            List.of(
                "plain",
                " ",
                "\u0000",
                "a\u0000b",
                "line\nbreak\r",
                "{brace}",
                "a:b",
                "\u00e9", // composed
                "e\u0301", // and not: no normalising
                "\ud83d\udc69\u200d\ud83c\udfa8",
                "\u202eright to left",
                "\uffff",
                "Anne",
                "anne",
                "100",
                "1e2",
                "\u4e16".repeat(GroupId.MAX_LENGTH),
                "\ud83d\ude00".repeat(GroupId.MAX_LENGTH / 2)));
    int n = 0;
    for (String group : groups) {
      accept(job(GroupId.of(group), "first" + n), job(GroupId.of(group), "second" + n));
      n++;
    }

    List<Claimed> claimed = claim(ann, LANE, 100);

    assertThat(claimed.stream().map(c -> c.group().value()))
        .as("one in flight of each group")
        .containsExactlyInAnyOrderElementsOf(groups);
    for (Claimed c : claimed) {
      assertThat(find(c.id().value()).group()).isEqualTo(c.group());
    }
  }

  @Test
  void delayedJobIsNotClaimedBeforeItIsDue() throws Exception {
    accept(job("a").withDelay(SHORT));
    accept(job("later").withDelay(Duration.ofHours(1))); // a slow machine cannot be too slow for it

    assertThat(state("later")).isEqualTo(JobState.DELAYED);
    assertThat(find("later").ahead()).isZero();
    pass(SHORT_AND_MORE);

    assertThat(claimSoon(ann).id()).isEqualTo(id("a"));
    assertNothingToClaim();
  }

  @Test
  void dueJobIsWaitingWhoeverAsks() throws Exception {
    accept(job("a").withDelay(SHORT));
    pass(SHORT_AND_MORE);

    assertThat(claim(bob, OTHER, 1)).isEmpty();
    assertThat(state("a")).isEqualTo(JobState.WAITING);
  }

  @Test
  void lanesKnowNothingOfEachOther() throws Exception {
    Lane odd = Lane.of("inbox:web:main.1_2-3");
    accept(job("a"), NewJob.of(id("b"), odd, ANNE, payload("b")));

    assertThat(ids(claim(ann, odd, 10))).containsExactly("b");
    assertThat(ids(claim(ann, LANE, 10))).containsExactly("a");
    assertThat(claim(ann, OTHER, 10)).isEmpty();
  }

  @Test
  void twoQueuesSideBySideKnowNothingOfEachOther() throws Exception {
    try (Backend other = newBackend()) {
      accept(job("a").whileActive(KEY));
      other.admin().configure(LANE, POLICY.withMaxJobs(1));

      assertThat(other.queue().find(id("a"))).isEmpty();
      assertThat(other.source().exchange(bob, LANE, List.of(), 10, Duration.ZERO).claimed())
          .isEmpty();
      assertThat(other.queue().accept(job("a").whileActive(KEY)))
          .isEqualTo(new Accepted.New(id("a")));
      accept(job("b"));
      assertThat(other.admin().statistics(LANE).waiting()).isEqualTo(1);
      assertThat(admin().statistics(LANE).waiting()).isEqualTo(2);
    }
  }

  @Test
  void otherProcessesSeeTheSameQueue() throws Exception {
    accept(job("a"), job("b"));

    assertThat(elsewhere().queue().accept(job("a"))).isInstanceOf(Accepted.Known.class);
    assertThat(ids(claim(ann, LANE, 1))).containsExactly("a");
    assertThat(elsewhere().source().exchange(bob, LANE, List.of(), 10, Duration.ZERO).claimed())
        .as("one of the group is in flight")
        .isEmpty();
  }

  @Test
  void defaultsHoldUntilALaneIsConfigured() throws Exception {
    Lane fresh = Lane.of("fresh");
    assertThat(LanePolicy.DEFAULT.inFlightPerGroup()).isEqualTo(1);
    queue()
        .accept(
            List.of(
                NewJob.of(id("a"), fresh, ANNE, payload("a")),
                NewJob.of(id("b"), fresh, ANNE, payload("b"))));

    assertThat(ids(claim(ann, fresh, 10))).containsExactly("a");
  }

  @Test
  void callsBeyondTheirLimitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source().exchange(ann, LANE, List.of(), 101, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source().exchange(ann, LANE, List.of(), -1, Duration.ZERO));
    List<Settlement> done = Collections.nCopies(101, new Settlement.Released(madeUp("never")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source().exchange(ann, LANE, done, 0, Duration.ZERO));
    List<Beat> held = Collections.nCopies(1001, new Beat(madeUp("never"), Optional.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> source().renew(held));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> admin().page(LANE, JobState.WAITING, Optional.empty(), 101));
    assertThatIllegalArgumentException().isThrownBy(() -> admin().dead(LANE, Optional.empty(), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> admin().reviveAll(LANE, 101));
  }

  @Test
  void followUpsIdCannotBeTaken() {
    assertThatIllegalArgumentException().isThrownBy(() -> job(id("a").followUp().value()));
    assertThatIllegalArgumentException()
        .as("no room for the follow-up's id")
        .isThrownBy(() -> job("x".repeat(JobId.MAX_LENGTH)).then(new Then(DELIVER, ANNE)));
  }

  private static NewJob bytes(String id, int count) {
    return NewJob.of(id(id), LANE, ANNE, new Payload("b", 1, new byte[count]));
  }

  private void assertKnown(String id, JobState state) {
    assertThat(queue().accept(job(id)))
        .isInstanceOfSatisfying(
            Accepted.Known.class,
            known -> {
              assertThat(known.status().id()).isEqualTo(id(id));
              assertThat(known.status().state()).isEqualTo(state);
            });
  }

  private void assertBusy(String id, String holder) {
    assertThat(queue().accept(job(id).whileActive(KEY))).isEqualTo(new Accepted.Busy(id(holder)));
  }

  private void assertFull(NewJob job, Accepted.Limit limit) {
    assertThat(queue().accept(job))
        .isInstanceOfSatisfying(
            Accepted.Full.class,
            full -> {
              assertThat(full.limit()).isEqualTo(limit);
              assertThat(full.retryAfter()).isPositive();
            });
    assertThat(queue().find(job.id())).isEmpty();
  }
}
