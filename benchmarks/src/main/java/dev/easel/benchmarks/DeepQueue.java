package dev.easel.benchmarks;

import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import dev.easel.redis.RedisBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a claim costs while many jobs wait, beside what it costs while few do: two queues in one
 * Redis, asked in turn. An exchange settles what the last one claimed; what was claimed is accepted
 * anew before the next, so that each queue stays as deep as it was.
 */
final class DeepQueue implements AutoCloseable {
  private static final int FEW = 1_000;
  private static final int GROUPS = 100;
  private static final int AT_ONCE = 500;
  private static final int ROUNDS = 40;
  private static final int EXCHANGES = 50;
  private static final Payload RESULT = new Payload("done", 1, new byte[0]);

  private final RedisBackend backend;
  private final WorkerId me = WorkerId.random();
  private List<Settlement> done = new ArrayList<>();
  private int accepted;

  private DeepQueue(String uri, String name, int depth) {
    backend = RedisBackend.builder().uri(uri).queue(name).build();
    HarnessMain.configure(backend);
    while (accepted < depth) {
      accept(Math.min(AT_ONCE, depth - accepted));
    }
  }

  private void accept(int n) {
    List<NewJob> jobs = new ArrayList<>(n);
    for (int i = 0; i < n; i++, accepted++) {
      jobs.add(HarnessMain.job(accepted, "user-" + accepted % GROUPS, 0));
    }
    backend.queue().accept(jobs);
  }

  /** Nanoseconds for each claim. */
  private double claim(int want) throws InterruptedException {
    long nanos = 0;
    int claimed = 0;
    for (int i = 0; i < EXCHANGES; i++) {
      long start = System.nanoTime();
      Exchange exchange =
          backend.source().exchange(me, HarnessMain.LANE, done, want, Duration.ZERO);
      nanos += System.nanoTime() - start;
      claimed += exchange.claimed().size();
      done = new ArrayList<>();
      for (Claimed job : exchange.claimed()) {
        done.add(Settlement.Done.of(job.lease(), RESULT));
      }
      accept(done.size());
    }
    return (double) nanos / claimed;
  }

  static void run(String uri, int depth) throws InterruptedException {
    try (DeepQueue few = new DeepQueue(uri, "few", FEW);
        DeepQueue many = new DeepQueue(uri, "many", depth)) {
      for (int want : new int[] {1, 100}) {
        double[] ofFew = new double[ROUNDS];
        double[] ofMany = new double[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) { // the first half warms up
          double a = few.claim(want);
          double b = many.claim(want);
          if (round >= 0) {
            ofFew[round] = a;
            ofMany[round] = b;
          }
        }
        tell(want, FEW, ofFew);
        tell(want, depth, ofMany);
        System.out.printf("    %.2f times as much%n", median(ofMany) / median(ofFew));
      }
    }
  }

  private static void tell(int want, int depth, double[] nanos) {
    System.out.printf(
        "%d at once of %d waiting: %.1f us for each claim (%.1f to %.1f)%n",
        want,
        depth,
        median(nanos) / 1000,
        Arrays.stream(nanos).min().orElseThrow() / 1000,
        Arrays.stream(nanos).max().orElseThrow() / 1000);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    backend.close();
  }
}
