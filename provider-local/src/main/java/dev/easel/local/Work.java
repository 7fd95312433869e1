package dev.easel.local;

import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.job.Progress;
import dev.easel.store.MediaType;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Optional;

/** One render's line to the bot: stops it when it must, says how far it is, shows how it looks. */
final class Work {
  private static final double STEP = 0.02;
  private static final double PREVIEW_STEP = 0.3;

  private final RenderContext context;
  private final long start = System.nanoTime();
  private final Optional<Duration> timeout;
  private double told = -1;
  private double shown;

  Work(RenderContext context, Optional<Duration> timeout) {
    this.context = context;
    this.timeout = timeout;
  }

  RenderContext context() {
    return context;
  }

  /** Throws if the work is to end. */
  void goOn() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (context.cancelled()) {
      throw ProviderException.of(Kind.CANCELLED, "stopped as asked");
    }
    if (late()) {
      throw ProviderException.of(
          Kind.TIMEOUT, "took longer than the " + timeout.orElseThrow() + " allowed");
    }
  }

  /** Whether {@link #goOn} would throw. */
  boolean over() {
    return Thread.currentThread().isInterrupted() || context.cancelled() || late();
  }

  private boolean late() {
    return timeout.isPresent() && System.nanoTime() - start > timeout.get().toNanos();
  }

  /** Goes on, and tells the fraction if it grew enough to be worth it. */
  void at(double fraction) throws InterruptedException {
    goOn();
    double bounded = Math.max(told, Math.min(1, fraction));
    if (bounded - told >= STEP || bounded == 1 && told < 1) {
      told = bounded;
      context.progress(Progress.of(bounded));
    }
  }

  /** As {@link #at}, and shows the picture from time to time. */
  void at(double fraction, BufferedImage soFar) throws InterruptedException {
    at(fraction);
    if (fraction - shown >= PREVIEW_STEP && fraction < 1) {
      shown = fraction;
      context.preview(Pictures.preview(soFar), MediaType.JPEG);
    }
  }
}
