package dev.easel.job;

/**
 * What differs for one group of a lane.
 *
 * @param weight its share against others': 2 gets twice the cost served of 1. 0.01 to 100
 * @param inFlight running or parked at once; 0: as the lane says
 */
public record GroupPolicy(double weight, int inFlight) {
  public static final GroupPolicy DEFAULT = new GroupPolicy(1, 0);

  public GroupPolicy {
    if (!(weight >= 0.01 && weight <= 100)) {
      throw new IllegalArgumentException("weight must be 0.01 to 100, was " + weight);
    }
    if (inFlight < 0) {
      throw new IllegalArgumentException("inFlight must not be negative, was " + inFlight);
    }
  }
}
