package dev.easel.bot;

import dev.easel.job.Accepted;
import dev.easel.job.CancelAnswer;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Progress;
import dev.easel.job.QueueException;
import dev.easel.job.Wait;
import dev.easel.store.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A queue that knows the statuses a test puts in, gives no hints, and fails where it is told to.
 */
final class FakeQueue implements JobQueue {
  final Map<JobId, JobStatus> statuses = new ConcurrentHashMap<>();
  final List<NewJob> accepted = new ArrayList<>();
  private final Deque<RuntimeException> troublesOfAccept = new ArrayDeque<>();
  private final Deque<RuntimeException> troublesOfWatch = new ArrayDeque<>();

  static QueueException away() {
    return new QueueException(QueueException.Kind.UNAVAILABLE, "away, says the test");
  }

  synchronized void failNextAccept(RuntimeException e) {
    troublesOfAccept.add(e);
  }

  synchronized void failNextWatch(RuntimeException e) {
    troublesOfWatch.add(e);
  }

  void put(JobId id, JobState state, Optional<Payload> result) {
    statuses.put(
        id,
        new JobStatus(
            id,
            Lane.RENDER,
            GroupId.of("g"),
            state,
            1,
            0,
            new Wait.Unknown(),
            Progress.NONE,
            false,
            result,
            Optional.empty()));
  }

  @Override
  public synchronized List<Accepted> accept(List<NewJob> jobs) {
    RuntimeException trouble = troublesOfAccept.poll();
    if (trouble != null) {
      throw trouble;
    }
    accepted.addAll(jobs);
    return jobs.stream().<Accepted>map(job -> new Accepted.New(job.id())).toList();
  }

  @Override
  public Optional<JobStatus> find(JobId id) {
    return Optional.ofNullable(statuses.get(id));
  }

  @Override
  public CancelAnswer cancel(JobId id) {
    return CancelAnswer.UNKNOWN;
  }

  @Override
  public boolean wake(JobId id) {
    return false;
  }

  @Override
  public synchronized Subscription watch(JobId id, Consumer<JobStatus> hint) {
    RuntimeException trouble = troublesOfWatch.poll();
    if (trouble != null) {
      throw trouble;
    }
    return () -> {};
  }
}
