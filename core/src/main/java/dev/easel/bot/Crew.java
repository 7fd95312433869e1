package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.job.Lane;
import dev.easel.job.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loops of one process: named threads, one heartbeat for all they hold. Closing twice is fine.
 */
final class Crew {
  private static final Duration BEAT_EVERY = Duration.ofSeconds(5);

  private final Backend backend;
  private final ThreadFactory threads;
  private final WorkerId me = WorkerId.random();
  private final Heartbeat heartbeat;
  private final List<LaneLoop> loops = new ArrayList<>();
  private final List<Thread> running = new ArrayList<>();
  private boolean begun;

  Crew(Backend backend, ThreadFactory threads) {
    this.backend = requireNonNull(backend, "backend");
    this.threads = requireNonNull(threads, "threads");
    this.heartbeat = new Heartbeat(backend.source(), BEAT_EVERY);
  }

  /** Has a lane worked on by so many threads, at once. */
  synchronized void work(String name, Lane lane, int count, LaneWork work) {
    if (!begun) {
      begun = true;
      start("easel-heartbeat", heartbeat);
    }
    for (int i = 1; i <= count; i++) {
      LaneLoop loop = new LaneLoop(backend.source(), me, lane, work, heartbeat);
      loops.add(loop);
      start("easel-" + name + "-" + i, loop);
    }
  }

  private void start(String name, Runnable loop) {
    Thread thread = threads.newThread(loop);
    thread.setName(name);
    running.add(thread);
    thread.start();
  }

  /** Claims nothing more. */
  synchronized void stopClaiming() {
    loops.forEach(LaneLoop::stop);
  }

  /** Tells all work at hand to stop. */
  void stopWork() {
    heartbeat.stopAll(Held.Stop.CLOSING);
  }

  /** Waits for the loops to hand back what they hold; false if the time was too short. */
  boolean await(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    for (Thread thread : loopThreads()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left > 0) {
        thread.join(left);
      }
    }
    return loopThreads().stream().noneMatch(Thread::isAlive);
  }

  /** Ends the heartbeat and interrupts what is still there. */
  void close() {
    stopClaiming();
    heartbeat.close();
    synchronized (this) {
      running.forEach(Thread::interrupt);
    }
  }

  private synchronized List<Thread> loopThreads() {
    return running.isEmpty() ? List.of() : List.copyOf(running.subList(1, running.size()));
  }

  /** Daemon threads, numbered by their prefix; the loops rename theirs. */
  static ThreadFactory daemons(String prefix) {
    Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();
    return task -> {
      int number = numbers.computeIfAbsent(prefix, p -> new AtomicInteger()).incrementAndGet();
      Thread thread = new Thread(task, prefix + "-" + number);
      thread.setDaemon(true);
      return thread;
    };
  }
}
