package dev.easel.memory;

import dev.easel.job.GroupId;
import dev.easel.job.NewJob;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whose job is next in a lane. Bands are served in order; every eighth claim takes from the lowest
 * that has any. The first band is for jobs that were given out before and came back: they go ahead
 * of their group.
 */
final class FairOrder {
  /** Those of the askers, and one in front. */
  static final int BANDS = NewJob.MAX_BAND + 2;

  private static final int FRONT = 0;
  private static final int LOWEST_EVERY = 8;

  private final Band[] bands = new Band[BANDS];
  private final Map<GroupId, Group> groups = new HashMap<>();
  private final Runnable workArrived;
  private long entries;
  private long claims;
  private int withJobs;

  /**
   * @param workArrived told when there is something to claim that was not before
   */
  FairOrder(Runnable workArrived) {
    this.workArrived = workArrived;
    for (int i = 0; i < BANDS; i++) {
      bands[i] = new Band();
    }
  }

  @Nullable Group find(GroupId id) {
    return groups.get(id);
  }

  /** The group of a new job; {@code whenNew} gives it its limits. */
  Group open(GroupId id, Consumer<Group> whenNew) {
    Group group = groups.get(id);
    if (group == null) {
      group = new Group(id);
      whenNew.accept(group);
      groups.put(id, group);
    }
    return group;
  }

  void forEachGroup(Consumer<Group> action) {
    groups.values().forEach(action);
  }

  int groupsWithJobs() {
    return withJobs;
  }

  /** So many groups are remembered, with or without jobs. */
  int groups() {
    return groups.size();
  }

  void add(Job job, Group group, boolean toFront) {
    int index = toFront ? FRONT : job.band + 1;
    Line line = group.lines[index];
    if (line == null) {
      line = new Line(group, bands[index]);
      group.lines[index] = line;
    }
    boolean idle = line.jobs.isEmpty();
    line.jobs.add(job, 0, job.place);
    job.line = line;
    line.band.waiting++;
    if (idle) {
      line.band.lines++;
      arrange(line, group.inFlight > 0);
    }
  }

  void remove(Job job) {
    Line line = job.line;
    if (line == null) {
      throw new IllegalStateException("not in line: " + job.id);
    }
    line.jobs.remove(0, job.place);
    job.line = null;
    line.band.waiting--;
    if (line.jobs.isEmpty()) {
      line.band.lines--;
      arrange(line, false);
    }
  }

  /**
   * Takes the next job out of its line and charges its group, which has to be {@linkplain #refresh
   * refreshed} once the job counts as in flight.
   */
  @Nullable Job poll() {
    Line line = nextLine();
    if (line == null) {
      return null;
    }
    claims++;
    Line front = line.group.lines[FRONT];
    if (front != null && !front.jobs.isEmpty()) {
      line = front; // whichever band the turn came from, the group's own order holds
    }
    Band band = line.band;
    band.now = Math.max(band.now, line.served);
    leave(line); // where it belongs now shows when the job counts as in flight
    Job job = line.jobs.pollFirst();
    job.line = null;
    band.waiting--;
    band.lines -= line.jobs.isEmpty() ? 1 : 0;
    if (job.attemptSpent) { // otherwise this run was paid for when it was first claimed
      double charge = job.cost / line.group.weight;
      Line charged = Objects.requireNonNullElse(line.group.lines[job.band + 1], line);
      job.charged = job.cost;
      leave(charged);
      charged.served += charge;
      charged.band.charged(charge);
    }
    return job;
  }

  /** Corrects what a job's group was charged. */
  void charge(Job job, double cost) {
    Group group = job.group;
    Line line = group == null ? null : group.lines[job.band + 1];
    if (group == null || line == null || cost == 0) {
      return;
    }
    leave(line);
    line.served += cost / group.weight;
    arrange(line, true);
  }

  /** To be called when a group's limit, or what it has in flight or waiting, has changed. */
  void refresh(Group group) {
    for (Line line : group.lines) {
      if (line != null) {
        arrange(line, true);
      }
    }
  }

  /** Counts a job in or out of its group; forgets groups that make no difference any more. */
  void counted(Group group, boolean hadJobs) {
    if (group.hasJobs() == hadJobs) {
      return;
    }
    withJobs += hadJobs ? -1 : 1;
    refresh(group);
    if (withJobs == 0) {
      reset();
    } else {
      forgetIfIdle(group);
    }
  }

  /** How many jobs will probably be claimed before one that waits. */
  int ahead(Job job) {
    Line line = job.line;
    if (line == null) {
      return 0;
    }
    int better = 0;
    for (Band band : bands) {
      if (band == line.band) {
        break;
      }
      better += band.waiting;
    }
    Band band = line.band;
    // each round takes one of each line
    long rounds = (long) line.jobs.rank(0, job.place) * band.lines;
    int turn = line.ready ? band.ready.rank(line.served, line.since) : band.ready.size();
    return better + (int) Math.min(band.waiting - 1L, rounds + turn);
  }

  boolean hasWork() {
    return nextLine() != null;
  }

  private @Nullable Line nextLine() {
    boolean lowestFirst = (claims + 1) % LOWEST_EVERY == 0;
    for (int i = 0; i < BANDS; i++) {
      Band band = bands[lowestFirst ? BANDS - 1 - i : i];
      if (!band.ready.isEmpty()) {
        return band.ready.first();
      }
    }
    return null;
  }

  /** Puts a line where it belongs: ready, indebted, or nowhere. */
  private void arrange(Line line, boolean heldBack) {
    boolean shouldBeReady = !line.jobs.isEmpty() && line.group.open();
    if (line.ready != shouldBeReady) {
      leave(line);
      if (shouldBeReady) {
        line.served = line.band.start(line, heldBack);
        line.since = ++entries;
        line.ready = true;
        line.band.ready.add(line, line.served, line.since);
        workArrived.run();
      }
    } else if (!line.ready) {
      leave(line);
    }
    if (!line.ready && !line.group.hasJobs() && line.served > line.band.now) {
      line.since = ++entries;
      line.indebted = true;
      line.group.debts++;
      line.band.indebted.add(line, line.served, line.since);
    }
    forgive(line.band);
  }

  private void leave(Line line) {
    if (line.ready) {
      line.ready = false;
      line.band.ready.remove(line.served, line.since);
    }
    if (line.indebted) {
      line.indebted = false;
      line.group.debts--;
      line.band.indebted.remove(line.served, line.since);
    }
  }

  private void forgive(Band band) {
    if (band.indebted.size() > Band.MAX_INDEBTED) {
      band.now = Math.max(band.now, band.indebted.first().served);
    }
    while (!band.indebted.isEmpty() && band.indebted.first().served <= band.now) {
      Line line = band.indebted.first();
      leave(line);
      forgetIfIdle(line.group);
    }
  }

  private void forgetIfIdle(Group group) {
    if (!group.hasJobs() && group.debts == 0) {
      groups.remove(group.id, group);
    }
  }

  /** Nobody wants anything: there is nothing to be fair about. */
  private void reset() {
    groups.clear();
    for (int i = 0; i < BANDS; i++) {
      bands[i] = new Band();
    }
  }
}
