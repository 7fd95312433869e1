package dev.easel.benchmarks;

import dev.easel.image.RenderContext;
import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** Has one picture as input and keeps a checkpoint. Nobody cancels, nobody listens. */
final class BenchmarkContext implements RenderContext {
  private final byte[] picture;
  private Optional<String> checkpoint = Optional.empty();

  BenchmarkContext(byte[] picture) {
    this.picture = picture;
  }

  @Override
  public JobId job() {
    return JobId.of("benchmark");
  }

  @Override
  public InputStream input(ImageRef image) {
    return new ByteArrayInputStream(picture);
  }

  @Override
  public Optional<String> checkpoint() {
    return checkpoint;
  }

  @Override
  public void checkpoint(String text) {
    checkpoint = Optional.of(text);
  }

  @Override
  public void progress(Progress p) {}

  @Override
  public void preview(byte[] image, MediaType type) {}

  @Override
  public void onCancel(Runnable stop) {}

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofMinutes(10);
  }
}
