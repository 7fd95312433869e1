package dev.easel.testkit;

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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Pictures in a map, for tests of what uses them. */
final class InMemoryImages implements ImageStore {
  private record Entry(ImageRef ref, byte[] bytes, Instant until) {}

  private final Map<ImageId, Entry> entries = new ConcurrentHashMap<>();
  private final InstantSource time;

  InMemoryImages(InstantSource time) {
    this.time = time;
  }

  @Override
  public ImageRef put(InputStream in, MediaType type, Duration keep) {
    byte[] bytes;
    try {
      bytes = in.readNBytes((int) MAX_BYTES + 1);
    } catch (IOException e) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the picture cannot be read", e);
    }
    ImageInfo info =
        ImageInfo.read(bytes)
            .filter(i -> i.type() == type && bytes.length <= MAX_BYTES)
            .orElseThrow(
                () -> new StoreException(StoreException.Kind.REJECTED, "no such picture: " + type));
    ImageRef ref = new ImageRef(ImageId.random(), type, info.width(), info.height(), bytes.length);
    entries.put(ref.id(), new Entry(ref, bytes, time.instant().plus(keep)));
    return ref;
  }

  @Override
  public Optional<StoredImage> open(ImageId id) {
    return Optional.ofNullable(entries.get(id))
        .filter(e -> e.until().isAfter(time.instant()))
        .map(e -> new StoredImage(e.ref(), new ByteArrayInputStream(e.bytes())));
  }

  @Override
  public void keep(ImageId id, Duration howLong) {
    Instant until = time.instant().plus(howLong);
    entries.computeIfPresent(
        id, (i, e) -> e.until().isAfter(until) ? e : new Entry(e.ref(), e.bytes(), until));
  }

  @Override
  public void remove(ImageId id) {
    entries.remove(id);
  }

  @Override
  public boolean hasRoom() {
    return true;
  }
}
