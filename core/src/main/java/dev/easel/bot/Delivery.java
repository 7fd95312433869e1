package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.JobId;

/**
 * A result on its way to the program that ordered it.
 *
 * @param context as it was given with the order
 */
public record Delivery(JobId id, Outcome outcome, String context) {
  public Delivery {
    requireNonNull(id, "id");
    requireNonNull(outcome, "outcome");
    requireNonNull(context, "context");
  }
}
