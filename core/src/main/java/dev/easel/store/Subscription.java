package dev.easel.store;

/** Ends something that was subscribed to. Closing twice is fine. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
