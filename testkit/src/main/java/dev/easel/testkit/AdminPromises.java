package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.job.Beat;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.Dedup;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LaneStatistics;
import dev.easel.job.NewJob;
import dev.easel.job.Progress;
import dev.easel.job.Retry;
import dev.easel.job.Then;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the keeper of a queue can see and do: dead letters, pauses, pages and numbers. */
abstract class AdminPromises extends FairnessPromises {
  @Test
  void deadLettersAreListedInPagesTheOldestFirst() throws Exception {
    List<String> ids = List.of("e", "d", "c", "b", "a");
    for (String id : ids) {
      bury(job(id));
    }

    List<String> listed = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    List<JobStatus> page = admin().dead(LANE, after, 2);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(2);
      page.forEach(status -> listed.add(status.id().value()));
      after = Optional.of(page.get(page.size() - 1).id());
      page = admin().dead(LANE, after, 2);
    }

    assertThat(listed).isEqualTo(ids);
    assertThat(admin().dead(OTHER, Optional.empty(), 10)).isEmpty();
    assertThat(admin().dead(LANE, Optional.empty(), 1).get(0).reason()).contains(BROKEN);
  }

  @Test
  void revivedDeadLetterIsAsGoodAsNew() throws Exception {
    accept(job("a").withRetry(Retry.DEFAULT.withMaxAttempts(2)), job("b"));
    taken(retry(claimOne(ann), Duration.ZERO));
    Claimed last = claimOne(ann);
    source().checkpoint(last.lease(), "from before");
    taken(failed(last));

    assertThat(admin().revive(id("a"))).isTrue();

    assertThat(state("a")).isEqualTo(JobState.WAITING);
    assertThat(find("a").reason()).isEmpty();
    assertThat(find("a").attempt()).isZero();
    assertThat(admin().dead(LANE, Optional.empty(), 10)).isEmpty();
    finish("b");
    Claimed again = claimOne(ann);
    assertThat(again.lease().attempt()).isEqualTo(1);
    assertThat(again.lease().token()).isGreaterThan(last.lease().token());
    assertThat(again.checkpoint()).isEmpty();
    assertThat(again.body()).isEqualTo(payload("a"));
    taken(retry(again, Duration.ZERO));
    taken(done(claimOne(ann)));
    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void revivedJobKnowsNothingOfItsFirstLife() throws Exception {
    accept(job("a"));
    taken(parked(claimOne(ann), LONG));
    queue().wake(id("a"));
    Claimed last = claimOne(ann);
    source().renew(List.of(new Beat(last.lease(), Optional.of(Progress.of(0.5)))));
    queue().cancel(id("a"));
    taken(failed(last));

    assertThat(admin().revive(id("a"))).isTrue();

    assertThat(find("a").cancelAsked()).isFalse();
    assertThat(find("a").progress()).isEqualTo(Progress.NONE);
    assertThat(queue().cancel(id("a"))).as("nothing is parked").isEqualTo(CancelAnswer.GONE);
  }

  @Test
  void lateWorkerOfADeadLetterCannotSettleItsSecondLife() throws Exception {
    accept(job("a"));
    Claimed first = claimOne(ann);
    taken(failed(first));
    admin().revive(id("a"));
    Claimed second = claimOne(bob);

    lost(done(first));

    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    taken(done(second));
  }

  @Test
  void onlyADeadLetterIsRevived() throws Exception {
    accept(job("waiting"), job("b"));

    assertThat(admin().revive(id("never"))).isFalse();
    assertThat(admin().revive(id("waiting"))).isFalse();
    finish("waiting");
    assertThat(admin().revive(id("waiting"))).isFalse();
    queue().cancel(id("b"));
    assertThat(admin().revive(id("b"))).isFalse();
  }

  @Test
  void allDeadLettersAreRevivedAPageAtATime() throws Exception {
    for (int i = 0; i < 5; i++) {
      bury(job("j" + i));
    }

    assertThat(admin().reviveAll(LANE, 2)).isEqualTo(2);
    assertThat(ids(claim(ann, LANE, 1))).as("the oldest first").containsExactly("j0");
    assertThat(admin().reviveAll(LANE, 2)).isEqualTo(2);
    assertThat(admin().reviveAll(LANE, 2)).isEqualTo(1);
    assertThat(admin().reviveAll(LANE, 2)).isZero();
    assertThat(admin().statistics(LANE).waiting()).isEqualTo(4);
  }

  @Test
  void othersAreRevivedThoughTheOldestCannotBe() throws Exception {
    bury(jobWithFollowUp("a"));
    taken(failed(claimOne(ann, DELIVER)));
    accept(NewJob.of(id("b"), DELIVER, BERT, payload("b")));
    taken(failed(claimOne(ann, DELIVER)));
    assertThat(admin().revive(id("a"))).isTrue();

    assertThat(admin().revive(followUp("a"))).as("what it follows has not ended").isFalse();
    assertThat(admin().reviveAll(DELIVER, 1)).isEqualTo(1);
    assertThat(ids(claim(bob, DELIVER, 9))).containsExactly("b");
    finish("a");
    assertThat(ids(claim(bob, DELIVER, 9))).containsExactly(followUp("a").value());
    assertThat(admin().statistics(DELIVER).waiting()).isZero();
  }

  @Test
  void idThatIsUsedAgainIsNoDeadLetterAnyMore() throws Exception {
    buryAndForget("a", "b");
    admin().pause(LANE, BERT);
    accept(job(BERT, "a"), job(BERT, "b").then(new Then(DELIVER, BERT)));

    assertThat(deadIds()).containsExactly("kept");
    assertThat(admin().revive(id("a"))).isFalse();
    assertThat(admin().reviveAll(LANE, 1)).isEqualTo(1);
    finish("kept");
    bury(job("c"));
    bury(job("d"));
    assertThat(deadIds()).as("the cap holds").containsExactly("d");

    admin().resume(LANE, BERT);
    Claimed again = claimOne(ann);
    assertThat(again.body()).isEqualTo(payload("a"));
    taken(done(again));
    taken(failed(claimOne(ann)));
    assertThat(deadIds()).as("each once, and b is held").containsExactly("d", "b");
    bury(job("e"));
    assertThat(claimOne(bob, DELIVER).after().orElseThrow().body()).isEqualTo(payload("b"));
  }

  @Test
  void revivedJobDoesNotTakeItsKeyFromAnother() throws Exception {
    Dedup key = new Dedup("key");
    bury(job("a").whileActive(key));
    accept(job("b").whileActive(key));

    assertThat(admin().revive(id("a"))).isTrue();
    assertThat(queue().accept(job("c").whileActive(key)))
        .isEqualTo(new dev.easel.job.Accepted.Busy(id("b")));
    queue().cancel(id("a"));
    assertThat(queue().accept(job("c").whileActive(key)))
        .as("still held")
        .isEqualTo(new dev.easel.job.Accepted.Busy(id("b")));
  }

  @Test
  void deadLettersAreCappedAndTheOldestGoes() throws Exception {
    admin().configure(LANE, POLICY.withMaxDead(2));
    bury(job("a"));
    bury(job("b"));
    bury(job("c"));

    assertThat(admin().dead(LANE, Optional.empty(), 10).stream().map(s -> s.id().value()))
        .containsExactly("b", "c");
    assertThat(admin().revive(id("a"))).isFalse();
    assertThat(state("a")).as("its id stays known").isEqualTo(JobState.FAILED);
    assertThat(admin().statistics(LANE).dead()).isEqualTo(2);
  }

  @Test
  void deadLetterWhoseFollowUpIsNotSettledIsNotDroppedAndNotRevived() throws Exception {
    admin().configure(LANE, POLICY.withMaxDead(1));
    bury(jobWithFollowUp("a"));
    bury(job("b"));
    bury(job("c"));

    assertThat(admin().dead(LANE, Optional.empty(), 10).stream().map(s -> s.id().value()))
        .containsExactly("a", "c");
    assertThat(admin().revive(id("a"))).isFalse();
    Claimed delivery = claimOne(ann, DELIVER);
    assertThat(delivery.after().orElseThrow().body()).isEqualTo(payload("a"));
    taken(done(delivery));
    assertThat(admin().dead(LANE, Optional.empty(), 10).stream().map(s -> s.id().value()))
        .as("the newest; the one that was held was the oldest")
        .containsExactly("c");
  }

  @Test
  void revivedJobIsFollowedAgain() throws Exception {
    bury(jobWithFollowUp("a"));
    Claimed first = claimOne(ann, DELIVER);
    taken(done(first));
    assertThat(admin().revive(id("a"))).isTrue();
    finish("a");

    Claimed second = claimOne(ann, DELIVER);

    assertThat(second.id()).isEqualTo(followUp("a"));
    assertThat(second.after().orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(second.lease().attempt()).isEqualTo(1);
    assertThat(second.lease().token()).isGreaterThan(first.lease().token());
    lost(failed(first));
    taken(done(second));
  }

  @Test
  void secondFollowUpReplacesTheFirstThatIsADeadLetter() throws Exception {
    bury(jobWithFollowUp("a"));
    taken(failed(claimOne(ann, DELIVER)));
    assertThat(admin().dead(DELIVER, Optional.empty(), 10)).hasSize(1);
    assertThat(admin().revive(id("a"))).isTrue();
    finish("a");

    assertThat(admin().dead(DELIVER, Optional.empty(), 10)).isEmpty();
    assertThat(admin().statistics(DELIVER).dead()).isZero();
    assertThat(admin().revive(followUp("a"))).isFalse();
    taken(done(claimOne(ann, DELIVER)));
  }

  @Test
  void revivedFollowUpStillKnowsWhatItFollows() throws Exception {
    accept(jobWithFollowUp("a"));
    finish("a");
    taken(failed(claimOne(ann, DELIVER)));
    assertThat(admin().dead(DELIVER, Optional.empty(), 10)).hasSize(1);

    assertThat(admin().revive(followUp("a"))).isTrue();

    assertThat(claimOne(ann, DELIVER).after().orElseThrow().result())
        .contains(payload("result of a"));
  }

  @Test
  void pausedLaneTakesJobsAndGivesNone() throws Exception {
    accept(job("a"), job(BERT, "b"));
    Claimed running = claimOne(ann);
    admin().pause(LANE);

    accept(job("c"));
    assertThat(elsewhere().source().exchange(bob, LANE, List.of(), 9, Duration.ZERO).claimed())
        .isEmpty();
    assertThat(admin().statistics(LANE).paused()).isTrue();
    taken(done(running));
    assertNothingToClaim();
    assertThat(queue().cancel(id("c"))).isEqualTo(CancelAnswer.GONE);
    assertThat(state("b")).isEqualTo(JobState.WAITING);

    admin().resume(LANE);
    assertThat(admin().statistics(LANE).paused()).isFalse();
    assertThat(ids(claim(ann, LANE, 9))).containsExactly("b");
  }

  @Test
  void pausedGroupWaitsWhileOthersGoOn() throws Exception {
    accept(job("a"), job("c"), job(BERT, "b"));
    Claimed parked = claimOne(ann);
    assertThat(parked.id()).isEqualTo(id("a"));
    taken(parked(parked, LONG));
    admin().pause(LANE, ANNE);
    queue().wake(id("a"));

    assertThat(ids(claim(bob, LANE, 9))).containsExactly("b");
    accept(NewJob.of(id("elsewhere"), OTHER, ANNE, payload("")));
    assertThat(claim(bob, OTHER, 9)).hasSize(1);

    admin().resume(LANE, ANNE);
    assertThat(ids(claim(ann, LANE, 9))).containsExactly("a");
  }

  @Test
  void groupCanBePausedBeforeItHasAnyJob() throws Exception {
    admin().pause(LANE, ANNE);
    accept(job("a"));

    assertNothingToClaim();
    admin().resume(LANE, ANNE);
    assertThat(claim(ann, LANE, 1)).hasSize(1);
  }

  @Test
  void jobsExpireWhileTheirLaneIsPaused() throws Exception {
    admin().pause(LANE);
    accept(job("a").withTimeToLive(SHORT));
    pass(SHORT_AND_MORE);

    assertThat(state("a")).isEqualTo(JobState.EXPIRED);
  }

  @Test
  void statisticsCountEveryJobOnce() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    accept(job("a"), job("b"), job("c"), job("d"), job(BERT, "e"), job(BERT, "f"));
    accept(job("later").withDelay(LONG));
    List<Claimed> claimed = claim(ann, LANE, 5);
    taken(done(claimed.get(0)));
    taken(failed(claimed.get(1)));
    taken(cancelled(claimed.get(2)));
    taken(parked(claimed.get(3), LONG));

    LaneStatistics now = admin().statistics(LANE);

    assertThat(now.lane()).isEqualTo(LANE);
    assertThat(now.waiting()).isEqualTo(1);
    assertThat(now.delayed()).isEqualTo(1);
    assertThat(now.running()).isEqualTo(1);
    assertThat(now.parked()).isEqualTo(1);
    assertThat(now.dead()).isEqualTo(1);
    assertThat(now.succeeded()).isEqualTo(1);
    assertThat(now.failed()).isEqualTo(1);
    assertThat(now.cancelled()).isEqualTo(1);
    assertThat(now.expired()).isZero();
    assertThat(now.groups()).isEqualTo(2);
    assertThat(now.bytes()).isBetween(8L, 1000L);
    assertThat(admin().statistics(OTHER).waiting()).isZero();
    assertThat(admin().statistics(Lane.of("never-seen")).waiting()).isZero();
  }

  @Test
  void pagesTellTheJobsOfAStateInOrderOfTheirIds() throws Exception {
    accept(job("m"), job("a"), job("z"), job("b"), job("y"));
    accept(job("later").withDelay(LONG));
    claimOne(ann);

    List<JobStatus> first = admin().page(LANE, JobState.WAITING, Optional.empty(), 3);
    List<JobStatus> second = admin().page(LANE, JobState.WAITING, Optional.of(id("y")), 3);

    assertThat(first.stream().map(s -> s.id().value())).containsExactly("a", "b", "y");
    assertThat(second.stream().map(s -> s.id().value())).containsExactly("z");
    assertThat(first.get(0).state()).isEqualTo(JobState.WAITING);
    assertThat(page(JobState.RUNNING)).containsExactly("m");
    assertThat(page(JobState.DELAYED)).containsExactly("later");
    assertThat(page(JobState.PARKED)).isEmpty();
    queue().cancel(id("a"));
    assertThat(page(JobState.WAITING))
        .as("the page goes on where it was, though its last row is gone")
        .containsExactly("b", "y", "z");
    assertThat(admin().page(LANE, JobState.WAITING, Optional.of(id("a")), 1).get(0).id())
        .isEqualTo(id("b"));
  }

  @Test
  void workersAreSeenWithWhatTheyHold() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    accept(job("a"), job("b"));
    claim(ann, LANE, 2);
    claim(bob, LANE, 1);

    assertThat(admin().workers(LANE))
        .hasSize(2)
        .anySatisfy(
            w -> {
              assertThat(w.id()).isEqualTo(ann);
              assertThat(w.lane()).isEqualTo(LANE);
              assertThat(w.running()).isEqualTo(2);
            })
        .anySatisfy(
            w -> {
              assertThat(w.id()).isEqualTo(bob);
              assertThat(w.running()).isZero();
            });
    assertThat(admin().workers(OTHER)).isEmpty();
  }

  @Test
  void jobsThatHaveEndedHaveNoPages() {
    for (JobState state : JobState.values()) {
      if (state.ended()) {
        assertThatIllegalArgumentException()
            .as(state.name())
            .isThrownBy(() -> admin().page(LANE, state, Optional.empty(), 1));
      }
    }
  }

  private List<String> page(JobState state) {
    return admin().page(LANE, state, Optional.empty(), 100).stream()
        .map(s -> s.id().value())
        .toList();
  }

  private List<String> deadIds() {
    return admin().dead(LANE, Optional.empty(), 10).stream().map(s -> s.id().value()).toList();
  }

  /** Makes dead letters that are forgotten, unlike a later one; from then on, one is kept. */
  private void buryAndForget(String... ids) throws InterruptedException {
    admin().configure(LANE, POLICY.withRemember(SHORT));
    for (String id : ids) {
      bury(job(id));
    }
    admin().configure(LANE, POLICY.withMaxDead(1 + ids.length));
    bury(job("kept"));
    admin().configure(LANE, POLICY.withMaxDead(1));
    pass(SHORT_AND_MORE);
  }

  /** Makes a dead letter. */
  private void bury(NewJob job) throws InterruptedException {
    accept(job);
    Claimed claimed = claimOne(ann);
    assertThat(claimed.id()).isEqualTo(job.id());
    taken(failed(claimed));
  }
}
