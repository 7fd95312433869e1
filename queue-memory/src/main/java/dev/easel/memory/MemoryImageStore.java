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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps pictures until their time is over, up to so many bytes. */
final class MemoryImageStore implements ImageStore {
  /** A picture of a usual size. */
  private static final long USUAL_BYTES = 4L << 20;

  /** What is read of a picture at a time. */
  private static final int PART_BYTES = 1 << 20;

  private final InstantSource clock;
  private final long maxBytes;
  private final Map<ImageId, Picture> pictures = new HashMap<>();
  private final Timers<Picture> timers = new Timers<>();

  /** With those of pictures that are still being read. */
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
    boolean kept = false;
    try {
      ImageInfo info =
          ImageInfo.read(content)
              .filter(found -> found.type() == type)
              .orElseThrow(() -> rejected("these bytes are no " + type.mime()));
      ImageRef ref =
          new ImageRef(ImageId.random(), type, info.width(), info.height(), content.length);
      add(new Picture(ref, content), keep);
      kept = true;
      return ref;
    } finally {
      giveBack(kept ? 0 : content.length);
    }
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
    pictures.put(picture.ref.id(), picture);
    timers.set(picture, now + Jobs.millis(keep));
  }

  /** Reads a picture. Its bytes count as they come, since many may be read at once. */
  private byte[] read(InputStream in) {
    List<byte[]> parts = new ArrayList<>();
    int size = 0;
    boolean whole = false;
    try {
      byte[] part = in.readNBytes(PART_BYTES);
      while (part.length > 0) {
        take(part.length);
        parts.add(part);
        size += part.length;
        if (size > MAX_BYTES) {
          throw rejected("a picture has at most " + MAX_BYTES + " bytes");
        }
        part = in.readNBytes((int) Math.min(PART_BYTES, MAX_BYTES + 1 - size));
      }
      ByteBuffer content = ByteBuffer.allocate(size);
      parts.forEach(content::put);
      whole = true;
      return content.array();
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the picture could not be read to its end", e);
    } finally {
      giveBack(whole ? 0 : size);
    }
  }

  private synchronized void take(int more) {
    begin();
    if (bytes + more > maxBytes) {
      throw new StoreException(
          StoreException.Kind.FULL, "the pictures in memory have reached " + maxBytes + " bytes");
    }
    bytes += more;
  }

  private synchronized void giveBack(int unused) {
    bytes -= unused;
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
