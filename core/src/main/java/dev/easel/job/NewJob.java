package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * A job as its asker hands it over.
 *
 * @param id not one of a follow-up ({@link JobId#isFollowUp})
 * @param cost what it takes, in any unit that the lane's jobs share (expected seconds is a good
 *     one); fairness is by cost. Above 0, at most a million
 * @param band 0 is served before 1, and so on to {@link #MAX_BAND}; the lowest waiting band still
 *     moves
 * @param delay zero: at once
 * @param timeToLive a job that was never claimed within it expires; zero: never. The delay counts
 */
public record NewJob(
    JobId id,
    Lane lane,
    GroupId group,
    double cost,
    int band,
    Payload body,
    Duration delay,
    Duration timeToLive,
    Retry retry,
    Optional<Dedup> whileActive,
    Optional<Then> then) {
  public static final int MAX_BAND = 3;

  public static final double MAX_COST = 1_000_000;

  /** The band of a job that asks for none, and of every follow-up. */
  public static final int DEFAULT_BAND = 1;

  public NewJob {
    requireNonNull(id, "id");
    requireNonNull(lane, "lane");
    requireNonNull(group, "group");
    requireNonNull(body, "body");
    requireNonNull(delay, "delay");
    requireNonNull(timeToLive, "timeToLive");
    requireNonNull(retry, "retry");
    requireNonNull(whileActive, "whileActive");
    requireNonNull(then, "then");
    if (!(cost > 0 && cost <= MAX_COST)) {
      throw new IllegalArgumentException("cost must be above 0 and at most 1,000,000, was " + cost);
    }
    if (band < 0 || band > MAX_BAND) {
      throw new IllegalArgumentException("band must be 0 to " + MAX_BAND + ", was " + band);
    }
    if (delay.isNegative() || timeToLive.isNegative()) {
      throw new IllegalArgumentException(
          "delay and timeToLive must not be negative: " + delay + ", " + timeToLive);
    }
    if (id.isFollowUp()) {
      throw new IllegalArgumentException("this is the id of a follow-up: " + id);
    }
    if (then.isPresent()) {
      id.followUp(); // says so now if the id is too long to have one
    }
  }

  /** A job of cost 1 in band 1, at once, without a time to live, with {@link Retry#DEFAULT}. */
  public static NewJob of(JobId id, Lane lane, GroupId group, Payload body) {
    return new NewJob(
        id,
        lane,
        group,
        1,
        DEFAULT_BAND,
        body,
        Duration.ZERO,
        Duration.ZERO,
        Retry.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }

  public NewJob withCost(double newCost) {
    return new NewJob(
        id, lane, group, newCost, band, body, delay, timeToLive, retry, whileActive, then);
  }

  public NewJob withBand(int newBand) {
    return new NewJob(
        id, lane, group, cost, newBand, body, delay, timeToLive, retry, whileActive, then);
  }

  public NewJob withDelay(Duration newDelay) {
    return new NewJob(
        id, lane, group, cost, band, body, newDelay, timeToLive, retry, whileActive, then);
  }

  public NewJob withTimeToLive(Duration time) {
    return new NewJob(id, lane, group, cost, band, body, delay, time, retry, whileActive, then);
  }

  public NewJob withRetry(Retry newRetry) {
    return new NewJob(
        id, lane, group, cost, band, body, delay, timeToLive, newRetry, whileActive, then);
  }

  public NewJob whileActive(Dedup dedup) {
    return new NewJob(
        id, lane, group, cost, band, body, delay, timeToLive, retry, Optional.of(dedup), then);
  }

  public NewJob then(Then followUp) {
    return new NewJob(
        id,
        lane,
        group,
        cost,
        band,
        body,
        delay,
        timeToLive,
        retry,
        whileActive,
        Optional.of(followUp));
  }
}
