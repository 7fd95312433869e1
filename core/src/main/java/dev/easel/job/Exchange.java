package dev.easel.job;

import java.util.List;

/**
 * What an exchange brought.
 *
 * @param settled one answer for each settlement, in order
 */
public record Exchange(List<Claimed> claimed, List<SettleAnswer> settled) {
  public Exchange {
    claimed = List.copyOf(claimed);
    settled = List.copyOf(settled);
  }
}
