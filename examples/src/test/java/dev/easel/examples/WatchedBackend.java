package dev.easel.examples;

import dev.easel.Backend;
import dev.easel.chat.Timelines;
import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Exchange;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.QueueAdmin;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StateStore;
import dev.easel.store.StoredImage;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A backend whose every act of a worker is a moment: claim, checkpoint, store, settle, renew. */
final class WatchedBackend implements Backend, JobSource, ImageStore {
  private final Backend backend;
  private final Moments moments;

  WatchedBackend(Backend backend, Moments moments) {
    this.backend = backend;
    this.moments = moments;
  }

  @Override
  public Exchange exchange(
      WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait)
      throws InterruptedException {
    boolean ends = done.stream().anyMatch(Settlement.Done.class::isInstance);
    if (ends) {
      moments.before("settle");
    }
    Exchange exchange = backend.source().exchange(me, lane, done, ends ? 0 : want, maxWait);
    if (ends) {
      moments.after("settle");
    }
    if (!exchange.claimed().isEmpty()) {
      moments.before("work"); // claimed, and nothing done yet
    }
    return exchange;
  }

  @Override
  public Beats renew(List<Beat> held) {
    moments.before("renew");
    return backend.source().renew(held);
  }

  @Override
  public boolean checkpoint(Lease lease, String text) {
    moments.before("checkpoint");
    boolean isOurs = backend.source().checkpoint(lease, text);
    moments.after("checkpoint");
    return isOurs;
  }

  @Override
  public ImageRef put(InputStream in, MediaType type, Duration keep) {
    if (keep.compareTo(Duration.ofHours(1)) < 0) {
      return backend.images().put(in, type, keep); // a preview
    }
    moments.before("store");
    ImageRef ref = backend.images().put(in, type, keep);
    moments.after("store");
    return ref;
  }

  @Override
  public Optional<StoredImage> open(ImageId id) {
    return backend.images().open(id);
  }

  @Override
  public void keep(ImageId id, Duration time) {
    backend.images().keep(id, time);
  }

  @Override
  public void remove(ImageId id) {
    backend.images().remove(id);
  }

  @Override
  public boolean hasRoom() {
    return backend.images().hasRoom();
  }

  @Override
  public JobSource source() {
    return this;
  }

  @Override
  public ImageStore images() {
    return this;
  }

  @Override
  public JobQueue queue() {
    return backend.queue();
  }

  @Override
  public QueueAdmin admin() {
    return backend.admin();
  }

  @Override
  public RateLimiter limiter() {
    return backend.limiter();
  }

  @Override
  public StateStore state() {
    return backend.state();
  }

  @Override
  public Timelines timelines() {
    return backend.timelines();
  }

  @Override
  public InstantSource time() {
    return backend.time();
  }

  @Override
  public boolean durable() {
    return backend.durable();
  }

  @Override
  public void close() {
    backend.close();
  }
}
