package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.JobState;
import dev.easel.job.Lease;
import dev.easel.job.NewJob;
import dev.easel.job.Progress;
import dev.easel.job.Reason;
import dev.easel.job.Retry;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.store.ImageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Leased with a token, recovered when the worker is lost, and settled once. */
abstract class LeasePromises extends AcceptPromises {
  @Test
  void claimedJobIsHiddenFromOthers() throws Exception {
    accept(job("a"));
    claimOne(ann);

    assertNothingToClaim();
    assertThat(find("a").attempt()).isEqualTo(1);
  }

  @Test
  void leaseLastsAsLongAsTheLaneSays() throws Exception {
    admin().configure(LANE, POLICY.withLease(Duration.ofHours(2)));
    accept(job("a"));
    java.time.Instant before = backend().time().instant();

    assertThat(Duration.between(before, claimOne(ann).lease().until()))
        .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
  }

  @Test
  void jobWhoseLeaseRanOutGoesToTheNextWorker() throws Exception {
    Claimed lost = claimWithShortLease(job("a"));

    Claimed taken = claimSoon(bob);

    assertThat(taken.id()).isEqualTo(id("a"));
    assertThat(taken.lease().attempt()).isEqualTo(2);
    assertThat(taken.lease().token()).isGreaterThan(lost.lease().token());
    assertThat(settle(ann, done(lost))).as("late worker").isEqualTo(SettleAnswer.LOST);
    assertThat(source().checkpoint(lost.lease(), "late")).as("late checkpoint").isFalse();
    assertThat(renew(lost).lost()).containsExactly(id("a"));
    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    assertThat(settle(bob, done(taken))).isEqualTo(SettleAnswer.TAKEN);
    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
    assertThat(admin().statistics(LANE).reclaimed()).isEqualTo(1);
  }

  @Test
  void lateCheckpointIsNotSeenByAnyone() throws Exception {
    Claimed lost = claimWithShortLease(job("a"));
    Claimed second = claimSoon(bob);
    source().checkpoint(lost.lease(), "late");
    settle(bob, released(second));

    assertThat(claimOne(bob).checkpoint()).isEmpty();
  }

  @Test
  void renewedLeaseKeepsTheJob() throws Exception {
    admin().configure(LANE, POLICY.withLease(SHORT));
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    admin().configure(LANE, POLICY);
    assertThat(renew(claimed)).isEqualTo(Beats.NOTHING);
    pass(SHORT_AND_MORE);
    assertNothingToClaim();

    taken(done(claimed));
    assertThat(find("a").attempt()).isEqualTo(1);
  }

  @Test
  void leaseThatRanOutButWasNotGivenAwayCanBeRenewed() throws Exception {
    Claimed claimed = claimWithShortLease(job("a"));
    runTimers();

    assertThat(renew(claimed)).isEqualTo(Beats.NOTHING);

    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    assertNothingToClaim();
    taken(done(claimed));
    assertThat(find("a").attempt()).isEqualTo(1);
  }

  @Test
  void lateButUnrivalledWorkerCanStillCheckpointAndSettle() throws Exception {
    Claimed claimed = claimWithShortLease(job("a"));
    runTimers();

    assertThat(source().checkpoint(claimed.lease(), "here")).isTrue();
    taken(done(claimed));

    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
    assertNothingToClaim();
  }

  @Test
  void lateWorkerCanReleaseItsJobWithoutUsingTheAttempt() throws Exception {
    Claimed claimed = claimWithShortLease(job("a"));
    runTimers();
    taken(released(claimed));

    assertThat(claimOne(bob).lease().attempt()).isEqualTo(1);
    assertThat(admin().statistics(LANE).reclaimed()).as("it was handed back").isZero();
  }

  @Test
  void lateWorkerOfAJobThatIsGoneIsTooLate() throws Exception {
    Claimed claimed = claimWithShortLease(job("a"));
    runTimers();
    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.GONE);

