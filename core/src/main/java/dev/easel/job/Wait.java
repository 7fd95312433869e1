package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How long a waiting job will probably wait until it is claimed. */
public sealed interface Wait {
  /** From observed run times and live workers. */
  record About(Duration duration) implements Wait {
    public About {
      requireNonNull(duration, "duration");
    }
  }

  /** No worker has asked for jobs of the lane lately. */
  record NoWorkers() implements Wait {}

  /** Nothing was observed yet, or the job does not wait. */
  record Unknown() implements Wait {}
}
