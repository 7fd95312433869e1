package dev.easel.memory;

import dev.easel.job.Dedup;
import dev.easel.job.Ended;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.Payload;
import dev.easel.job.Progress;
import dev.easel.job.Reason;
import dev.easel.job.Retry;
import dev.easel.job.Settlement;
import dev.easel.job.Then;
import org.jspecify.annotations.Nullable;

/** All that is known of one job. Guarded by the queue's lock, as everything it is part of. */
final class Job extends Timed {
  /** What was accepted. */
  final JobId id;

  final MemoryLane lane;
  final GroupId groupId;
  final double cost;
  final int band;
  final Retry retry;
  final @Nullable Dedup key;
  final @Nullable Then then;

  /** Null once nobody can need it any more. */
  @Nullable Payload body;

  /** What it follows, in a follow-up. */
  @Nullable Ended after;

  /** Where it is. */
  @Nullable JobState state;

  @Nullable Group group;
  @Nullable Line line;
  long place;

  /** Only while it was never claimed. */
  long expiresAt;

  /** Who has it, and has had it. */
  int attempt;

  boolean attemptSpent = true;
  long token;
  boolean lapsed;
  @Nullable Worker worker;
  long claimedAt;
  double charged;
  @Nullable String checkpoint;
  Progress progress = Progress.NONE;
  boolean cancelAsked;
  boolean wasParked;
  long settledToken;
  @Nullable Class<? extends Settlement> settledAs;

  /** How it ended. */
  @Nullable Payload result;

  @Nullable Reason reason;
  long endedAt;
  boolean followUpOpen;
  long deadSince;

  /** Its place among the {@link Remembered}. */
  boolean resting;

  long forgetAt;
  @Nullable Job restedBefore;
  @Nullable Job restedAfter;

  Job(
      JobId id,
      MemoryLane lane,
      GroupId groupId,
      double cost,
      int band,
      Payload body,
      Retry retry,
      long expiresAt,
      @Nullable Dedup key,
      @Nullable Then then) {
    this.id = id;
    this.lane = lane;
    this.groupId = groupId;
    this.cost = cost;
    this.band = band;
    this.body = body;
    this.retry = retry;
    this.expiresAt = expiresAt;
    this.key = key;
    this.then = then;
  }

  boolean ended() {
    return state != null && state.ended();
  }

  /** Somebody has the job, or still has a right to it since nobody else was given it. */
  boolean heldWith(long leaseToken) {
    return token == leaseToken && (state == JobState.RUNNING || lapsed);
  }

  /** No remote service can be at work on it. */
  boolean nothingToUndo() {
    return checkpoint == null && !wasParked;
  }

  int bodySize() {
    return body == null ? 0 : body.size();
  }

  /** What an ended job still takes, in bytes. */
  long keptBytes() {
    return (long) bodySize() + (result == null ? 0 : result.size());
  }
}
