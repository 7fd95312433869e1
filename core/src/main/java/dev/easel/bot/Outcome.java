package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Ended;
import dev.easel.job.JobState;
import dev.easel.job.Payload;
import dev.easel.job.Reason;
import java.util.Optional;

/** How a task ended. */
public sealed interface Outcome {
  /** With pictures in the image store. */
  record Made(RenderResult result) implements Outcome {
    public Made {
      requireNonNull(result, "result");
    }
  }

  /** Without. */
  record NotMade(JobState state, Reason reason) implements Outcome {
    public NotMade {
      requireNonNull(state, "state");
      requireNonNull(reason, "reason");
    }
  }

  /** Reads how a render job ended. */
  static Outcome of(Ended ended) {
    return of(ended.state(), ended.result(), ended.reason());
  }

  private static Outcome of(JobState state, Optional<Payload> result, Optional<Reason> reason) {
    if (state == JobState.SUCCEEDED && result.isPresent()) {
      return new Made(Codec.RESULT.read(result.get()));
    }
    return new NotMade(state, reason.orElseGet(() -> Reason.of("unknown", "")));
  }

  /** Reads the status of a render job that has ended. */
  static Outcome of(dev.easel.job.JobStatus status) {
    if (!status.state().ended()) {
      throw new IllegalArgumentException("the job has not ended: " + status.id());
    }
    return of(status.state(), status.result(), status.reason());
  }
}
