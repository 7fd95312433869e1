package dev.easel.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.easel.Backend;
import dev.easel.job.Claimed;
import dev.easel.job.Exchange;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import dev.easel.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A job's whole life in memory: accepted, claimed, and settled, while so many others wait. They are
 * of 1,000 groups, each of which may have one job in flight.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
public class MemoryQueueBenchmark {
  private static final int GROUPS = 1000;
  private static final int BATCH = 1000;

  /** How many jobs wait all the time. */
  @Param({"1000", "1000000"})
  public int waiting;

  private final WorkerId me = WorkerId.of("benchmark");
  private final Payload body =
      new Payload("task", 1, "a cat on the moon".repeat(10).getBytes(UTF_8));
  private final Payload result = new Payload("result", 1, new byte[64]);
  private final GroupId[] groups = new GroupId[GROUPS];
  private final Backend backend = MemoryBackend.create();
  private List<Settlement> last = List.of();
  private long next;

  /** Fills the lane. */
  @Setup(Level.Trial)
  public void fill() {
    backend
        .admin()
        .configure(
            Lane.RENDER,
            LanePolicy.DEFAULT
                .withMaxJobs(2_000_000)
                .withMaxJobsPerGroup(2_000_000)
                .withMaxBytes(1L << 40));
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = GroupId.of("user-" + i);
    }
    for (int i = 0; i < waiting; i += BATCH) {
      List<NewJob> jobs = new ArrayList<>(BATCH);
      for (int j = 0; j < BATCH; j++) {
        jobs.add(newJob());
      }
      backend.queue().accept(jobs);
    }
  }

  @TearDown
  public void close() {
    backend.close();
  }

  /** One job comes, one is claimed, and the one before is done. */
  @Benchmark
  public List<Claimed> acceptClaimSettle() throws InterruptedException {
    backend.queue().accept(newJob());
    Exchange exchange = backend.source().exchange(me, Lane.RENDER, last, 1, Duration.ZERO);
    last = List.of(Settlement.Done.of(exchange.claimed().get(0).lease(), result));
    return exchange.claimed();
  }

  /** Where the last job stands. */
  @Benchmark
  public Optional<JobStatus> find() {
    return backend.queue().find(JobId.of("telegram:bot:" + (next - 1) + ":0"));
  }

  private NewJob newJob() {
    long n = next++;
    return NewJob.of(
        JobId.of("telegram:bot:" + n + ":0"), Lane.RENDER, groups[(int) (n % GROUPS)], body);
  }
}
