package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.job.Accepted;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.Dedup;
import dev.easel.job.Ended;
import dev.easel.job.JobState;
import dev.easel.job.NewJob;
import dev.easel.job.Reason;
import dev.easel.job.Retry;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a job is tried again, parked, cancelled, expires and ends, and what follows its end. */
abstract class EndPromises extends LeasePromises {
  @Test
  void jobThatIsDoneHasItsResult() throws Exception {
    accept(job("a"));
    taken(done(claimOne(ann)));

    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
    assertThat(find("a").result()).contains(payload("result of a"));
    assertThat(find("a").reason()).isEmpty();
    assertNothingToClaim();
  }

  @Test
  void jobThatFailedForGoodIsADeadLetterWhateverAttemptsAreLeft() throws Exception {
    accept(job("a"));
    taken(failed(claimOne(ann)));

    assertThat(state("a")).isEqualTo(JobState.FAILED);
    assertThat(find("a").reason()).contains(BROKEN);
    assertThat(find("a").result()).isEmpty();
    assertNothingToClaim();
  }

  @Test
  void retriedJobWaitsUntilItIsDueAndHasOneAttemptLess() throws Exception {
    accept(job("a"));
    taken(retry(claimOne(ann), LONG));
    assertThat(state("a")).isEqualTo(JobState.DELAYED);
    assertNothingToClaim();
    accept(job("b"));
    taken(retry(claimOne(ann), SHORT));
    pass(SHORT_AND_MORE);

    Claimed again = claimSoon(ann);
    assertThat(again.id()).isEqualTo(id("b"));
    assertThat(again.lease().attempt()).isEqualTo(2);
  }

  @Test
  void lastAttemptFailsWithItsOwnReason() throws Exception {
    accept(job("a").withRetry(Retry.DEFAULT.withMaxAttempts(2)));
    taken(retry(claimOne(ann), Duration.ZERO));
    Claimed last = claimOne(ann);
    taken(new Settlement.Retry(last.lease(), LONG, true, Reason.of("last", "the true one")));

    assertThat(state("a")).isEqualTo(JobState.FAILED);
    assertThat(find("a").reason()).contains(Reason.of("last", "the true one"));
    assertThat(admin().dead(LANE, Optional.empty(), 10)).hasSize(1);
  }

  @Test
  void retryThatDoesNotCountUsesNoAttempt() throws Exception {
    accept(job("a").withRetry(Retry.NEVER));
    for (int i = 0; i < 5; i++) {
      Claimed claimed = claimOne(ann);
      assertThat(claimed.lease().attempt()).isEqualTo(1);
      taken(retryForFree(claimed, Duration.ZERO));
    }

    assertThat(state("a")).isEqualTo(JobState.WAITING);
  }

  @Test
  void retriedJobKeepsItsPlace() throws Exception {
    accept(job("z"), job("y"));
    taken(retry(claimOne(ann), Duration.ZERO));

    assertThat(claimOne(ann).id()).isEqualTo(id("z"));
  }

  @Test
  void delayedRetryHoldsNobodyUpAndThenTakesItsPlace() throws Exception {
    accept(job("held"), job("z"), job("y"));
    taken(retry(claimOne(ann), LONG));
    taken(retry(claimOne(ann), SHORT));
    pass(SHORT_AND_MORE);
    runTimers();

    finish("z");
    finish("y");
  }

