package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims jobs of one lane, one at a time, has them worked on, and hands them back. One thread. */
final class LaneLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(LaneLoop.class);

  private static final Duration WAIT = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int MAX_TRIES_WHILE_STOPPING = 5;

  private static final Thread NOBODY = new Thread("nobody");

  private final JobSource source;
  private final WorkerId me;
  private final Lane lane;
  private final LaneWork work;
  private final Heartbeat heartbeat;
  private final Object lock = new Object();
  private boolean stopping;
  private Thread waiting = NOBODY;

  LaneLoop(JobSource source, WorkerId me, Lane lane, LaneWork work, Heartbeat heartbeat) {
    this.source = requireNonNull(source, "source");
    this.me = requireNonNull(me, "me");
    this.lane = requireNonNull(lane, "lane");
    this.work = requireNonNull(work, "work");
    this.heartbeat = requireNonNull(heartbeat, "heartbeat");
  }

  @Override
  public void run() {
    List<Settlement> done = List.of();
    Duration pause = FIRST_PAUSE;
    int triesWhileStopping = 0;
    while (!stopping() || !done.isEmpty() && triesWhileStopping < MAX_TRIES_WHILE_STOPPING) {
      if (stopping()) {
        triesWhileStopping++;
      }
      try {
        Exchange exchange = exchange(done);
        report(done, exchange.settled());
        done = List.of();
        pause = FIRST_PAUSE;
        for (Claimed job : exchange.claimed()) {
          done = handle(job);
        }
      } catch (QueueException e) {
        // what is not settled yet is sent again: the queue takes it once
        if (pause.equals(FIRST_PAUSE)) {
          log.warn("The queue is away, will try again: lane={}", lane, e);
        }
        pause = pauseAfter(pause);
      } catch (InterruptedException e) {
        log.debug("Woken: lane={} stopping={}", lane, stopping());
      } catch (RuntimeException | Error e) {
        // not foreseen at all: a settlement that does this would do it again, so its lease runs out
        if (pause.equals(FIRST_PAUSE) || !done.isEmpty()) {
          log.error(
              "An exchange failed in a way no queue names, will claim again: lane={} given up={}",
              lane,
              done.stream().map(s -> s.lease().job()).toList(),
              e);
        }
        done = List.of();
        pause = pauseAfter(pause);
      }
    }
    if (!done.isEmpty()) {
      log.warn(
          "Stopped while the queue was away; the lease runs out by itself: job={}",
          done.get(0).lease().job());
    }
  }

  /** Claims nothing more; the job at hand is finished and handed back. */
  void stop() {
    synchronized (lock) {
      stopping = true;
      waiting.interrupt(); // only a wait for jobs: work has a way of its own to be told
    }
  }

  private Exchange exchange(List<Settlement> done) throws InterruptedException {
    boolean claim;
    synchronized (lock) {
      claim = !stopping;
      if (claim) {
        waiting = Thread.currentThread();
      }
    }
    try {
      return source.exchange(me, lane, done, claim ? 1 : 0, claim ? WAIT : Duration.ZERO);
    } finally {
      synchronized (lock) {
        waiting = NOBODY;
        if (stopping) {
          Thread.interrupted(); // it was meant for the wait, not for the work that follows
        }
      }
    }
  }

  private List<Settlement> handle(Claimed job) throws InterruptedException {
    try (Held held = heartbeat.hold(job.lease())) {
      return List.of(work.work(job, held));
    } catch (Codec.NewerVersion e) {
      log.warn("Left for a newer worker: job={} {}", job.id(), e.getMessage());
      return List.of(
          new Settlement.Retry(
              job.lease(),
              Duration.ofSeconds(15),
              false,
              Reason.of("newer-version", String.valueOf(e.getMessage()))));
    } catch (RuntimeException e) {
      Duration delay = job.retry().delayAfter(job.lease().attempt(), ThreadLocalRandom.current());
      log.error(
          "Will be tried again: job={} attempt={} delay={}",
          job.id(),
          job.lease().attempt(),
          delay,
          e);
      return List.of(
          new Settlement.Retry(
              job.lease(), delay, true, Reason.of("internal", e.getClass().getSimpleName())));
    } catch (Error e) {
      // not foreseen at all: the lease runs out and spends an attempt, so a poisonous job ends too
      log.error(
          "Given up until its lease runs out: job={} attempt={}",
          job.id(),
          job.lease().attempt(),
          e);
      return List.of();
    }
  }

  private void report(List<Settlement> done, List<SettleAnswer> answers) {
    for (int i = 0; i < done.size(); i++) {
      if (answers.get(i) == SettleAnswer.LOST) {
        log.warn("Came too late, another worker has it: job={}", done.get(i).lease().job());
      }
    }
  }

  private Duration pauseAfter(Duration pause) {
    try {
      Thread.sleep(pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis()));
    } catch (InterruptedException interrupted) {
      log.debug("Woken from a pause: lane={}", lane);
    }
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  private boolean stopping() {
    synchronized (lock) {
      return stopping;
    }
  }
}
