package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A job in its worker's hands.
 *
 * @param body a follow-up has the body of the job it follows
 * @param checkpoint what an earlier attempt, or this one before it was parked or released, left
 * @param cancelAsked its end was asked for while it waited: the worker only has to undo what it
 *     began
 * @param after present in a follow-up
 */
public record Claimed(
    Lease lease,
    GroupId group,
    Payload body,
    Retry retry,
    Optional<String> checkpoint,
    boolean cancelAsked,
    Optional<Ended> after) {
  public Claimed {
    requireNonNull(lease, "lease");
    requireNonNull(group, "group");
    requireNonNull(body, "body");
    requireNonNull(retry, "retry");
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(after, "after");
  }

  public JobId id() {
    return lease.job();
  }
}
