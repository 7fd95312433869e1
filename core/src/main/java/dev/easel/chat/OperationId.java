package dev.easel.chat;

import static java.util.Objects.requireNonNull;

/**
 * Names one act towards a platform, the same when it is repeated after a crash. A platform that
 * knows such ids does it once; for others the transport keeps a ledger or says {@link
 * Receipt.Uncertain}.
 *
 * @param value 1 to 240 visible ASCII characters
 */
public record OperationId(String value) {
  public OperationId {
    requireNonNull(value, "value");
    if (!value.matches("[!-~]{1,240}")) {
      throw new IllegalArgumentException("an operation id is 1 to 240 visible ASCII characters");
    }
  }

  public static OperationId of(String value) {
    return new OperationId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
