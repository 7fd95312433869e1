package dev.easel.job;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one process that claims jobs. Never reused: a process that starts again is another worker.
 *
 * @param value 1 to 100 of letters, digits and {@code . _ : -}
 */
public record WorkerId(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

  public WorkerId {
    requireNonNull(value, "value");
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a worker id is 1 to 100 letters, digits or . _ : -, was '" + value + "'");
    }
  }

  public static WorkerId of(String value) {
    return new WorkerId(value);
  }

  /** A new one, with the process id in front so that a person finds the process. */
  public static WorkerId random() {
    return new WorkerId(ProcessHandle.current().pid() + "-" + UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value;
  }
}