    lost(done(claimed));
    assertThat(source().checkpoint(claimed.lease(), "late")).isFalse();
    assertThat(renew(claimed).lost()).containsExactly(id("a"));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void lateWorkerThatCheckpointsHasItsJobAgain() throws Exception {
    Claimed claimed = claimWithShortLease(job("a"));
    runTimers();

    assertThat(source().checkpoint(claimed.lease(), "about to be paid for")).isTrue();

    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    assertNothingToClaim();
    taken(done(claimed));
    assertThat(find("a").attempt()).isEqualTo(1);
  }

  @Test
  void lateWorkerYieldsToAnotherOfItsGroupInFlight() throws Exception {
    Claimed late = claimWithShortLease(job("late"));
    accept(job("urgent").withBand(0));
    Claimed urgent = claimOne(bob);
    assertThat(urgent.id()).isEqualTo(id("urgent"));

    assertThat(source().checkpoint(late.lease(), "late")).isFalse();
    lost(parked(late, LONG));
    assertThat(renew(late).lost()).containsExactly(id("late"));

    assertThat(state("late")).isEqualTo(JobState.WAITING);
    settle(bob, done(urgent));
    assertThat(claimOne(bob).checkpoint()).isEmpty();
  }

  @Test
  void lateWorkerOfAPausedGroupGoesOn() throws Exception {
    Claimed late = claimWithShortLease(job("a"));
    admin().pause(LANE, ANNE);
    runTimers();

    assertThat(renew(late).lost()).isEmpty();
    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    taken(done(late));
  }

  @Test
  void jobThatTakesItsWorkersDownEndsAsADeadLetter() throws Exception {
    accept(job("a").withRetry(Retry.DEFAULT.withMaxAttempts(2)));
    admin().configure(LANE, POLICY.withLease(SHORT));
    claimOne(ann);
    pass(SHORT_AND_MORE);
    Claimed last = claimSoon(ann);
    assertThat(last.lease().attempt()).isEqualTo(2);
    pass(SHORT_AND_MORE);

    assertNothingToClaim();

    assertThat(state("a")).isEqualTo(JobState.FAILED);
    assertThat(find("a").reason().map(Reason::code)).contains(Reason.LEASE_LOST);
    assertThat(find("a").attempt()).isEqualTo(2);
    lost(done(last));
    assertThat(admin().dead(LANE, Optional.empty(), 10)).hasSize(1);
  }

  @Test
  void lostJobKeepsItsPlaceAndFreesItsGroup() throws Exception {
    accept(job("b-first"), job("a-second"));
    Claimed first = claimOne(ann);
    assertNothingToClaim();
    admin().configure(LANE, POLICY.withLease(SHORT));
    renew(first);
    pass(SHORT_AND_MORE);

    assertThat(claimSoon(bob).id()).isEqualTo(id("b-first"));
  }

  @Test
  void repeatingASettlementIsHarmless() throws Exception {
    List<Function<Claimed, Settlement>> kinds =
        List.of(
            QueueSteps::done,
            QueueSteps::failed,
            job -> retry(job, LONG),
            job -> parked(job, LONG),
            QueueSteps::released,
            QueueSteps::cancelled);
    int n = 0;
    for (Function<Claimed, Settlement> kind : kinds) {
      String id = "job" + n++;
      accept(job(dev.easel.job.GroupId.of("group of " + id), id));
      Settlement settlement = kind.apply(claimOne(ann));
      taken(settlement);
      JobState state = state(id);
      taken(settlement);
      assertThat(state(id)).as(id).isEqualTo(state);
      queue().cancel(id(id)); // so that it is not claimed next
    }
  }

  @Test
  void settlementRepeatedAfterTheNextClaimDoesNotTouchIt() throws Exception {
    accept(job("a"));
    Settlement first = retry(claimOne(ann), Duration.ZERO);
    taken(first);
    Claimed second = claimOne(bob);

    taken(first);

    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    taken(done(second));
  }

