package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import dev.easel.image.RenderContext;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.Progress;
import dev.easel.job.QueueException;
import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a provider may ask and say about the job it works on. */
final class RenderJob implements RenderContext {
  private static final Logger log = LoggerFactory.getLogger(RenderJob.class);

  private static final int MAX_PROVIDER_CHECKPOINT = 4096;
  private static final int MAX_PREVIEW_SIDE = 512;
  private static final int MAX_PREVIEW_BYTES = 128 * 1024;
  private static final Duration KEEP_PREVIEW = Duration.ofMinutes(2);
  private static final long PREVIEW_EVERY =
      Duration.ofMillis(900).toNanos(); // one a second, and a little early

  private final Held held;
  private final JobSource source;
  private final ImageStore images;
  private final Executor hooks;
  private final InstantSource time;
  private final long deadline;
  private RenderRecord record;
  private long lastPreview = System.nanoTime() - 2 * PREVIEW_EVERY;

  RenderJob(
      Held held,
      JobSource source,
      ImageStore images,
      Executor hooks,
      RenderRecord record,
      Duration timeout,
      InstantSource time) {
    this.held = requireNonNull(held, "held");
    this.source = requireNonNull(source, "source");
    this.images = requireNonNull(images, "images");
    this.hooks = requireNonNull(hooks, "hooks");
    this.record = requireNonNull(record, "record");
    this.time = requireNonNull(time, "time");
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  synchronized RenderRecord record() {
    return record;
  }

  /**
   * Keeps the record; durable when this returns. Waits for a queue that is away.
   *
   * @throws ProviderException if the lease is lost
   * @throws QueueException if the queue stays away
   */
  void record(RenderRecord next) throws InterruptedException {
    if (!Outage.outlast(held, () -> source.checkpoint(held.lease(), next.text()))) {
      held.stop(Held.Stop.LEASE_LOST);
      throw ProviderException.of(
          ProviderException.Kind.CANCELLED, "the lease is lost: nothing may be submitted any more");
    }
    synchronized (this) {
      record = next;
    }
  }

  Optional<Held.Stop> stopped() {
    return held.stopped();
  }

  @Override
  public JobId job() {
    return held.lease().job();
  }

  @Override
  public InputStream input(ImageRef image) {
    return opened(image)
        .orElseThrow(
            () ->
                ProviderException.builder(
                        ProviderException.Kind.INVALID_REQUEST,
                        "a picture to start from is no longer kept")
                    .field("image")
                    .build())
        .content();
  }

  private Optional<StoredImage> opened(ImageRef image) {
    try {
      return Outage.outlast(held, () -> images.open(image.id()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProviderException.of(
          ProviderException.Kind.CANCELLED, "interrupted before the picture was opened");
    }
  }

  @Override
  public Optional<String> checkpoint() {
    return record().provider();
  }

  @Override
  public void checkpoint(String text) {
    if (text.length() > MAX_PROVIDER_CHECKPOINT) {
      throw new IllegalArgumentException(
          "a checkpoint has at most "
              + MAX_PROVIDER_CHECKPOINT
              + " characters, this one has "
              + text.length());
    }
    try {
      record(record().withProvider(text));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProviderException.of(
          ProviderException.Kind.CANCELLED, "interrupted before the checkpoint was kept");
    }
  }

  @Override
  public void progress(Progress progress) {
    Progress now = held.progress();
    held.progress(
        progress.preview().isPresent()
            ? progress
            : new Progress(progress.fraction(), now.preview()));
  }

  @Override
  public void preview(byte[] image, MediaType type) {
    synchronized (this) {
      if (System.nanoTime() - lastPreview < PREVIEW_EVERY) {
        return;
      }
      lastPreview = System.nanoTime();
    }
    Optional<ImageInfo> info = ImageInfo.read(image);
    if (info.isEmpty()
        || info.get().type() != type
        || image.length > MAX_PREVIEW_BYTES
        || Math.max(info.get().width(), info.get().height()) > MAX_PREVIEW_SIDE) {
      log.debug("Preview left out: job={} bytes={}", job(), image.length);
      return;
    }
    try {
      ImageId id = images.put(new ByteArrayInputStream(image), type, KEEP_PREVIEW).id();
      held.progress(new Progress(held.progress().fraction(), Optional.of(id)));
    } catch (StoreException e) {
      log.debug("Preview left out: job={}", job(), e);
    }
  }

  @Override
  public void onCancel(Runnable stop) {
    held.onStop(() -> hooks.execute(stop));
  }

  @Override
  public boolean cancelled() {
    return held.stopped().isPresent();
  }

  @Override
  public boolean endAsked() {
    return held.stopped().equals(Optional.of(Held.Stop.CANCEL_ASKED));
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  @Override
  public Instant now() {
    return time.instant();
  }
}
