package dev.easel.http;

/** Whether a request began to leave: before that, the service cannot have run anything. */
final class Sent {
  private volatile boolean value;

  void set() {
    value = true;
  }

  boolean get() {
    return value;
  }
}