  @Test
  void anotherSettlementOfASettledLeaseIsRefused() throws Exception {
    accept(job("a"), job("b"));
    Claimed a = claimOne(ann);
    taken(failed(a));
    lost(done(a));
    assertThat(state("a")).isEqualTo(JobState.FAILED);

    Claimed b = claimOne(ann);
    taken(released(b));
    lost(done(b));
    assertThat(state("b")).isEqualTo(JobState.WAITING);
  }

  @Test
  void settlementOfAnUnknownJobIsLost() throws Exception {
    lost(Settlement.Done.of(madeUp("never"), payload("")));
    assertThat(source().checkpoint(madeUp("never"), "text")).isFalse();
    assertThat(source().renew(List.of(new Beat(madeUp("never"), Optional.empty()))).lost())
        .containsExactly(id("never"));
  }

  @Test
  void settledLeaseCannotBeRenewedOrCheckpointed() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    taken(parked(claimed, LONG));

    assertThat(renew(claimed).lost()).containsExactly(id("a"));
    assertThat(source().checkpoint(claimed.lease(), "late")).isFalse();
    assertThat(state("a")).isEqualTo(JobState.PARKED);
  }

  @Test
  void tokenRisesWithEveryClaim() throws Exception {
    accept(job("a"));
    long last = 0;
    for (int i = 0; i < 5; i++) {
      Lease lease = claimOne(ann).lease();
      assertThat(lease.token()).isGreaterThan(last);
      last = lease.token();
      settle(ann, new Settlement.Released(lease));
    }
  }

  @Test
  void exchangeSettlesBeforeItClaims() throws Exception {
    accept(job("a"), job("b"));
    Claimed a = claimOne(ann);
    assertNothingToClaim();

    Exchange exchange = source().exchange(ann, LANE, List.of(done(a)), 1, Duration.ZERO);

    assertThat(exchange.settled()).containsExactly(SettleAnswer.TAKEN);
    assertThat(ids(exchange.claimed())).containsExactly("b");
  }

  @Test
  void exchangeSettlesJobsOfSeveralLanesEachWithItsAnswer() throws Exception {
    accept(job("a"), NewJob.of(id("b"), OTHER, ANNE, payload("b")));
    Claimed a = claimOne(ann);
    Claimed b = claimOne(ann, OTHER);

    Exchange exchange =
        source()
            .exchange(
                ann,
                LANE,
                List.of(Settlement.Done.of(madeUp("never"), payload("")), done(b), done(a)),
                0,
                Duration.ZERO);

    assertThat(exchange.settled())
        .containsExactly(SettleAnswer.LOST, SettleAnswer.TAKEN, SettleAnswer.TAKEN);
    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
    assertThat(state("b")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void releasedJobGoesToTheFrontWithoutUsingAnAttempt() throws Exception {
    accept(job("a"), job("b").withBand(0));
    assertThat(claimOne(ann).id()).isEqualTo(id("b"));
    admin().configure(LANE, POLICY.withInFlightPerGroup(2));
    Claimed a = claimOne(ann);
    accept(job("c").withBand(0));
    taken(released(a));

    Claimed again = claimOne(bob);

    assertThat(again.id()).as("ahead of a better band of its group").isEqualTo(id("a"));
    assertThat(again.lease().attempt()).isEqualTo(1);
  }

  @Test
  void releasedJobIsTheNextOfItsGroupWhateverTurnItIs() throws Exception {
    accept(job("a"), job("lowest").withBand(3));
    for (int i = 0; i < 20; i++) { // so that the lowest band has its turn, too
      Claimed a = claimOne(ann);
      assertThat(a.id()).isEqualTo(id("a"));
      taken(released(a));
    }
  }

  @Test
  void releasedJobsKeepTheirOrder() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    accept(job("z"), job("y"), job("x"));
    List<Claimed> first = claim(ann, LANE, 2);
    taken(released(first.get(1)));
    taken(released(first.get(0)));

    assertThat(ids(claim(bob, LANE, 10))).containsExactly("z", "y", "x");
  }

  @Test
  void releasingForEverNeverUsesUpTheAttempts() throws Exception {
    accept(job("a").withRetry(Retry.NEVER));
    for (int i = 0; i < 5; i++) {
      taken(released(claimOne(ann)));
    }

    assertThat(state("a")).isEqualTo(JobState.WAITING);
  }

  @Test
  void checkpointIsReadByTheNextAttempt() throws Exception {
    Claimed lost = claimWithShortLease(job("a"));
    assertThat(source().checkpoint(lost.lease(), "one")).isTrue();
    assertThat(source().checkpoint(lost.lease(), "two \u00e9 \ud83c\udfa8 \u0000 {}")).isTrue();
    taken(released(lost));

    Claimed second = claimSoon(ann);
    assertThat(second.checkpoint()).contains("two \u00e9 \ud83c\udfa8 \u0000 {}");
    taken(retry(second, Duration.ZERO));
    Claimed third = claimSoon(ann);
    assertThat(third.checkpoint()).isPresent();
    taken(released(third));
    Claimed fourth = claimSoon(ann);
    assertThat(fourth.checkpoint()).isPresent();
    taken(parked(fourth, Duration.ZERO));
    Claimed fifth = claimSoon(ann);
    assertThat(fifth.checkpoint()).isPresent();
    assertThat(source().checkpoint(fifth.lease(), "")).isTrue();
    taken(released(fifth));
    assertThat(claimSoon(ann).checkpoint()).as("removed").isEmpty();
  }

  @Test
  void longestCheckpointIsKeptAndALongerOneRefused() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    String longest = "\u4e16".repeat(JobSource.MAX_CHECKPOINT);
    assertThat(source().checkpoint(claimed.lease(), longest)).isTrue();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> source().checkpoint(claimed.lease(), longest + "x"));

    taken(released(claimed));
    assertThat(claimOne(ann).checkpoint()).contains(longest);
  }

  @Test
  void progressIsSeenByWhoeverAsks() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    Progress progress = Progress.of(0.25).withPreview(ImageId.random());

    source().renew(List.of(new Beat(claimed.lease(), Optional.of(progress))));
    assertThat(elsewhere().queue().find(id("a")).orElseThrow().progress()).isEqualTo(progress);

    source().renew(List.of(new Beat(claimed.lease(), Optional.empty())));
    assertThat(find("a").progress()).as("unchanged").isEqualTo(progress);
    taken(retry(claimed, Duration.ZERO));
    claimOne(ann);
    assertThat(find("a").progress()).as("of the new attempt").isEqualTo(Progress.NONE);
  }

  @Test
  void oneHeartbeatCarriesAllJobsOfAProcess() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    accept(job("a"), job("b"), job("c"));
    List<Claimed> held = claim(ann, LANE, 3);
    taken(done(held.get(1)));
    queue().cancel(id("c"));

    Beats beats =
        source().renew(held.stream().map(c -> new Beat(c.lease(), Optional.empty())).toList());

    assertThat(beats.lost()).containsExactly(id("b"));
    assertThat(beats.cancelAsked()).containsExactly(id("c"));
    assertThat(source().renew(List.of())).isEqualTo(Beats.NOTHING);
  }

  /** A job in Ann's hands whose lease has just run out; the next lease is long again. */
  Claimed claimWithShortLease(NewJob job) throws InterruptedException {
    accept(job);
    admin().configure(LANE, POLICY.withLease(SHORT));
    Claimed claimed = claimOne(ann);
    admin().configure(LANE, POLICY);
    pass(SHORT_AND_MORE);
    return claimed;
  }

  /** Any exchange runs the timers that are due, in any lane. */
  void runTimers() throws InterruptedException {
    assertThat(claim(bob, OTHER, 1)).isEmpty();
  }

  Beats renew(Claimed job) {
    return source().renew(List.of(new Beat(job.lease(), Optional.empty())));
  }

  static JobId followUp(String id) {
    return id(id).followUp();
  }
}
