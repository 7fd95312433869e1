package dev.easel.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.easel.job.Beat;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.JobId;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import dev.easel.redis.RedisBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does jobs: one thread hands back what is done and claims the next, in one exchange for all; so
 * many threads as there is concurrency work. With one job at a time, that thread works itself.
 */
final class HarnessWorker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Payload RESULT = new Payload("done", 1, new byte[0]);
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int MOST = 100;

  private final RedisBackend backend;
  private final FileChannel log;
  private final int pid = (int) ProcessHandle.current().pid();
  private final WorkerId me = WorkerId.random();
  private final Map<JobId, Claimed> held = new ConcurrentHashMap<>();

  private HarnessWorker(RedisBackend backend, FileChannel log) {
    this.backend = backend;
    this.log = log;
  }

  static void run(RedisBackend backend, int concurrency, String logFile)
      throws IOException, InterruptedException {
    FileChannel log =
        FileChannel.open(Path.of(logFile), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    HarnessMain.configure(backend);
    HarnessWorker worker = new HarnessWorker(backend, log);
    Executors.newSingleThreadScheduledExecutor()
        .scheduleAtFixedRate(worker::beat, 5, 5, TimeUnit.SECONDS);
    if (concurrency == 1) {
      worker.alone();
    } else {
      worker.shared(concurrency);
    }
  }

  /** Renews what is held; one heartbeat for the whole process. */
  private void beat() {
    List<Beat> beats = new ArrayList<>();
    held.values().forEach(job -> beats.add(new Beat(job.lease(), Optional.empty())));
    try {
      backend.source().renew(beats);
    } catch (QueueException e) {
      System.err.println("will renew again: " + e.getMessage());
    }
  }

  private void alone() throws InterruptedException {
    List<Settlement> done = List.of();
    while (true) {
      Exchange exchange = exchange(done, 1, WAIT);
      done = new ArrayList<>();
      for (Claimed job : exchange.claimed()) {
        held.put(job.id(), job);
        done.add(work(job));
      }
    }
  }

  private void shared(int concurrency) throws InterruptedException {
    BlockingQueue<Claimed> todo = new LinkedBlockingQueue<>();
    BlockingQueue<Settlement> finished = new LinkedBlockingQueue<>();
    for (int i = 0; i < concurrency; i++) {
      Thread thread = new Thread(() -> work(todo, finished), "bench-worker-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    int busy = 0;
    while (true) {
      List<Settlement> done = gather(finished, busy, concurrency);
      busy -= done.size();
      // while others work, an end must not wait for a new job
      Duration wait = busy == 0 ? WAIT : Duration.ZERO;
      List<Claimed> claimed = exchange(done, Math.min(MOST, concurrency - busy), wait).claimed();
      busy += claimed.size();
      claimed.forEach(job -> held.put(job.id(), job));
      todo.addAll(claimed);
    }
  }

  /**
   * What is done. Waits a moment for more, so that one exchange serves many: until half of what may
   * run at once is done, but no longer than a millisecond after the first.
   */
  private static List<Settlement> gather(
      BlockingQueue<Settlement> finished, int busy, int concurrency) throws InterruptedException {
    List<Settlement> done = new ArrayList<>();
    if (busy == 0) {
      return done;
    }
    Settlement first = finished.poll(busy < concurrency ? 20 : 1000, TimeUnit.MILLISECONDS);
    if (first == null) {
      return done;
    }
    done.add(first);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
    finished.drainTo(done, MOST - 1);
    while (done.size() < Math.min(busy, concurrency / 2) && System.nanoTime() < until) {
      LockSupport.parkNanos(50_000);
      finished.drainTo(done, MOST - done.size());
    }
    return done;
  }

  private void work(BlockingQueue<Claimed> todo, BlockingQueue<Settlement> finished) {
    try {
      while (true) {
        finished.add(work(todo.take()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As a service's loop would: on an error it waits a little and hands the same back again. */
  private Exchange exchange(List<Settlement> done, int want, Duration wait)
      throws InterruptedException {
    while (true) {
      try {
        Exchange exchange = backend.source().exchange(me, HarnessMain.LANE, done, want, wait);
        done.forEach(settlement -> held.remove(settlement.lease().job()));
        return exchange;
      } catch (QueueException e) {
        Thread.sleep(100);
      }
    }
  }

  private Settlement work(Claimed job) throws InterruptedException {
    try {
      JsonNode task = JSON.readTree(job.body().bytes());
      long seq = task.path("seq").asLong();
      log(seq, 0);
      int sleepMillis = task.path("sleep_ms").asInt();
      if (sleepMillis > 0) {
        Thread.sleep(sleepMillis);
        log(seq, 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Settlement.Done.of(job.lease(), RESULT);
  }

  private void log(long seq, int kind) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(seq).putLong(System.nanoTime()).putInt(kind).putInt(pid).flip();
    log.write(record);
  }
}
