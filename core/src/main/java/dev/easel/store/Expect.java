package dev.easel.store;

/** What must be so for a write to happen. */
public sealed interface Expect {
  /** Nothing is there. */
  record Absent() implements Expect {}

  /** The state still has this version. */
  record Version(long number) implements Expect {}

  /** Whatever is there. */
  record Any() implements Expect {}

  static Expect absent() {
    return new Absent();
  }

  static Expect version(long number) {
    return new Version(number);
  }

  static Expect any() {
    return new Any();
  }
}
