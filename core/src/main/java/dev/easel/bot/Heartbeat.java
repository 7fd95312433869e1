package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.Lease;
import dev.easel.job.QueueException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews all leases of this process, and carries progress and the wish to cancel. One thread. */
final class Heartbeat implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

  /** Progress goes out at most this often. */
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

  /** The most leases that one renewal may name. */
  private static final int BATCH = 1000;

  private final JobSource source;
  private final long every;
  private final Set<Held> held = new LinkedHashSet<>();
  private boolean news;
  private boolean closed;
  private boolean failing;

  /**
   * Begins to beat when it is run.
   *
   * @param every a third of the shortest lease is right
   */
  Heartbeat(JobSource source, Duration every) {
    this.source = requireNonNull(source, "source");
    this.every = every.toNanos();
  }

  Held hold(Lease lease) {
    Held one = new Held(lease, this);
    synchronized (held) {
      held.add(one);
    }
    return one;
  }

  void release(Held one) {
    synchronized (held) {
      held.remove(one);
    }
  }

  void progressChanged() {
    synchronized (held) {
      news = true;
      held.notifyAll();
    }
  }

  /** Has all work of this process stopped. */
  void stopAll(Held.Stop why) {
    List<Held> all;
    synchronized (held) {
      all = List.copyOf(held);
    }
    all.forEach(one -> one.stop(why));
  }

  @Override
  public void run() {
    long lastAll = System.nanoTime();
    long lastNews = lastAll - PROGRESS_EVERY.toNanos();
    try {
      while (awaitBeat(lastAll, lastNews)) {
        long now = System.nanoTime();
        boolean all = now - lastAll >= every;
        beat(all);
        lastNews = now;
        lastAll = all ? now : lastAll;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void close() {
    synchronized (held) {
      closed = true;
      held.notifyAll();
    }
  }

  /** Waits until all leases are due, or until news may go out. */
  private boolean awaitBeat(long lastAll, long lastNews) throws InterruptedException {
    synchronized (held) {
      while (!closed) {
        long now = System.nanoTime();
        long untilAll = lastAll + every - now;
        long untilNews = news ? lastNews + PROGRESS_EVERY.toNanos() - now : Long.MAX_VALUE;
        long wait = Math.min(untilAll, untilNews);
        if (wait <= 0) {
          news = false;
          return true;
        }
        held.wait(wait / 1_000_000 + 1);
      }
      return false;
    }
  }

  private void beat(boolean all) {
    List<Held> due;
    synchronized (held) {
      due = held.stream().filter(one -> (all || one.hasNews()) && !one.isLost()).toList();
    }
    due = newestOfEachJob(due);
    for (int from = 0; from < due.size(); from += BATCH) {
      renew(due.subList(from, Math.min(from + BATCH, due.size())));
    }
  }

  /**
   * After a stall this process may have been given a job again whose lost lease another of its
   * threads still works with. The queue answers with jobs, not leases: only one can be asked for.
   */
  private List<Held> newestOfEachJob(List<Held> due) {
    Map<JobId, Held> newest = new LinkedHashMap<>();
    for (Held one : due) {
      Held other = newest.putIfAbsent(one.lease().job(), one);
      if (other != null && other.lease().token() < one.lease().token()) {
        newest.put(one.lease().job(), one);
        lost(other);
      } else if (other != null) {
        lost(one);
      }
    }
    return List.copyOf(newest.values());
  }

  private void renew(List<Held> due) {
    List<Beat> beats = due.stream().map(Held::beat).toList();
    try {
      Beats answer = source.renew(beats);
      due.stream().filter(one -> answer.lost().contains(one.lease().job())).forEach(this::lost);
      due.stream()
          .filter(one -> answer.cancelAsked().contains(one.lease().job()))
          .forEach(one -> one.stop(Held.Stop.CANCEL_ASKED));
      failing = false;
    } catch (QueueException e) {
      // a lease that runs out meanwhile can still be renewed as long as nobody else claimed the job
      if (!failing) {
        log.warn(
            "Cannot renew, will try again: leases={} every={}",
            due.size(),
            Duration.ofNanos(every),
            e);
      }
      failing = true;
      for (int i = 0; i < due.size(); i++) {
        due.get(i).notSent(beats.get(i));
      }
    } catch (RuntimeException | Error e) { // without a next one all leases run out
      log.error("A heartbeat failed, the next one follows: leases={}", due.size(), e);
    }
  }

  private void lost(Held one) {
    log.warn(
        "Lease lost, its work stops: job={} attempt={}", one.lease().job(), one.lease().attempt());
    one.stop(Held.Stop.LEASE_LOST);
  }
}
