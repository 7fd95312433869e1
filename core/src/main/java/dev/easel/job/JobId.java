package dev.easel.job;

import static java.util.Objects.requireNonNull;

/**
 * Names a job in its queue. The asker makes it from what caused the job (transport, event id,
 * index), so that asking again after a lost answer finds the same job instead of making a second
 * one.
 *
 * @param value 1 to 200 visible ASCII characters
 */
public record JobId(String value) {
  /** The longest id, in characters. */
  public static final int MAX_LENGTH = 200;

  private static final String FOLLOW_UP = "~then";

  public JobId {
    requireNonNull(value, "value");
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a job id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '!' || value.charAt(i) > '~') {
        throw new IllegalArgumentException("a job id is visible ASCII, character " + i + " is not");
      }
    }
  }

  public static JobId of(String value) {
    return new JobId(value);
  }

  /**
   * The id of the follow-up of this job: the same for every backend, so that it can be looked for.
   */
  public JobId followUp() {
    return new JobId(value + FOLLOW_UP);
  }

  /** Whether this can only be the id of a follow-up; nobody may accept a job of such an id. */
  public boolean isFollowUp() {
    return value.endsWith(FOLLOW_UP);
  }

  @Override
  public String toString() {
    return value;
  }
}
