package dev.easel.memory;

import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps pictures until their time is over, up to so many bytes. */
final class MemoryImageStore implements ImageStore {
  /** A picture of a usual size. */
  private static final long USUAL_BYTES = 4L << 20;

  private final InstantSource clock;
  private final long maxBytes;
  private final Map<ImageId, Picture> pictures = new HashMap<>();
  private final Timers<Picture> timers = new Timers<>();
  private long bytes;
  private boolean closed;

  MemoryImageStore(InstantSource clock, long maxBytes) {
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  @Override
  public ImageRef put(InputStream in, MediaType type, Duration keep) {
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be above zero, was " + keep);
    }
    byte[] content = read(in);
    ImageInfo info =
        ImageInfo.read(content)
            .filter(found -> found.type() == type)
            .orElseThrow(() -> rejected("these bytes are no " + type.mime()));
    ImageRef ref =
        new ImageRef(ImageId.random(), type, info.width(), info.height(), content.length);
    add(new Picture(ref, content), keep);
    return ref;
  }

  @Override
  public synchronized Optional<StoredImage> open(ImageId id) {
    begin();
    return Optional.ofNullable(pictures.get(id))
        .map(picture -> new StoredImage(picture.ref, new ByteArrayInputStream(picture.content)));
  }

  @Override
  public synchronized void keep(ImageId id, Duration time) {
    long now = begin();
    Picture picture = pictures.get(id);
    if (picture != null) {
      timers.set(picture, Math.max(picture.timerAt, now + Jobs.millis(time)));
    }
  }

  @Override
  public synchronized void remove(ImageId id) {
    begin();
    Picture picture = pictures.get(id);
    if (picture != null) {
      timers.clear(picture);
      drop(picture);
    }
  }

  @Override
  public synchronized boolean hasRoom() {
    begin();
    return bytes + USUAL_BYTES <= maxBytes;
  }

  synchronized void close() {
    closed = true;
    pictures.clear();
  }

  synchronized int held() {
    return pictures.size();
  }

  private synchronized void add(Picture picture, Duration keep) {
    long now = begin();
    if (bytes + picture.content.length > maxBytes) {
      throw full();
    }
    pictures.put(picture.ref.id(), picture);
    bytes += picture.content.length;
    timers.set(picture, now + Jobs.millis(keep));
  }

  private byte[] read(InputStream in) {
    long limit;
    synchronized (this) {
      begin();
      limit = Math.min(MAX_BYTES, maxBytes - bytes);
    }
    byte[] content;
    try {
      content = in.readNBytes((int) limit + 1);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the picture could not be read to its end", e);
    }
    if (content.length <= limit) {
      return content;
    }
    throw limit == MAX_BYTES ? rejected("a picture has at most " + MAX_BYTES + " bytes") : full();
  }

  private long begin() {
    if (closed) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the backend is closed");
    }
    long now = clock.millis();
    Picture over = timers.pollDue(now);
    while (over != null) {
      drop(over);
      over = timers.pollDue(now);
    }
    return now;
  }

  private void drop(Picture picture) {
    pictures.remove(picture.ref.id());
    bytes -= picture.content.length;
  }

  private StoreException full() {
    return new StoreException(
        StoreException.Kind.FULL, "the pictures in memory have reached " + maxBytes + " bytes");
  }

  private static StoreException rejected(String message) {
    return new StoreException(StoreException.Kind.REJECTED, message);
  }

  private static final class Picture extends Timed {
    private final ImageRef ref;
    private final byte[] content;

    private Picture(ImageRef ref, byte[] content) {
      this.ref = ref;
      this.content = content;
    }
  }
}
