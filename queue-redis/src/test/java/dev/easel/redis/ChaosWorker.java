package dev.easel.redis;

import dev.easel.job.Beat;
import dev.easel.job.Claimed;
import dev.easel.job.JobId;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process of the chaos run: renders with a provider that must never run twice for a job, and
 * delivers. Writes down what it did, line by line, in a log that outlives it.
 */
final class ChaosWorker {
  static final Lane RENDER = Lane.RENDER;
  static final Lane DELIVER = Lane.deliver("chaos");
  private static final String STARTED = "started";
  private static final Duration WAIT = Duration.ofMillis(500);

  private final RedisBackend backend;
  private final FileChannel log;
  private final WorkerId me = WorkerId.random();
  private final Map<JobId, Lease> held = new ConcurrentHashMap<>();

  private ChaosWorker(RedisBackend backend, FileChannel log) {
    this.backend = backend;
    this.log = log;
  }

  public static void main(String[] args) throws Exception {
    FileChannel log =
        FileChannel.open(Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    RedisBackend backend = null;
    while (backend == null) {
      try {
        backend = open(args[0]);
      } catch (QueueException e) {
        Thread.sleep(100); // the server may be away just now
      }
    }
    ChaosWorker worker = new ChaosWorker(backend, log);
    for (int i = 0; i < 3; i++) {
      new Thread(() -> worker.loop(RENDER)).start();
    }
    new Thread(() -> worker.loop(DELIVER)).start();
    worker.beat();
  }

  static RedisBackend open(String uri) {
    return RedisBackend.builder().uri(uri).commandTimeout(Duration.ofMillis(1000)).build();
  }

  private void beat() throws InterruptedException {
    while (true) {
      Thread.sleep(300);
      List<Beat> beats = new ArrayList<>();
      held.values().forEach(lease -> beats.add(new Beat(lease, Optional.empty())));
      try {
        backend.source().renew(beats);
      } catch (QueueException e) {
        // the next beat will do
      }
    }
  }

  private void loop(Lane lane) {
    SplittableRandom random = new SplittableRandom();
    while (true) {
      try {
        for (Claimed job : backend.source().exchange(me, lane, List.of(), 1, WAIT).claimed()) {
          held.put(job.id(), job.lease());
          try {
            settle(lane.equals(RENDER) ? render(job, random) : deliver(job));
          } finally {
            held.remove(job.id());
          }
        }
      } catch (QueueException e) {
        pause(100);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** As the Renderer does with an UNSAFE provider. */
  private Settlement render(Claimed job, SplittableRandom random) throws IOException {
    if (job.checkpoint().isPresent()) {
      return Settlement.Failed.of(job.lease(), Reason.of("outcome-unknown", ""));
    }
    if (!backend.source().checkpoint(job.lease(), STARTED)) {
      write("refused " + job.id());
      return new Settlement.Released(job.lease());
    }
    write("run " + job.id() + " " + job.lease().token());
    pause(random.nextInt(5, 30));
    return Settlement.Done.of(job.lease(), new Payload("chaos", 1, new byte[20]));
  }

  private Settlement deliver(Claimed job) throws IOException {
    write("deliver " + job.after().orElseThrow().id() + " " + job.after().orElseThrow().state());
    return Settlement.Done.of(job.lease(), new Payload("chaos", 1, new byte[0]));
  }

  /** Repeats a settlement until it is answered. */
  private void settle(Settlement settlement) throws InterruptedException, IOException {
    Lease lease = settlement.lease();
    while (true) {
      try {
        SettleAnswer answer =
            backend
                .source()
                .exchange(me, lease.lane(), List.of(settlement), 0, Duration.ZERO)
                .settled()
                .get(0);
        if (!(settlement instanceof Settlement.Released)) {
          write("settled " + lease.job() + " " + lease.token() + " " + answer);
        }
        return;
      } catch (QueueException e) {
        pause(50);
      }
    }
  }

  private void write(String line) throws IOException {
    log.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