  @Test
  void parkedJobCountsInItsGroupsLimitAndHoldsNoLease() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(2).withLease(SHORT));
    accept(job("a"), job("b"), job("c"));
    taken(parked(claimOne(ann), LONG));
    pass(SHORT_AND_MORE);

    assertThat(state("a")).isEqualTo(JobState.PARKED);
    assertThat(ids(claim(ann, LANE, 10))).as("one place is left").containsExactly("b");
    assertThat(find("a").attempt()).isEqualTo(1);
  }

  @Test
  void parkedJobIsCheckedWhenItsTimeComesAheadOfItsGroup() throws Exception {
    accept(job("a").withBand(2), job("b").withBand(2));
    Claimed a = claimOne(ann);
    accept(job("better").withBand(0));
    taken(parked(a, SHORT));
    pass(SHORT_AND_MORE);

    Claimed again = claimSoon(bob);

    assertThat(again.id()).isEqualTo(id("a"));
    assertThat(again.lease().attempt()).as("parking uses no attempt").isEqualTo(1);
    assertThat(again.lease().token()).isGreaterThan(a.lease().token());
  }

  @Test
  void parkedJobIsWokenFromAnywhereBeforeItsTime() throws Exception {
    accept(job("a"));
    taken(parked(claimOne(ann), LONG));
    accept(job("better").withBand(0));

    assertThat(elsewhere().queue().wake(id("a"))).isTrue();

    assertThat(state("a")).isEqualTo(JobState.WAITING);
    assertThat(claimOne(bob).id()).isEqualTo(id("a"));
  }

  @Test
  void onlyAParkedJobIsWoken() throws Exception {
    accept(job("a"), job("later").withDelay(LONG));

    assertThat(queue().wake(id("a"))).isFalse();
    assertThat(queue().wake(id("later"))).isFalse();
    Claimed a = claimOne(ann);
    assertThat(queue().wake(id("a"))).isFalse();
    taken(done(a));
    assertThat(queue().wake(id("a"))).isFalse();
    assertThat(state("later")).isEqualTo(JobState.DELAYED);
  }

  @Test
  void parkingForEverNeverUsesUpTheAttempts() throws Exception {
    accept(job("a").withRetry(Retry.NEVER));
    for (int i = 0; i < 5; i++) {
      taken(parked(claimOne(ann), LONG));
      queue().wake(id("a"));
    }

    assertThat(state("a")).isEqualTo(JobState.WAITING);
  }

  @Test
  void waitingJobIsCancelledAtOnce() throws Exception {
    accept(job("a"), job("later").withDelay(LONG));

    assertThat(elsewhere().queue().cancel(id("a"))).isEqualTo(CancelAnswer.GONE);
    assertThat(queue().cancel(id("later"))).isEqualTo(CancelAnswer.GONE);

    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
    assertThat(state("later")).isEqualTo(JobState.CANCELLED);
    assertThat(find("a").reason().map(Reason::code)).contains(Reason.CANCELLED);
    assertThat(find("a").cancelAsked()).as("it has happened").isFalse();
    assertNothingToClaim();
    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.TOO_LATE);
    assertThat(queue().accept(job("a"))).isInstanceOf(Accepted.Known.class);
  }

  @Test
  void runningJobsWorkerIsToldWithItsHeartbeat() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);

    assertThat(elsewhere().queue().cancel(id("a"))).isEqualTo(CancelAnswer.ASKED);

    assertThat(find("a").cancelAsked()).isTrue();
    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    assertThat(renew(claimed).cancelAsked()).containsExactly(id("a"));
    assertThat(queue().cancel(id("a"))).as("again").isEqualTo(CancelAnswer.ASKED);
    taken(cancelled(claimed));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
    assertThat(find("a").reason().map(Reason::code)).contains(Reason.CANCELLED);
    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.TOO_LATE);
  }

  @Test
  void jobThatIsDoneAfterAllHasSucceeded() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    queue().cancel(id("a"));
    taken(done(claimed));

    assertThat(state("a")).isEqualTo(JobState.SUCCEEDED);
    assertThat(find("a").result()).isPresent();
    assertThat(find("a").cancelAsked()).isFalse();
  }

  @Test
  void jobThatIsHandedBackAfterACancelIsCancelled() throws Exception {
    accept(job("a"), job("b"));
    Claimed a = claimOne(ann);
    queue().cancel(id("a"));
    taken(retry(a, LONG));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);

    Claimed b = claimOne(ann);
    queue().cancel(id("b"));
    taken(released(b));
    assertThat(state("b")).isEqualTo(JobState.CANCELLED);
    assertThat(admin().dead(LANE, Optional.empty(), 10)).isEmpty();
  }

  @Test
  void lostLeaseOfACancelledJobEndsIt() throws Exception {
    claimWithShortLeaseAndCancel(job("a"), "");

    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
    assertNothingToClaim();
  }

  @Test
  void lostLeaseOfACancelledJobWithACheckpointComesBackToBeUndone() throws Exception {
    claimWithShortLeaseAndCancel(job("a"), "remote id");

    Claimed again = claimSoon(bob);

    assertThat(again.cancelAsked()).isTrue();
    assertThat(again.checkpoint()).contains("remote id");
    settle(bob, cancelled(again));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void cancelledParkedJobIsWokenToBeUndone() throws Exception {
    accept(job("a"));
    taken(parked(claimOne(ann), LONG));
    accept(job("better").withBand(0));

    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.ASKED);

    Claimed again = claimOne(bob);
    assertThat(again.id()).isEqualTo(id("a"));
    assertThat(again.cancelAsked()).isTrue();
    settle(bob, cancelled(again));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void jobThatWasParkedIsNotLostByACancel() throws Exception {
    accept(job("a"));
    taken(parked(claimOne(ann), LONG));
    queue().wake(id("a"));

    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.ASKED);

    settle(bob, released(claimOne(bob)));
    Claimed again = claimOne(bob);
    assertThat(again.cancelAsked()).as("its provider has not been told yet").isTrue();
    settle(bob, cancelled(again));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void jobParkedAfterACancelComesBackAtOnce() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    queue().cancel(id("a"));
    taken(parked(claimed, LONG));

    assertThat(claimOne(bob).cancelAsked()).isTrue();
  }

  @Test
  void jobWithACheckpointThatIsHandedBackAfterACancelComesBackAtOnce() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    source().checkpoint(claimed.lease(), "remote id");
    accept(job("better").withBand(0));
    queue().cancel(id("a"));
    taken(retry(claimed, LONG));

    Claimed second = claimOne(bob);
    assertThat(second.id()).isEqualTo(id("a"));
    assertThat(second.cancelAsked()).isTrue();
    taken(released(second));
    assertThat(claimOne(bob).checkpoint()).contains("remote id");
  }

  @Test
  void cancelledJobWithoutAttemptsLeftIsCancelledThoughItHasACheckpoint() throws Exception {
    accept(job("handed-back").withRetry(Retry.NEVER));
    Claimed claimed = claimOne(ann);
    source().checkpoint(claimed.lease(), "remote id");
    queue().cancel(id("handed-back"));
    taken(retry(claimed, LONG));
    assertThat(state("handed-back")).isEqualTo(JobState.CANCELLED);

    claimWithShortLeaseAndCancel(job("lost").withRetry(Retry.NEVER), "remote id");
    assertThat(state("lost")).isEqualTo(JobState.CANCELLED);
    assertThat(admin().dead(LANE, Optional.empty(), 10)).isEmpty();
  }

  @Test
  void waitingJobWithACheckpointIsNotLostByACancel() throws Exception {
    accept(job("a"));
    Claimed claimed = claimOne(ann);
    source().checkpoint(claimed.lease(), "remote id");
    taken(retry(claimed, LONG));
    assertThat(state("a")).isEqualTo(JobState.DELAYED);

    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.ASKED);

    Claimed again = claimOne(bob);
    assertThat(again.checkpoint()).contains("remote id");
    assertThat(again.cancelAsked()).isTrue();
    settle(bob, done(again));
    assertThat(state("a")).as("it had been paid for").isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void jobThatWaitedTooLongExpiresWithoutAnyWorkerOfItsLane() throws Exception {
    accept(job("a").withTimeToLive(SHORT), job("b").withTimeToLive(SHORT).withDelay(LONG));
    pass(SHORT_AND_MORE);
    runTimers();

    assertThat(state("a")).isEqualTo(JobState.EXPIRED);
    assertThat(state("b")).as("the delay counts").isEqualTo(JobState.EXPIRED);
    assertThat(find("a").reason().map(Reason::code)).contains(Reason.EXPIRED);
    assertNothingToClaim();
    assertThat(queue().cancel(id("a"))).isEqualTo(CancelAnswer.TOO_LATE);
    assertThat(admin().dead(LANE, Optional.empty(), 10)).isEmpty();
    assertThat(admin().statistics(LANE).expired()).isEqualTo(2);
  }

  @Test
  void whoeverLooksSeesThatAJobExpired() throws Exception {
    accept(job("a").withTimeToLive(SHORT));
    pass(SHORT_AND_MORE);

    assertThat(state("a")).isEqualTo(JobState.EXPIRED);
  }

  @Test
  void jobThatWaitedTooLongIsNotClaimedHoweverManyExpireWithIt() throws Exception {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      jobs.add(job("job" + i).withTimeToLive(SHORT));
    }
    accept(jobs.toArray(NewJob[]::new));
    accept(job("patient"));
    pass(SHORT_AND_MORE);

    assertThat(claimSoon(ann).id()).isEqualTo(id("patient"));
    for (NewJob job : jobs) {
      assertThat(state(job.id().value())).isEqualTo(JobState.EXPIRED);
    }
    assertThat(admin().statistics(LANE).expired()).isEqualTo(jobs.size());
    assertThat(admin().statistics(LANE).waiting()).isZero();
  }

  @Test
  void jobThatWasEverClaimedDoesNotExpire() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    Duration timeToLive = SHORT;
    List<Claimed> claimed = List.of();
    while (claimed.size() < 4) { // again if the machine stalled in between
      timeToLive = timeToLive.multipliedBy(2);
      for (String job : List.of("released", "retried", "parked", "revived")) {
        accept(job(job + timeToLive).withTimeToLive(timeToLive));
      }
      claimed = claim(ann, LANE, 4);
    }
    taken(released(claimed.get(0)));
    taken(retry(claimed.get(1), Duration.ofMillis(100)));
    taken(parked(claimed.get(2), LONG));
    taken(failed(claimed.get(3)));
    assertThat(admin().revive(claimed.get(3).id())).isTrue();
    pass(timeToLive.plusMillis(150));
    runTimers();

    assertThat(state("released" + timeToLive)).isEqualTo(JobState.WAITING);
    assertThat(state("retried" + timeToLive)).isEqualTo(JobState.WAITING);
    assertThat(state("parked" + timeToLive)).isEqualTo(JobState.PARKED);
    assertThat(state("revived" + timeToLive)).isEqualTo(JobState.WAITING);
  }

  @Test
  void followUpIsQueuedInTheStepThatEndsItsJob() throws Exception {
    accept(jobWithFollowUp("a"));
    Claimed claimed = claimOne(ann);
    assertThat(claim(bob, DELIVER, 10)).isEmpty();
    taken(done(claimed));

    Claimed next = claimOne(bob, DELIVER);

    assertThat(next.id()).isEqualTo(followUp("a"));
    assertThat(next.group()).isEqualTo(ANNE);
    assertThat(next.body()).isEqualTo(payload("a"));
    assertThat(next.retry()).isEqualTo(Then.RETRY);
    assertThat(next.after())
        .contains(
            new Ended(
                id("a"),
                JobState.SUCCEEDED,
                payload("a"),
                Optional.of(payload("result of a")),
                Optional.empty()));
    assertThat(claim(bob, DELIVER, 10)).as("once").isEmpty();
  }

  @Test
  void followUpIsClaimedInTheSameExchange() throws Exception {
    accept(jobWithFollowUp("a"));
    Claimed claimed = claimOne(ann);

    assertThat(
            ids(
                source()
                    .exchange(ann, DELIVER, List.of(done(claimed)), 1, Duration.ZERO)
                    .claimed()))
        .containsExactly(followUp("a").value());
  }

  @Test
  void everyEndIsFollowed() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(10));
    admin().configure(DELIVER, POLICY.withInFlightPerGroup(10));
    accept(
        jobWithFollowUp("failed"),
        jobWithFollowUp("last").withRetry(Retry.NEVER),
        jobWithFollowUp("told"));
    var claimed = claim(ann, LANE, 3);
    taken(failed(claimed.get(0)));
    taken(retry(claimed.get(1), LONG));
    taken(cancelled(claimed.get(2)));
    admin().configure(LANE, POLICY.withLease(SHORT));
    accept(jobWithFollowUp("lost").withRetry(Retry.NEVER));
    claimOne(ann);
    accept(
        jobWithFollowUp("cancelled"),
        jobWithFollowUp("expired").withTimeToLive(Duration.ofMillis(100)));
    queue().cancel(id("cancelled"));
    pass(SHORT_AND_MORE);
    runTimers();

    var after = claim(bob, DELIVER, 10).stream().map(c -> c.after().orElseThrow()).toList();

    assertThat(after.stream().map(e -> e.id() + " " + e.state()))
        .containsExactlyInAnyOrder(
            "failed FAILED",
            "last FAILED",
            "told CANCELLED",
            "lost FAILED",
            "cancelled CANCELLED",
            "expired EXPIRED");
    assertThat(after)
        .allSatisfy(
            ended -> {
              assertThat(ended.reason()).isPresent();
              assertThat(ended.result()).isEmpty();
              assertThat(ended.body()).isEqualTo(payload(ended.id().value()));
            });
  }

  @Test
  void repeatedSettlementMakesNoSecondFollowUp() throws Exception {
    accept(jobWithFollowUp("a"));
    Settlement settlement = done(claimOne(ann));
    taken(settlement);
    taken(done(claimOne(bob, DELIVER)));
    taken(settlement);

    assertThat(claim(bob, DELIVER, 10)).isEmpty();
    assertThat(queue().find(followUp("a")).orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void endedJobStaysUntilItsFollowUpIsSettled() throws Exception {
    admin().configure(LANE, POLICY.withRemember(SHORT));
    accept(jobWithFollowUp("a"));
    finish("a");
    pass(SHORT_AND_MORE);
    runTimers();

    assertThat(find("a").result()).contains(payload("result of a"));
    assertThat(queue().accept(jobWithFollowUp("a"))).isInstanceOf(Accepted.Known.class);
    Claimed delivery = claimOne(bob, DELIVER);
    assertThat(delivery.after().orElseThrow().result()).isPresent();
    taken(done(delivery));
    pass(SHORT_AND_MORE);
    assertThat(queue().find(id("a"))).as("forgotten").isEmpty();
  }

  @Test
  void endedJobIsForgottenThoughItsFollowUpFailedAndIsNotKept() throws Exception {
    admin().configure(LANE, POLICY.withRemember(SHORT));
    admin().configure(DELIVER, POLICY.withMaxDead(0));
    accept(jobWithFollowUp("a"));
    finish("a");
    taken(failed(claimOne(ann, DELIVER)));
    pass(SHORT_AND_MORE);

    assertThat(queue().find(id("a"))).isEmpty();
  }

  @Test
  void followUpIsNeverRefusedAndDoesNotExpire() throws Exception {
    admin()
        .configure(
            DELIVER,
            POLICY.withMaxJobs(1).withMaxJobsPerGroup(1).withMaxBytes(100).withInFlightPerGroup(9));
    accept(
        jobWithFollowUp("a").withTimeToLive(SHORT),
        jobWithFollowUp("b").withTimeToLive(SHORT),
        jobWithFollowUp("c").withTimeToLive(SHORT));
    for (int i = 0; i < 2; i++) {
      pass(SHORT_AND_MORE); // these expire, and then as much time again passes for what follows
      runTimers();
    }

    assertThat(claim(bob, DELIVER, 10)).hasSize(3);
  }

  @Test
  void followUpIsTriedFarMoreOftenThanItsJob() throws Exception {
    accept(jobWithFollowUp("a").withRetry(Retry.NEVER));
    finish("a");
    for (int i = 1; i <= 10; i++) {
      Claimed delivery = claimOne(bob, DELIVER);
      assertThat(delivery.lease().attempt()).isEqualTo(i);
      assertThat(delivery.after()).isPresent();
      taken(retry(delivery, Duration.ZERO));
    }

    assertThat(queue().find(followUp("a")).orElseThrow().state()).isEqualTo(JobState.WAITING);
  }

  @Test
  void followUpStandsInTheMiddleBandWhateverItsJobsBand() throws Exception {
    admin().configure(DELIVER, POLICY.withInFlightPerGroup(10));
    accept(jobWithFollowUp("a").withBand(3), jobWithFollowUp("b").withBand(0));
    accept(
        NewJob.of(id("worse"), DELIVER, ANNE, payload("")).withBand(2),
        NewJob.of(id("better"), DELIVER, ANNE, payload("")).withBand(0));
    finish("b");
    finish("a");

    assertThat(ids(claim(bob, DELIVER, 4)))
        .containsExactly("better", followUp("b").value(), followUp("a").value(), "worse");
  }

  @Test
  void followUpCostsOneWhateverItsJobCost() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(2));
    admin().configure(DELIVER, POLICY.withInFlightPerGroup(10));
    accept(jobWithFollowUp("a").withCost(1000), jobWithFollowUp("b").withCost(1000));
    for (Claimed c : claim(ann, LANE, 2)) {
      taken(done(c));
    }
    for (int i = 0; i < 4; i++) {
      accept(NewJob.of(id("bert" + i), DELIVER, BERT, payload("")));
    }

    assertThat(ids(claim(bob, DELIVER, 4))).contains(followUp("a").value(), followUp("b").value());
  }

  @Test
  void followUpDoesNotHoldItsJobsKey() throws Exception {
    Dedup key = new Dedup("key");
    accept(jobWithFollowUp("a").whileActive(key));
    finish("a");
    accept(job("b").whileActive(key));
    taken(done(claimOne(bob, DELIVER)));

    assertThat(queue().accept(job("c").whileActive(key))).isEqualTo(new Accepted.Busy(id("b")));
  }

  @Test
  void followUpsKeepTheOrderOfTheEnds() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(3));
    accept(jobWithFollowUp("a"), jobWithFollowUp("b"), jobWithFollowUp("c"));
    var claimed = claim(ann, LANE, 3);
    taken(done(claimed.get(2)));
    taken(done(claimed.get(0)));
    taken(done(claimed.get(1)));

    for (String id : new String[] {"c", "a", "b"}) {
      Claimed delivery = claimOne(bob, DELIVER);
      assertThat(delivery.id()).isEqualTo(followUp(id));
      taken(done(delivery));
    }
  }

  private void claimWithShortLeaseAndCancel(NewJob job, String checkpoint) throws Exception {
    accept(job);
    Claimed claimed = claimOne(ann);
    assertThat(source().checkpoint(claimed.lease(), checkpoint)).isTrue();
    assertThat(queue().cancel(job.id())).isEqualTo(CancelAnswer.ASKED);
    admin().configure(LANE, POLICY.withLease(SHORT));
    renew(claimed);
    admin().configure(LANE, POLICY);
    pass(SHORT_AND_MORE);
    runTimers();
  }
}
