package dev.easel.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The failed jobs of a lane that can be revived, the oldest first. */
final class DeadLetters {
  private final NavigableMap<Long, Job> all = new TreeMap<>();

  /** Those whose follow-up is settled. */
  private final NavigableMap<Long, Job> free = new TreeMap<>();

  private long freeBytes;
  private long last;

  int size() {
    return all.size();
  }

  boolean has(Job job) {
    return all.get(job.deadSince) == job;
  }

  void add(Job job) {
    job.deadSince = ++last;
    all.put(job.deadSince, job);
    followUpChanged(job);
  }

  /** To be called when a job's follow-up was settled, or is open again. */
  void followUpChanged(Job job) {
    if (!has(job)) {
      return;
    }
    if (!job.followUpOpen && free.put(job.deadSince, job) == null) {
      freeBytes += job.keptBytes();
    } else if (job.followUpOpen && free.remove(job.deadSince) != null) {
      freeBytes -= job.keptBytes();
    }
  }

  void remove(Job job) {
    if (has(job)) {
      all.remove(job.deadSince);
      if (free.remove(job.deadSince) != null) {
        freeBytes -= job.keptBytes();
      }
    }
  }

  /** Takes out the oldest that nobody waits for, if there are more of these than allowed. */
  @Nullable Job pollAbove(int max, long maxBytes) {
    if (free.size() <= max && freeBytes <= maxBytes) {
      return null;
    }
    Job oldest = free.firstEntry().getValue();
    remove(oldest);
    return oldest;
  }

  /** Those whose follow-up is settled, the oldest first. */
  List<Job> free() {
    return List.copyOf(free.values());
  }

  /** The next page; a job that is no dead letter any more still marks its place. */
  List<Job> after(@Nullable Job job, int max) {
    return first((job == null ? all : all.tailMap(job.deadSince, false)).values(), max);
  }

  private static List<Job> first(Collection<Job> jobs, int max) {
    List<Job> page = new ArrayList<>(Math.min(max, jobs.size()));
    for (Job job : jobs) {
      if (page.size() == max) {
        break;
      }
      page.add(job);
    }
    return page;
  }
}
