package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How a worker hands a job back. Repeating one with the same lease is harmless and answered as the
 * first time; another one with a lease that was settled before is {@link SettleAnswer#LOST}.
 */
public sealed interface Settlement {
  Lease lease();

  /** One that has no end would set its lane's clock there, and fairness would be gone for good. */
  private static void requireCost(Optional<Double> cost) {
    double real = cost.orElse(0.0);
    if (!(real >= 0 && real <= NewJob.MAX_COST)) {
      throw new IllegalArgumentException("cost must be 0 to 1,000,000, was " + real);
    }
  }

  /**
   * The job succeeded.
   *
   * @param cost what it really took, in the unit of {@link NewJob#cost}, 0 to a million; empty: as
   *     was said
   */
  record Done(Lease lease, Payload result, Optional<Double> cost) implements Settlement {
    public Done {
      requireNonNull(lease, "lease");
      requireNonNull(result, "result");
      requireCost(cost);
    }

    public static Done of(Lease lease, Payload result) {
      return new Done(lease, result, Optional.empty());
    }
  }

  /** The job failed for good, whatever attempts are left: it becomes a dead letter. */
  record Failed(Lease lease, Reason reason, Optional<Double> cost) implements Settlement {
    public Failed {
      requireNonNull(lease, "lease");
      requireNonNull(reason, "reason");
      requireCost(cost);
    }

    public static Failed of(Lease lease, Reason reason) {
      return new Failed(lease, reason, Optional.empty());
    }
  }

  /**
   * To be tried again after a while, keeping its place in its group. If it counts and was the last
   * attempt, the job fails with the reason.
   */
  record Retry(Lease lease, Duration after, boolean countsAsAttempt, Reason reason)
      implements Settlement {
    public Retry {
      requireNonNull(lease, "lease");
      requireNonNull(after, "after");
      requireNonNull(reason, "reason");
      if (after.isNegative()) {
        throw new IllegalArgumentException("after must not be negative, was " + after);
      }
    }
  }

  /**
   * A remote service works on it: look again after a while, or when it is woken, without spending
   * an attempt. It then goes ahead of all waiting jobs of its group, whatever their bands.
   */
  record Parked(Lease lease, Duration checkAfter) implements Settlement {
    public Parked {
      requireNonNull(lease, "lease");
      requireNonNull(checkAfter, "checkAfter");
      if (checkAfter.isNegative()) {
        throw new IllegalArgumentException("checkAfter must not be negative, was " + checkAfter);
      }
    }
  }

  /**
   * Not worked on: to the front of its group at once, ahead of all bands, without spending an
   * attempt.
   */
  record Released(Lease lease) implements Settlement {
    public Released {
      requireNonNull(lease, "lease");
    }
  }

  /** Ended because that was asked for. */
  record Cancelled(Lease lease) implements Settlement {
    public Cancelled {
      requireNonNull(lease, "lease");
    }
  }
}
