package dev.easel.memory;

import dev.easel.job.GroupId;
import dev.easel.job.GroupPolicy;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.LaneStatistics;
import dev.easel.job.QueueAdmin;
import dev.easel.job.WorkerStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** What the keeper of the queue can see and set. */
final class MemoryQueueAdmin implements QueueAdmin {
  private final Jobs jobs;

  MemoryQueueAdmin(Jobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public void configure(Lane lane, LanePolicy policy) {
    change(lane, l -> l.configure(policy));
  }

  @Override
  public void configure(Lane lane, GroupId group, GroupPolicy policy) {
    change(lane, l -> l.configure(group, policy));
  }

  @Override
  public void pause(Lane lane) {
    change(lane, l -> l.pause(true));
  }

  @Override
  public void resume(Lane lane) {
    change(lane, l -> l.pause(false));
  }

  @Override
  public void pause(Lane lane, GroupId group) {
    change(lane, l -> l.pause(group, true));
  }

  @Override
  public void resume(Lane lane, GroupId group) {
    change(lane, l -> l.pause(group, false));
  }

  @Override
  public LaneStatistics statistics(Lane lane) {
    return locked(now -> jobs.lane(lane).statistics());
  }

  @Override
  public List<JobStatus> page(Lane lane, JobState state, Optional<JobId> after, int max) {
    checkPage(max);
    if (state.ended()) {
      throw new IllegalArgumentException("only jobs that have not ended are listed, not " + state);
    }
    return locked(
        now ->
            jobs.page(jobs.lane(lane), state, after.orElse(null), max).stream()
                .map(job -> jobs.status(job, now))
                .toList());
  }

  @Override
  public List<JobStatus> dead(Lane lane, Optional<JobId> after, int max) {
    checkPage(max);
    return locked(
        now ->
            jobs.lane(lane).dead.after(after.map(jobs::find).orElse(null), max).stream()
                .map(job -> jobs.status(job, now))
                .toList());
  }

  @Override
  public boolean revive(JobId id) {
    return locked(
        now -> {
          Job job = jobs.find(id);
          return job != null && jobs.endings.revive(job, now);
        });
  }

  @Override
  public int reviveAll(Lane lane, int max) {
    checkPage(max);
    return locked(
        now -> {
          int revived = 0;
          for (Job job : jobs.lane(lane).dead.free()) {
            revived += revived < max && jobs.endings.revive(job, now) ? 1 : 0;
          }
          return revived;
        });
  }

  @Override
  public List<WorkerStatus> workers(Lane lane) {
    return locked(
        now ->
            jobs.lane(lane).workers.alive(now).stream()
                .map(
                    worker ->
                        new WorkerStatus(
                            worker.id, lane, jobs.shown(worker.lastSeen), worker.running))
                .toList());
  }

  private void change(Lane lane, java.util.function.Consumer<MemoryLane> change) {
    locked(
        now -> {
          change.accept(jobs.lane(lane));
          return true;
        });
  }

  private <T> T locked(LongFunction<T> action) {
    jobs.lock.lock();
    try {
      return action.apply(jobs.begin());
    } finally {
      jobs.lock.unlock();
    }
  }

  private static void checkPage(int max) {
    if (max < 1 || max > MAX_PAGE) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " rows, not " + max);
    }
  }
}
