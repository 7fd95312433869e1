package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** What a follow-up follows: how its job ended. */
public record Ended(
    JobId id, JobState state, Payload body, Optional<Payload> result, Optional<Reason> reason) {
  public Ended {
    requireNonNull(id, "id");
    requireNonNull(state, "state");
    requireNonNull(body, "body");
    requireNonNull(result, "result");
    requireNonNull(reason, "reason");
    if (!state.ended()) {
      throw new IllegalArgumentException("state must be an end, was " + state);
    }
  }
}
