package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.Inbox;
import dev.easel.chat.Timelines;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import dev.easel.store.Subscription;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A host whose parts fail when a test wants them to. */
final class Hosted implements Host {
  private final Host host;
  final ShakyTimelines timelines;
  final CountedImages images;
  volatile Inbox inbox;

  Hosted(Host host) {
    this.host = host;
    timelines = new ShakyTimelines(host.timelines());
    images = new CountedImages(host.images());
    inbox = host.inbox();
  }

  @Override
  public Inbox inbox() {
    return inbox;
  }

  @Override
  public StateStore state() {
    return host.state();
  }

  @Override
  public RateLimiter limiter() {
    return host.limiter();
  }

  @Override
  public ImageStore images() {
    return images;
  }

  @Override
  public Timelines timelines() {
    return timelines;
  }

  @Override
  public InstantSource time() {
    return host.time();
  }

  /** Timelines that can be away, or not answer. */
  static final class ShakyTimelines implements Timelines {
    private final Timelines timelines;
    final CountDownLatch answers = new CountDownLatch(1);
    volatile boolean away;
    volatile boolean stuck;

    ShakyTimelines(Timelines timelines) {
      this.timelines = timelines;
    }

    @Override
    public long put(ConversationRef conversation, String message, byte[] state, Duration keep) {
      requireThere();
      return timelines.put(conversation, message, state, keep);
    }

    @Override
    public Page since(ConversationRef conversation, long revision, int max) {
      requireThere();
      return timelines.since(conversation, revision, max);
    }

    @Override
    public Subscription watch(Consumer<ConversationRef> hint) {
      return timelines.watch(hint);
    }

    private void requireThere() {
      try {
        if (stuck) {
          answers.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
      }
      if (away) {
        throw new StoreException(StoreException.Kind.UNAVAILABLE, "away");
      }
    }
  }

  /** Pictures, and the ids of all that were ever put. */
  static final class CountedImages implements ImageStore {
    private final ImageStore images;
    final List<ImageId> put = new CopyOnWriteArrayList<>();

    CountedImages(ImageStore images) {
      this.images = images;
    }

    @Override
    public ImageRef put(InputStream in, MediaType type, Duration keep) {
      ImageRef ref = images.put(in, type, keep);
      put.add(ref.id());
      return ref;
    }

    @Override
    public Optional<StoredImage> open(ImageId id) {
      return images.open(id);
    }

    @Override
    public void keep(ImageId id, Duration time) {
      images.keep(id, time);
    }

    @Override
    public void remove(ImageId id) {
      images.remove(id);
    }

    @Override
    public boolean hasRoom() {
      return images.hasRoom();
    }
  }
}
