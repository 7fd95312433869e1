package dev.easel.memory;

import dev.easel.job.GroupId;
import dev.easel.job.GroupPolicy;
import dev.easel.job.JobState;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.LaneStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** One lane: its order, its limits, its numbers, and who waits for its jobs. */
final class MemoryLane {
  final Lane name;
  final FairOrder order = new FairOrder(this::workArrived);
  final DeadLetters dead = new DeadLetters();
  final Remembered remembered = new Remembered();
  final Workers workers = new Workers();
  final Condition available;

  LanePolicy policy = LanePolicy.DEFAULT;
  boolean paused;

  /** Those that have not ended, and the bytes of their payloads. */
  int jobs;

  long bytes;

  /** Threads that wait for a job. */
  int waiters;

  long succeeded;
  long failed;
  long cancelled;
  long expired;
  long reclaimed;

  private final int[] inState = new int[JobState.values().length];
  private final Map<GroupId, GroupPolicy> policies = new HashMap<>();
  private final Set<GroupId> pausedGroups = new HashSet<>();

  MemoryLane(Lane name, Lock lock) {
    this.name = name;
    available = lock.newCondition();
  }

  /** Counts a job into or out of a state that is no end. */
  void count(JobState state, int change) {
    inState[state.ordinal()] += change;
  }

  Group group(GroupId id) {
    return order.open(id, this::limit);
  }

  void configure(LanePolicy newPolicy) {
    policy = newPolicy;
    order.forEachGroup(this::limit);
    order.forEachGroup(order::refresh);
  }

  void configure(GroupId id, GroupPolicy groupPolicy) {
    if (groupPolicy.equals(GroupPolicy.DEFAULT)) {
      policies.remove(id);
    } else {
      policies.put(id, groupPolicy);
    }
    changed(id);
  }

  void pause(GroupId id, boolean pause) {
    if (pause) {
      pausedGroups.add(id);
    } else {
      pausedGroups.remove(id);
    }
    changed(id);
  }

  void pause(boolean pause) {
    paused = pause;
    workArrived();
  }

  /** Wakes one of those who wait; it wakes the next if there is more. */
  void workArrived() {
    if (waiters > 0 && !paused) {
      available.signal();
    }
  }

  LaneStatistics statistics() {
    return new LaneStatistics(
        name,
        paused,
        inState[JobState.WAITING.ordinal()],
        inState[JobState.DELAYED.ordinal()],
        inState[JobState.RUNNING.ordinal()],
        inState[JobState.PARKED.ordinal()],
        dead.size(),
        bytes,
        order.groupsWithJobs(),
        succeeded,
        failed,
        cancelled,
        expired,
        reclaimed);
  }

  private void changed(GroupId id) {
    Group group = order.find(id);
    if (group != null) {
      limit(group);
      order.refresh(group);
    }
  }

  private void limit(Group group) {
    GroupPolicy own = policies.getOrDefault(group.id, GroupPolicy.DEFAULT);
    group.weight = own.weight();
    group.limit = own.inFlight() == 0 ? policy.inFlightPerGroup() : own.inFlight();
    group.paused = pausedGroups.contains(group.id);
  }
}
