package dev.easel.routing;

import dev.easel.image.RenderContext;
import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The context of one provider's try: its checkpoint stands inside the router's. */
final class RouteContext implements RenderContext {
  private final RenderContext all;
  private final RouteCheckpoint mine;
  private final long endNanos;
  private Optional<String> text;

  RouteContext(RenderContext all, RouteCheckpoint mine, Duration time) {
    this.all = all;
    this.mine = mine;
    this.text = mine.text();
    this.endNanos = System.nanoTime() + nanos(time);
  }

  /** A year is forever here, and keeps sums from overflowing. */
  static long nanos(Duration time) {
    Duration year = Duration.ofDays(365);
    return (time.compareTo(year) < 0 ? time : year).toNanos();
  }

  @Override
  public JobId job() {
    return all.job();
  }

  @Override
  public InputStream input(ImageRef image) {
    return all.input(image);
  }

  @Override
  public synchronized Optional<String> checkpoint() {
    return text;
  }

  @Override
  public synchronized void checkpoint(String now) {
    all.checkpoint(mine.text(Optional.of(now)));
    text = Optional.of(now);
  }

  @Override
  public void progress(Progress progress) {
    all.progress(progress);
  }

  @Override
  public void preview(byte[] image, MediaType type) {
    all.preview(image, type);
  }

  @Override
  public void onCancel(Runnable stop) {
    all.onCancel(stop);
  }

  @Override
  public boolean cancelled() {
    return all.cancelled();
  }

  @Override
  public boolean endAsked() {
    return all.endAsked();
  }

  @Override
  public Duration timeLeft() {
    Duration own = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    Duration rest = all.timeLeft();
    return own.compareTo(rest) < 0 ? own : rest;
  }

  @Override
  public Instant now() {
    return all.now();
  }
}
