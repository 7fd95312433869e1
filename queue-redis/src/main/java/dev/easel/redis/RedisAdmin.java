package dev.easel.redis;

import dev.easel.job.GroupId;
import dev.easel.job.GroupPolicy;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.LaneStatistics;
import dev.easel.job.QueueAdmin;
import dev.easel.job.WorkerId;
import dev.easel.job.WorkerStatus;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The keeper's view. Pages of jobs walk all jobs of a lane, in bounded steps: they are for a
 * person's look, not for a program's loop.
 */
final class RedisAdmin implements QueueAdmin {
  private static final int STEP = 500;

  private final Queue queue;

  RedisAdmin(Queue queue) {
    this.queue = queue;
  }

  @Override
  public void configure(Lane lane, LanePolicy policy) {
    Args args =
        Args.of(
            lane,
            "policy",
            policy.maxJobs(),
            policy.maxBytes(),
            policy.maxJobsPerGroup(),
            policy.inFlightPerGroup(),
            (long) JobRecord.millis(policy.lease()),
            (long) JobRecord.millis(policy.remember()),
            policy.maxDead());
    if (queue.number("configure-lane", args) == 1) {
      String last = "";
      do {
        last = queue.text("place-groups", Args.of(lane, last));
      } while (!last.isEmpty());
    }
  }

  @Override
  public void configure(Lane lane, GroupId group, GroupPolicy policy) {
    queue.number(
        "configure-group",
        Args.of(
            lane,
            group,
            "policy",
            policy.weight(),
            policy.inFlight(),
            policy.equals(GroupPolicy.DEFAULT) ? 0 : 1));
  }

  @Override
  public void pause(Lane lane) {
    queue.number("configure-lane", Args.of(lane, "pause"));
  }

  @Override
  public void resume(Lane lane) {
    queue.number("configure-lane", Args.of(lane, "resume"));
  }

  @Override
  public void pause(Lane lane, GroupId group) {
    queue.number("configure-group", Args.of(lane, group, "pause"));
  }

  @Override
  public void resume(Lane lane, GroupId group) {
    queue.number("configure-group", Args.of(lane, group, "resume"));
  }

  @Override
  public LaneStatistics statistics(Lane lane) {
    long[] n = queue.list("statistics", Args.of(lane)).stream().mapToLong(o -> (Long) o).toArray();
    return new LaneStatistics(
        lane, n[0] == 1, n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12]);
  }

  @Override
  public List<JobStatus> page(Lane lane, JobState state, Optional<JobId> after, int max) {
    checkPage(max);
    if (state.ended()) {
      throw new IllegalArgumentException("only jobs that have not ended are listed, not " + state);
    }
    String from = after.map(JobId::value).orElse("");
    TreeSet<String> page = new TreeSet<>();
    Consumer<String> keep =
        id -> {
          if (id.compareTo(from) > 0) {
            page.add(id);
            if (page.size() > max) {
              page.pollLast();
            }
          }
        };
    if (state == JobState.WAITING) {
      eachWaiting(lane, keep);
    } else {
      eachTimed(lane, state, (id, mark) -> keep.accept(id));
    }
    if (page.isEmpty()) {
      return List.of();
    }
    Args ids = Args.of(page.toArray());
    return queue.list("find", ids).stream()
        .filter(Objects::nonNull)
        .map(parts -> Status.of(Queue.nested(parts)))
        .filter(status -> status.state() == state) // it may have gone on meanwhile
        .toList();
  }

  private void eachWaiting(Lane lane, Consumer<String> use) {
    List<Object> step =
        List.of(new byte[0], 0L, "-inf".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    do {
      Args args =
          Args.of(lane).add((byte[]) step.get(0)).add("" + step.get(1)).add((byte[]) step.get(2));
      step = queue.list("lines", args);
      Queue.nested(step.get(3)).forEach(id -> use.accept(Queue.utf8(id)));
    } while (((byte[]) step.get(0)).length > 0);
  }

  private interface TimedJob {
    void use(String id, int mark);
  }

  /** All jobs of a lane that are neither waiting nor ended have a timer. */
  private void eachTimed(Lane lane, JobState state, TimedJob job) {
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      ScanCursor from = cursor;
      ScoredValueScanCursor<byte[]> found;
      try {
        found = queue.line().call(c -> c.zscan(queue.key("t"), from, ScanArgs.Builder.limit(STEP)));
      } catch (RedisException e) {
        throw Failures.ofQueue(e);
      }
      List<byte[]> ids = found.getValues().stream().map(ScoredValue::getValue).toList();
      for (int i = 0; i < ids.size(); i += STEP) {
        Args args = Args.of(lane, JobRecord.codeOf(state));
        ids.subList(i, Math.min(ids.size(), i + STEP)).forEach(args::add);
        List<Object> rows = queue.list("sieve", args);
        for (int r = 0; r < rows.size(); r += 2) {
          job.use(Queue.utf8(rows.get(r)), java.util.Arrays.hashCode((byte[]) rows.get(r + 1)));
        }
      }
      cursor = found;
    } while (!cursor.isFinished());
  }

  @Override
  public List<JobStatus> dead(Lane lane, Optional<JobId> after, int max) {
    checkPage(max);
    Args args = Args.of(lane, after.map(JobId::value).orElse(""), max);
    List<Object> rows;
    do {
      rows = queue.list("dead", args);
    } while (!rows.isEmpty() && rows.stream().noneMatch(Objects::nonNull));
    return rows.stream()
        .filter(Objects::nonNull)
        .map(parts -> Status.of(Queue.nested(parts)))
        .toList();
  }

  @Override
  public boolean revive(JobId id) {
    return revive(Args.of("", id)).get(0).equals(1L);
  }

  @Override
  public int reviveAll(Lane lane, int max) {
    checkPage(max);
    int revived = 0;
    String last = "-inf";
    do { // any number of those that come first may be such that cannot be revived
      List<Object> step = revive(Args.of(lane, max - revived, last));
      revived += ((Long) step.get(0)).intValue();
      last = Queue.utf8(step.get(1));
    } while (revived < max && !last.isEmpty());
    return revived;
  }

  private List<Object> revive(Args args) {
    return queue.list("revive", args);
  }

  @Override
  public List<WorkerStatus> workers(Lane lane) {
    List<Object> rows = queue.list("workers", Args.of(lane));
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<Integer, Integer> running = new HashMap<>();
    eachTimed(lane, JobState.RUNNING, (id, mark) -> running.merge(mark, 1, Integer::sum));
    List<WorkerStatus> workers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += 2) {
      WorkerId id = WorkerId.of(Queue.utf8(rows.get(i)));
      Instant seen = Instant.ofEpochMilli((long) Double.parseDouble(Queue.utf8(rows.get(i + 1))));
      int mark = java.util.Arrays.hashCode(RedisSource.mark(id));
      workers.add(new WorkerStatus(id, lane, seen, running.getOrDefault(mark, 0)));
    }
    return workers;
  }

  private static void checkPage(int max) {
    if (max < 1 || max > MAX_PAGE) {
      throw new IllegalArgumentException("max must be 1 to " + MAX_PAGE + ", was " + max);
    }
  }
}
