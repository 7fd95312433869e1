package dev.easel.benchmarks;

import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Hands on the lines of an endless response. */
final class Lines implements Flow.Subscriber<String> {
  private final Consumer<String> reader;

  Lines(Consumer<String> reader) {
    this.reader = reader;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    reader.accept(line);
  }

  @Override
  public void onError(Throwable e) {
    System.err.println("a stream ended: " + e);
  }

  @Override
  public void onComplete() {
    // the bot was stopped
  }
}
