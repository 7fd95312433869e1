package dev.easel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.easel.job.Claimed;
import dev.easel.job.GroupId;
import dev.easel.job.GroupPolicy;
import dev.easel.job.JobStatus;
import dev.easel.job.NewJob;
import dev.easel.job.Settlement;
import dev.easel.job.Wait;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody starves: shares by cost and weight, bands, limits in flight, and the place in line. */
abstract class FairnessPromises extends EndPromises {
  private static final int MANY = 1000;

  @Test
  void withinAGroupFirstInIsFirstOut() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(MANY));
    accept(job("z"), job("a"), job("m"));
    accept(job("b"));

    assertThat(ids(claim(ann, LANE, 10))).containsExactly("z", "a", "m", "b");
  }

  @Test
  void groupThatQueuedMuchFirstHoldsNobodyUp() throws Exception {
    acceptMany(GroupId.of("hog"), "hog", 200);
    for (int i = 0; i < 9; i++) {
      acceptMany(GroupId.of("small" + i), "small" + i + "-", 20);
    }

    Map<String, Integer> served = serve(100);

    assertThat(served.get("hog")).isCloseTo(10, within(2));
    assertThat(served).hasSize(10);
    assertThat(served.values()).allSatisfy(n -> assertThat(n).isCloseTo(10, within(2)));
  }

  @Test
  void sharesAreByCost() throws Exception {
    acceptCosting(ANNE, "anne", 60, 4);
    acceptCosting(BERT, "bert", 60, 1);

    assertThat(serve(50).get("anne")).isCloseTo(10, within(2));
  }

  @Test
  void sharesFollowTheWeights() throws Exception {
    admin().configure(LANE, ANNE, new GroupPolicy(3, 0));
    acceptMany(ANNE, "anne", 60);
    acceptMany(BERT, "bert", 60);

    assertThat(serve(40).get("anne")).isCloseTo(30, within(2));
  }

  @Test
  void sharesAreByWhatWorkReallyCost() throws Exception {
    acceptMany(ANNE, "anne", 60);
    acceptMany(BERT, "bert", 60);

    Map<String, Integer> served =
        serve(
            50,
            job ->
                new Settlement.Done(
                    job.lease(), payload(""), Optional.of(job.group().equals(ANNE) ? 4.0 : 1.0)));

    assertThat(served.get("anne")).isCloseTo(10, within(2));
  }

  @Test
  void whatWorkReallyCostIsWeighedToo() throws Exception {
    admin().configure(LANE, ANNE, new GroupPolicy(2, 0));
    acceptMany(ANNE, "anne", 60);
    acceptMany(BERT, "bert", 60);

    Map<String, Integer> served =
        serve(
            60,
            job ->
                new Settlement.Done(
                    job.lease(), payload(""), Optional.of(job.group().equals(ANNE) ? 4.0 : 1.0)));

    assertThat(served.get("anne")).isCloseTo(20, within(3));
  }

  @Test
  void whatCostLessThanWasSaidIsGivenBack() throws Exception {
    acceptCosting(ANNE, "anne", 60, 4);
    acceptMany(BERT, "bert", 60);

    Map<String, Integer> served =
        serve(50, job -> new Settlement.Failed(job.lease(), BROKEN, Optional.of(1.0)));

    assertThat(served.get("anne")).isCloseTo(25, within(3));
  }

  @Test
  void runningWorkIsCounted() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(MANY));
    acceptMany(ANNE, "anne", 60);
    acceptMany(BERT, "bert", 60);

    Map<String, Integer> claimed = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      for (Claimed job : claim(ann, LANE, 2)) {
        claimed.merge(job.group().value(), 1, Integer::sum);
      }
    }

    assertThat(claimed.get("anne")).isCloseTo(20, within(2));
  }

  @Test
  void idlingEarnsNothing() throws Exception {
    acceptMany(ANNE, "anne", 90);
    serve(50);
    acceptMany(BERT, "bert", 40);

    assertThat(serve(20).get("anne")).isCloseTo(10, within(3));
  }

  @Test
  void whoWasServedMoreAndLeavesIsNotAheadWhenHeComesBack() throws Exception {
    acceptMany(BERT, "bert", 40);
    accept(job("dear").withCost(10));
    assertThat(serve(4)).containsEntry("anne", 1);
    accept(job("again"));

    assertThat(serve(5)).as("Bert catches up first").doesNotContainKey("anne");
    assertThat(serve(6)).containsEntry("anne", 1);
  }

  @Test
  void beingLimitedEarnsNothing() throws Exception {
    accept(job(BERT, "slow"));
    acceptMany(BERT, "bert", 60);
    assertThat(claimOne(bob).id()).isEqualTo(id("slow")); // the one that Bert may have in flight
    acceptMany(ANNE, "anne", 150);
    serve(60);
    admin().configure(LANE, BERT, new GroupPolicy(1, 2));

    assertThat(serve(30).get("anne")).isCloseTo(15, within(5));
  }

  @Test
  void workThatIsReleasedIsNotChargedTwice() throws Exception {
    acceptMany(ANNE, "anne", 60);
    acceptMany(BERT, "bert", 60);
    for (int i = 0; i < 20; i++) {
      Claimed job = claimOne(ann);
      taken(released(job));
    }

    assertThat(serve(20).get("anne")).isCloseTo(10, within(2));
  }

  @Test
  void betterBandGoesFirst() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(MANY));
    accept(job("c").withBand(3), job("b").withBand(2), job("a").withBand(0));
    accept(job(BERT, "d").withBand(1));

    assertThat(ids(claim(ann, LANE, 4))).containsExactly("a", "d", "b", "c");
  }

  @Test
  void lowestBandStillMoves() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(MANY));
    for (int i = 0; i < 100; i++) {
      accept(
          job("high" + i).withBand(0),
          job(BERT, "middle" + i).withBand(1),
          job(GroupId.of("carl"), "low" + i).withBand(3));
    }

    List<String> claimed = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      claimed.addAll(ids(claim(ann, LANE, 1)));
    }

    assertThat(claimed.stream().filter(id -> id.startsWith("low")))
        .as("every eighth claim")
        .hasSize(10);
    assertThat(claimed.stream().filter(id -> id.startsWith("high"))).hasSize(70);
  }

  @Test
  void limitInFlightHoldsOverAllProcesses() throws Exception {
    admin().configure(LANE, POLICY.withInFlightPerGroup(2));
    acceptMany(ANNE, "anne", 5);
    acceptMany(BERT, "bert", 5);

    List<Claimed> here = claim(ann, LANE, 3);
    List<Claimed> there =
        elsewhere().source().exchange(bob, LANE, List.of(), 10, Duration.ZERO).claimed();

    List<Claimed> all = new ArrayList<>(here);
    all.addAll(there);
    assertThat(all.stream().filter(c -> c.group().equals(ANNE))).hasSize(2);
    assertThat(all.stream().filter(c -> c.group().equals(BERT))).hasSize(2);
    taken(done(here.get(0)));
    assertThat(claim(ann, LANE, 10)).hasSize(1);
  }

  @Test
  void groupMayHaveALimitOfItsOwnUntilItIsTakenAway() throws Exception {
    admin().configure(LANE, ANNE, new GroupPolicy(1, 3));
    acceptMany(ANNE, "anne", 10);
    acceptMany(BERT, "bert", 10);
    List<Claimed> claimed = claim(ann, LANE, 10);
    assertThat(claimed.stream().filter(c -> c.group().equals(ANNE))).hasSize(3);
    assertThat(claimed.stream().filter(c -> c.group().equals(BERT))).hasSize(1);

    admin().configure(LANE, ANNE, GroupPolicy.DEFAULT);

    List<Claimed> annes = claimed.stream().filter(c -> c.group().equals(ANNE)).toList();
    taken(done(annes.get(0)));
    taken(done(annes.get(1)));
    assertThat(claim(ann, LANE, 10)).as("still one in flight").isEmpty();
    taken(done(annes.get(2)));
    assertThat(claim(ann, LANE, 10)).hasSize(1);
  }

  @Test
  void raisedLimitTakesEffectAtOnce() throws Exception {
    acceptMany(ANNE, "anne", 5);
    assertThat(claim(ann, LANE, 10)).hasSize(1);

    admin().configure(LANE, POLICY.withInFlightPerGroup(3));
    assertThat(claim(ann, LANE, 10)).hasSize(2);
    admin().configure(LANE, ANNE, new GroupPolicy(1, 4));
    assertThat(claim(ann, LANE, 10)).hasSize(1);
  }

  @Test
  void placeCountsTheJobsAheadInTheOwnLine() throws Exception {
    accept(job("a"), job("b"), job("c"));

    assertThat(find("a").ahead()).isZero();
    assertThat(find("b").ahead()).isEqualTo(1);
    assertThat(find("c").ahead()).isEqualTo(2);
    finish("a");
    assertThat(find("c").ahead()).isEqualTo(1);
    queue().cancel(id("b"));
    assertThat(find("c").ahead()).isZero();
  }

  @Test
  void placeTakesFairnessIntoAccount() {
    acceptMany(GroupId.of("hog"), "hog", 100);
    accept(job(ANNE, "anne"));

    assertThat(find("anne").ahead()).isLessThanOrEqualTo(2);
    assertThat(find("hog99").ahead()).isBetween(98, 100);
  }

  @Test
  void placeCountsWhoeverTakesTurns() {
    acceptMany(ANNE, "anne", 3);
    acceptMany(BERT, "bert", 3);

    assertThat(find("anne2").ahead()).isBetween(4, 5);
    assertThat(find("bert2").ahead()).isBetween(4, 5);
  }

  @Test
  void placeTakesBandsIntoAccount() {
    acceptMany(BERT, "bert", 10);
    accept(job("better").withBand(0), job("worse").withBand(3));

    assertThat(find("better").ahead()).isZero();
    assertThat(find("worse").ahead()).isBetween(10, 11);
  }

  @Test
  void placeIsThatOfWaitingJobsOnly() throws Exception {
    accept(job("a"), job("b"), job("later").withDelay(LONG));
    taken(parked(claimOne(ann), LONG));

    assertThat(find("a").ahead()).isZero();
    assertThat(find("a").estimate()).isEqualTo(new Wait.Unknown());
    assertThat(find("later").ahead()).isZero();
    assertThat(find("later").estimate()).isEqualTo(new Wait.Unknown());
  }

  @Test
  void waitWithoutAnyWorkerIsSaidPlainly() {
    accept(job("a"));

    assertThat(find("a").estimate()).isEqualTo(new Wait.NoWorkers());
  }

  @Test
  void waitIsEstimatedFromRunTimesAndWorkers() throws Exception {
    accept(job("first"));
    long start = System.nanoTime();
    Claimed first = claimOne(ann);
    accept(job(BERT, "bert"));
    assertThat(find("bert").estimate()).as("nothing was observed").isEqualTo(new Wait.Unknown());
    pass(SHORT);
    taken(done(first));
    Duration atMost = SHORT.plusNanos(System.nanoTime() - start);
    acceptMany(BERT, "b", 10);

    Duration near = estimate(find("b1"));
    Duration far = estimate(find("b9"));

    assertThat(near).isPositive();
    assertThat(far).isGreaterThan(near);
    assertThat(far).isBetween(SHORT, atMost.multipliedBy(20));
  }

  @Test
  void moreWorkersMakeTheWaitShorter() throws Exception {
    accept(job("first"));
    Claimed first = claimOne(ann);
    pass(SHORT);
    taken(done(first));
    acceptMany(BERT, "b", 20);
    claimOne(ann);
    Duration alone = estimate(find("b19"));
    for (int i = 0; i < 4; i++) {
      assertThat(claim(WorkerId.of("more" + i), LANE, 1)).as("one is in flight").isEmpty();
    }

    assertThat(estimate(find("b19"))).isLessThan(alone);
  }

  private static Duration estimate(JobStatus status) {
    assertThat(status.estimate()).isInstanceOf(Wait.About.class);
    return ((Wait.About) status.estimate()).duration();
  }

  private void acceptCosting(GroupId group, String prefix, int count, double cost) {
    accept(
        IntStream.range(0, count)
            .mapToObj(i -> job(group, prefix + i).withCost(cost))
            .toArray(NewJob[]::new));
  }

  /** One worker does so many jobs, one after the other; says how many of each group. */
  private Map<String, Integer> serve(int count) throws InterruptedException {
    return serve(count, QueueSteps::done);
  }

  private Map<String, Integer> serve(
      int count, java.util.function.Function<Claimed, Settlement> end) throws InterruptedException {
    Map<String, Integer> served = new TreeMap<>();
    List<Settlement> last = List.of();
    for (int i = 0; i < count; i++) {
      List<Claimed> claimed = source().exchange(ann, LANE, last, 1, Duration.ZERO).claimed();
      assertThat(claimed).hasSize(1);
      served.merge(claimed.get(0).group().value(), 1, Integer::sum);
      last = List.of(end.apply(claimed.get(0)));
    }
    source().exchange(ann, LANE, last, 0, Duration.ZERO);
    return served;
  }
}
