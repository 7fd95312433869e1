package dev.easel.memory;

import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All jobs of a queue, and their way from state to state. Everything here is to be called with the
 * lock held; nothing here is slower than O(log n), but for what many timers are due at once, and a
 * {@link #page}.
 */
final class Jobs {
  private static final Duration MAX_TIME = Duration.ofDays(36_500);
  private static final Comparator<Job> BY_ID = Comparator.comparing(job -> job.id.value());

  final ReentrantLock lock = new ReentrantLock();
  final Hints<JobId> hints;
  final Map<String, Job> byKey = new HashMap<>();
  final Endings endings;

  private final InstantSource shown;
  private final InstantSource steady;
  private final Map<JobId, Job> byId = new HashMap<>();
  private final Map<Lane, MemoryLane> lanes = new HashMap<>();
  private final Timers<Timed> timers = new Timers<>();
  private long lastPlace;
  private long lastToken;
  private final List<Waiter> waiters = new ArrayList<>();
  private boolean closed;

  /**
   * @param shown people's time
   * @param steady what leases and all other spans are measured by
   */
  Jobs(
      InstantSource shown,
      InstantSource steady,
      Hints<JobId> hints,
      int maxRemembered,
      long maxRememberedBytes) {
    this.shown = shown;
    this.steady = steady;
    this.hints = hints;
    this.endings = new Endings(this, maxRemembered, maxRememberedBytes);
  }

  /** In milliseconds of the steady clock, as every time here that does not say otherwise. */
  long now() {
    return steady.millis();
  }

  /** Such a time as people see it. */
  Instant shown(long at) {
    return Instant.ofEpochMilli(shown.millis() + at - now());
  }

  /** To be called first by every operation: what is due happens before what is asked. */
  long begin() {
    if (closed) {
      throw new QueueException(QueueException.Kind.MISCONFIGURED, "the backend is closed");
    }
    long now = now();
    Timed due = timers.pollDue(now);
    while (due != null) {
      if (due instanceof Job job) {
        due(job, now);
      } else if (due instanceof Remembered list) {
        endings.forgetDue(list, now);
      }
      due = timers.pollDue(now);
    }
    return now;
  }

  @Nullable Job find(JobId id) {
    Job job = byId.get(id);
    if (job != null && job.resting && job.forgetAt <= now()) {
      endings.forget(job); // its turn in the list has not come
      return null;
    }
    return job;
  }

  /**
   * The first jobs of a state by id. It looks at every job there is: no job pays for an order that
   * only its keeper asks for.
   */
  List<Job> page(MemoryLane lane, JobState state, @Nullable JobId after, int max) {
    PriorityQueue<Job> page = new PriorityQueue<>(BY_ID.reversed());
    for (Job job : byId.values()) {
      if (job.lane == lane
          && job.state == state
          && (after == null || job.id.value().compareTo(after.value()) > 0)) {
        page.add(job);
        if (page.size() > max) {
          page.remove();
        }
      }
    }
    return page.stream().sorted(BY_ID).toList();
  }

  /** The one that ended first of all; there must be one. */
  Job oldestRemembered() {
    Job oldest = null;
    for (MemoryLane lane : lanes.values()) {
      Job first = lane.remembered.first();
      if (first != null && (oldest == null || first.endedAt < oldest.endedAt)) {
        oldest = first;
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("nothing is remembered");
    }
    return oldest;
  }

  MemoryLane lane(Lane name) {
    MemoryLane lane = lanes.get(name);
    if (lane == null) {
      lane = new MemoryLane(name, lock);
      lanes.put(name, lane);
    }
    return lane;
  }

  long nextPlace() {
    return ++lastPlace;
  }

  long nextToken() {
    lastToken = Math.max(lastToken + 1, now() * 1000);
    return lastToken;
  }

  /** A job begins its life, its first or the one after it was revived. */
  void start(Job job, long now, Duration delay) {
    byId.put(job.id, job);
    job.place = nextPlace();
    job.lane.jobs++;
    job.lane.bytes += job.bodySize();
    if (job.key != null) {
      byKey.putIfAbsent(job.key.key(), job);
    }
    if (delay.isZero()) {
      toLine(job, false);
    } else {
      delay(job, now + millis(delay));
    }
  }

  void toLine(Job job, boolean toFront) {
    enter(job, JobState.WAITING);
    job.lane.order.add(job, group(job), toFront);
    if (job.expiresAt != Long.MAX_VALUE) {
      setTimer(job, job.expiresAt);
    }
  }

  void delay(Job job, long until) {
    enter(job, JobState.DELAYED);
    setTimer(job, Math.min(until, job.expiresAt));
  }

  void park(Job job, long until) {
    enter(job, JobState.PARKED);
    setTimer(job, until);
  }

  void run(Job job, long leaseUntil) {
    enter(job, JobState.RUNNING);
    setTimer(job, leaseUntil);
  }

  void setTimer(Timed timed, long at) {
    timers.set(timed, at);
    lookBy(at);
  }

  void clearTimer(Job job) {
    timers.clear(job);
  }

  void join(Waiter waiter) {
    waiters.add(waiter);
    waiter.lane.waiters++;
  }

  void leave(Waiter waiter) {
    waiters.remove(waiter);
    waiter.lane.waiters--;
    lookBy(timers.next());
  }

  /** How long one who waits may sleep at most, in milliseconds, so that no timer is missed. */
  long sleepAtMost(Waiter waiter, long wanted) {
    long now = now();
    long sleep = Math.max(0, Math.min(wanted, timers.next() - now));
    waiter.looksAt = now + sleep;
    return sleep;
  }

  /** Sees to it that one of those who wait, if any, runs the timers of that time. */
  private void lookBy(long at) {
    if (at == Long.MAX_VALUE) {
      return;
    }
    for (Waiter waiter : waiters) {
      if (waiter.looksAt <= at) {
        return;
      }
    }
    if (!waiters.isEmpty()) {
      waiters.get(0).lane.available.signal();
    }
  }

  /** Moves a job to another state, which is no end, or out of all (null). */
  void enter(Job job, @Nullable JobState next) {
    Group group = group(job);
    boolean hadJobs = group.hasJobs();
    JobState before = job.state;
    if (before != null && !before.ended()) {
      if (before == JobState.WAITING && job.line != null) {
        job.lane.order.remove(job);
      }
      job.lane.count(before, -1);
      count(group, before, -1);
    }
    timers.clear(job);
    job.state = next;
    if (job.worker != null) {
      job.worker.running += (next == JobState.RUNNING ? 1 : 0);
      job.worker.running -= (before == JobState.RUNNING ? 1 : 0);
    }
    if (next != null) {
      job.lane.count(next, 1);
      count(group, next, 1);
      hints.tell(job.id, job.id);
    }
    boolean flew = before != null && inFlight(before);
    if (flew != (next != null && inFlight(next))) {
      job.lane.order.refresh(group);
    }
    job.lane.order.counted(group, hadJobs);
    if (next == null) {
      job.group = null;
      job.worker = null;
    }
  }

  void forget(Job job) {
    timers.clear(job);
    byId.remove(job.id, job);
  }

  Wait estimate(Job job, int ahead, long now) {
    if (job.state != JobState.WAITING) {
      return new Wait.Unknown();
    }
    int slots = job.lane.workers.slots(now);
    if (slots == 0) {
      return new Wait.NoWorkers();
    }
    Double run = job.lane.workers.averageRun();
    return run == null
        ? new Wait.Unknown()
        : new Wait.About(Duration.ofMillis((long) (run * (ahead + 1) / slots)));
  }

  JobStatus status(Job job, long now) {
    JobState state = job.state;
    if (state == null) {
      throw new IllegalStateException("a job without a state: " + job.id);
    }
    int ahead = state == JobState.WAITING ? job.lane.order.ahead(job) : 0;
    return new JobStatus(
        job.id,
        job.lane.name,
        job.groupId,
        state,
        job.attempt,
        ahead,
        estimate(job, ahead, now),
        job.progress,
        job.cancelAsked && !state.ended(),
        Optional.<Payload>ofNullable(job.result),
        Optional.<Reason>ofNullable(job.reason));
  }

  /** Ends every wait. */
  void close() {
    closed = true;
    lanes.values().forEach(lane -> lane.available.signalAll());
  }

  /** What comes and goes with jobs. */
  long held() {
    long groups = 0;
    for (MemoryLane lane : lanes.values()) {
      groups += lane.order.groups();
    }
    return byId.size() + byKey.size() + groups + timers.size() + endings.remembered();
  }

  /** A duration in milliseconds, never rounded down to nothing, and never too long to add. */
  static long millis(Duration time) {
    Duration capped = time.compareTo(MAX_TIME) > 0 ? MAX_TIME : time;
    return capped.plusNanos(999_999).toMillis();
  }

  private Group group(Job job) {
    Group group = job.group;
    if (group == null) {
      GroupId id = job.groupId;
      group = job.lane.group(id);
      job.group = group;
    }
    return group;
  }

  private static void count(Group group, JobState state, int change) {
    if (inFlight(state)) {
      group.inFlight += change;
    } else {
      group.unclaimed += change;
    }
  }

  private static boolean inFlight(JobState state) {
    return state == JobState.RUNNING || state == JobState.PARKED;
  }

  private void due(Job job, long now) {
    JobState state = job.state;
    if (state == null) {
      throw new IllegalStateException("a job without a state: " + job.id);
    }
    switch (state) {
      case WAITING, DELAYED -> {
        if (job.expiresAt <= now) {
          endings.end(
              job, JobState.EXPIRED, null, Reason.of(Reason.EXPIRED, "waited too long"), now);
        } else {
          toLine(job, job.cancelAsked);
        }
      }
      case RUNNING -> Leases.lapse(this, job, now);
      case PARKED -> toLine(job, true);
      case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> endings.forget(job);
    }
  }
}
