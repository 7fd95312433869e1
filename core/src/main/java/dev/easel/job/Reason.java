package dev.easel.job;

import static java.util.Objects.requireNonNull;

/**
 * Why a job ended without success.
 *
 * @param code a stable word that programs decide by, such as {@code content-policy}: 1 to 64 of
 *     {@code a-z 0-9 -}
 * @param detail for a log or an administrator, without secrets and prompts; cut at 500 characters
 */
public record Reason(String code, String detail) {
  /** The last lease ran out: the workers that had the job died or hung. */
  public static final String LEASE_LOST = "lease-lost";

  /** Waited longer than its time to live. */
  public static final String EXPIRED = "expired";

  /** Ended by {@link JobQueue#cancel}. */
  public static final String CANCELLED = "cancelled";

  private static final int MAX_DETAIL = 500;

  public Reason {
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
    if (!code.matches("[a-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "a reason's code is 1 to 64 of a-z 0-9 -, was '" + code + "'");
    }
    if (detail.length() > MAX_DETAIL) {
      int end =
          Character.isHighSurrogate(detail.charAt(MAX_DETAIL - 1)) ? MAX_DETAIL - 1 : MAX_DETAIL;
      detail = detail.substring(0, end);
    }
  }

  public static Reason of(String code, String detail) {
    return new Reason(code, detail);
  }
}
