package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Accepted;
import dev.easel.job.CancelAnswer;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobStatus;
import dev.easel.job.NewJob;
import dev.easel.store.Subscription;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands jobs over, and tells of them. */
final class RedisQueue implements JobQueue {
  private static final int MAX_JOBS = 1000;
  private static final long BUSY = 1;

  private final Queue queue;
  private final Hints hints;
  private final Together accepts;

  RedisQueue(Queue queue, Hints hints) {
    this.queue = queue;
    this.hints = hints;
    this.accepts = new Together(queue, "accept", MAX_JOBS);
  }

  @Override
  public List<Accepted> accept(List<NewJob> jobs) {
    if (jobs.size() > MAX_JOBS) {
      throw new IllegalArgumentException(
          "at most " + MAX_JOBS + " jobs at once, these are " + jobs.size());
    }
    if (jobs.isEmpty()) {
      return List.of();
    }
    Args args = new Args();
    for (NewJob job : jobs) {
      args.add(job.id().value())
          .add(job.lane().name())
          .add(job.group().value())
          .add(job.whileActive().map(d -> d.key()).orElse(""))
          .add(job.then().map(t -> t.lane().name()).orElse(""))
          .add(JobRecord.numbers(job))
          .add(JobRecord.tail(job));
    }
    List<Object> answers = accepts.ask(args, jobs.size());
    List<Accepted> accepted = new ArrayList<>(jobs.size());
    for (int i = 0; i < jobs.size(); i++) {
      accepted.add(accepted(jobs.get(i).id(), answers.get(i)));
    }
    return accepted;
  }

  private static Accepted accepted(JobId id, Object answer) {
    if (answer instanceof Long) {
      return new Accepted.New(id);
    }
    List<Object> parts = Queue.nested(answer);
    if (!(parts.get(0) instanceof Long kind)) {
      return new Accepted.Known(Status.of(parts));
    }
    if (kind == BUSY) {
      return new Accepted.Busy(JobId.of(Queue.utf8(parts.get(1))));
    }
    Accepted.Limit limit = Accepted.Limit.values()[(int) (long) (Long) parts.get(1)];
    return new Accepted.Full(limit, Duration.ofMillis((Long) parts.get(2)));
  }

  @Override
  public Optional<JobStatus> find(JobId id) {
    requireNonNull(id, "id");
    List<Object> answer = queue.list("find", Args.of(id));
    return Optional.ofNullable(answer.get(0)).map(parts -> Status.of(Queue.nested(parts)));
  }

  @Override
  public CancelAnswer cancel(JobId id) {
    requireNonNull(id, "id");
    return switch ((int) queue.number("cancel", Args.of(id))) {
      case 0 -> CancelAnswer.GONE;
      case 1 -> CancelAnswer.ASKED;
      case 2 -> CancelAnswer.TOO_LATE;
      default -> CancelAnswer.UNKNOWN;
    };
  }

  @Override
  public boolean wake(JobId id) {
    requireNonNull(id, "id");
    return queue.number("wake", Args.of(id)) == 1;
  }

  @Override
  public Subscription watch(JobId id, Consumer<JobStatus> hint) {
    requireNonNull(hint, "hint");
    try {
      return hints.listen(queue.key("e:" + id), told -> find(id).ifPresent(hint));
    } catch (RedisException e) {
      throw Failures.ofQueue(e);
    }
  }
}
