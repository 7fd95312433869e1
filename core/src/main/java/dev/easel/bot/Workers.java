package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.image.ImageProvider;
import dev.easel.job.Exchange;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.QueueAdmin;
import dev.easel.job.QueueException;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker role: renderers on the render lane. */
final class Workers {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  /** How long a provider may take to stop, twice, before its thread is given up. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** How long a stop waits for what a cancel has woken to be claimed. */
  private static final Duration WOKEN = Duration.ofSeconds(5);

  private final WorkerId me = WorkerId.random();
  private final Backend backend;
  private final Crew crew;
  private final ExecutorService calls;
  private final int count;
  private final Renderer renderer;

  Workers(
      ImageProvider provider, Backend backend, int wanted, Duration keep, ThreadFactory threads) {
    this.backend = requireNonNull(backend, "backend");
    this.crew = new Crew(backend, threads);
    this.calls = Executors.newCachedThreadPool(threads);
    int most = provider.capabilities().maxConcurrent();
    if (wanted > most) {
      log.info(
          "Fewer workers than asked for: the provider {} takes {} at once",
          provider.capabilities().provider(),
          most);
    }
    this.count = Math.min(wanted, most);
    this.renderer =
        new Renderer(
            provider,
            new ProviderCalls(calls, GRACE),
            backend.queue(),
            backend.source(),
            backend.images(),
            keep,
            backend.time());
  }

  void start() {
    crew.work("renderer", Lane.RENDER, count, renderer);
  }

  int count() {
    return count;
  }

  /**
   * Claims nothing more, lets pictures in the making be finished, and has what is not finished in
   * time handed back.
   *
   * @param time for finishing; handing back takes a few seconds more
   */
  void finish(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      if (!backend.durable()) {
        cancelWaiting();
        // what is made elsewhere was only woken: a renderer has its provider stop it
        Duration most = time.compareTo(WOKEN) < 0 ? time : WOKEN;
        Drain.await(backend.admin(), Lane.RENDER, Drain::unclaimed, most);
      }
      crew.stopClaiming();
      if (!crew.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        log.warn("Pictures in the making are handed back: waited={}", time);
        crew.stopWork();
        crew.await(GRACE.multipliedBy(3));
      }
    } finally { // also when nobody wants to wait any more: there is no second close
      crew.stopClaiming();
      crew.stopWork();
      calls.shutdownNow();
      crew.close();
    }
    if (!backend.durable()) {
      cancelWaiting(); // what was handed back meanwhile
      endWoken();
    }
  }

  /** Ends what a cancel only wakes. No provider is called any more: its owner is told, at least. */
  private void endWoken() throws InterruptedException {
    List<Settlement> done = List.of();
    try {
      do {
        Exchange next = backend.source().exchange(me, Lane.RENDER, done, 1, Duration.ZERO);
        done = next.claimed().stream().map(renderer::withoutCall).toList();
      } while (!done.isEmpty());
    } catch (QueueException e) {
      log.warn("Waiting owners could not be told", e);
    }
  }

  /** What waits in this process ends with it: its owners are told by their follow-ups. */
  private void cancelWaiting() {
    QueueAdmin admin = backend.admin();
    try {
      for (JobState state : List.of(JobState.WAITING, JobState.DELAYED, JobState.PARKED)) {
        Optional<JobStatus> last = Optional.empty();
        List<JobStatus> page;
        do {
          page = admin.page(Lane.RENDER, state, last.map(JobStatus::id), QueueAdmin.MAX_PAGE);
          page.forEach(job -> backend.queue().cancel(job.id()));
          last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
        } while (page.size() == QueueAdmin.MAX_PAGE);
      }
    } catch (QueueException e) {
      log.warn("Waiting owners could not be told", e);
    }
  }
}
