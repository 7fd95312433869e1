package dev.easel.job;

import java.util.Set;

/**
 * The answer to a heartbeat.
 *
 * @param lost jobs whose lease is gone: stop working on them, nothing they bring will be taken
 * @param cancelAsked jobs whose end was asked for
 */
public record Beats(Set<JobId> lost, Set<JobId> cancelAsked) {
  public static final Beats NOTHING = new Beats(Set.of(), Set.of());

  public Beats {
    lost = Set.copyOf(lost);
    cancelAsked = Set.copyOf(cancelAsked);
  }
}
