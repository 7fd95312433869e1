package dev.easel.memory;

import org.jspecify.annotations.Nullable;

/**
 * The ended jobs of a lane that nothing more happens to, in the order in which they are forgotten:
 * a list through the jobs themselves, since there are many of them.
 */
final class Remembered extends Timed {
  private @Nullable Job first;
  private @Nullable Job last;

  @Nullable Job first() {
    return first;
  }

  boolean isEmpty() {
    return first == null;
  }

  void add(Job job) {
    job.resting = true;
    job.restedBefore = last;
    if (last == null) {
      first = job;
    } else {
      last.restedAfter = job;
    }
    last = job;
  }

  void remove(Job job) {
    Job before = job.restedBefore;
    Job after = job.restedAfter;
    if (before == null) {
      first = after;
    } else {
      before.restedAfter = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.restedBefore = before;
    }
    job.resting = false;
    job.restedBefore = null;
    job.restedAfter = null;
  }
}
