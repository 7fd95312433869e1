package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A sign of life for one job.
 *
 * @param progress present if it changed since the last beat
 */
public record Beat(Lease lease, Optional<Progress> progress) {
  public Beat {
    requireNonNull(lease, "lease");
    requireNonNull(progress, "progress");
  }
}
