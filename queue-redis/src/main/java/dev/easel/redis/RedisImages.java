package dev.easel.redis;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures in parts of half a megabyte, over a connection of their own. Each part asks for its room
 * when it comes; a picture can be opened once its description is there, which is written last.
 */
final class RedisImages implements ImageStore {
  private static final Logger log = LoggerFactory.getLogger(RedisImages.class);
  private static final int PART = 512 * 1024;
  private static final int MAX_PARTS = (int) (MAX_BYTES / PART);
  private static final long USUAL = 4L << 20;
  private static final long UNTIL_WHOLE_MILLIS = Duration.ofMinutes(10).toMillis();
  private static final int DESCRIPTION = 21;
  private static final long NO_ROOM = 0;
  private static final long NO_ROOM_YET = 2;
  private static final Script KEEP_CHUNK = Script.of("keep-chunk");
  private static final Script KEEP = Script.of("keep-image");
  private static final Script REMOVE = Script.of("remove-image");
  private static final Script BYTES = Script.of("image-bytes");

  private final Queue queue;
  private final long capacity;

  /**
   * @param queue over a connection that carries nothing else
   * @param capacity most bytes of all pictures
   */
  RedisImages(Queue queue, long capacity) {
    this.queue = queue;
    this.capacity = capacity;
  }

  @Override
  public ImageRef put(InputStream in, MediaType type, Duration keep) {
    requireNonNull(type, "type");
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be above zero, was " + keep);
    }
    byte[] part = read(in);
    ImageInfo info =
        ImageInfo.read(part)
            .filter(found -> found.type() == type)
            .orElseThrow(
                () ->
                    new StoreException(
                        StoreException.Kind.REJECTED, "these bytes are no " + type.mime()));
    ImageId id = ImageId.random();
    try {
      long bytes = 0;
      int parts = 0;
      while (part.length > 0) {
        bytes += part.length;
        if (bytes > MAX_BYTES) {
          throw new StoreException(
              StoreException.Kind.REJECTED, "a picture has at most " + MAX_BYTES + " bytes");
        }
        keepPart(id, parts++, part);
        part = part.length < PART ? new byte[0] : read(in);
      }
      ImageRef ref = new ImageRef(id, type, info.width(), info.height(), bytes);
      Args args = Args.of(id, (long) JobRecord.millis(keep)).add(describe(ref, parts));
      if (run(KEEP, args) == 0) {
        throw new StoreException(
            StoreException.Kind.UNAVAILABLE, "a part of the picture is lost: try again");
      }
      return ref;
    } catch (RuntimeException e) {
      tryToRemove(id);
      throw e;
    }
  }

  private void keepPart(ImageId id, int number, byte[] part) {
    Args args = Args.of(id, number).add(part).add("" + UNTIL_WHOLE_MILLIS).add("" + capacity);
    long answer = run(KEEP_CHUNK, args);
    while (answer == NO_ROOM_YET) {
      answer = run(KEEP_CHUNK, args);
    }
    if (answer == NO_ROOM) {
      throw new StoreException(
          StoreException.Kind.FULL, "there is no room for more pictures until some expire");
    }
  }

  private static byte[] read(InputStream in) {
    try {
      return in.readNBytes(PART);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the picture could not be read to its end", e);
    }
  }

  private void tryToRemove(ImageId id) {
    try {
      remove(id);
    } catch (StoreException e) {
      log.debug("What was kept of a picture will expire by itself: image={}", id, e);
    }
  }

  private static byte[] describe(ImageRef ref, int parts) {
    return Args.buffer(DESCRIPTION)
        .putInt(parts)
        .put((byte) ref.type().ordinal())
        .putInt(ref.width())
        .putInt(ref.height())
        .putLong(ref.bytes())
        .array();
  }

  @Override
  public Optional<StoredImage> open(ImageId id) {
    byte[] raw = get(queue.key("i:" + id));
    if (raw == null) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    int parts = in.getInt();
    MediaType type = MediaType.values()[in.get()];
    ImageRef ref = new ImageRef(id, type, in.getInt(), in.getInt(), in.getLong());
    byte[] first = get(partKey(id, 0));
    if (first == null) {
      return Optional.empty(); // its time was over just now
    }
    return Optional.of(new StoredImage(ref, new Parts(first, parts, n -> fetch(id, n))));
  }

  private byte[] fetch(ImageId id, int number) {
    byte[] part = get(partKey(id, number));
    if (part == null) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the picture expired while it was read");
    }
    return part;
  }

  private byte[] partKey(ImageId id, int part) {
    return queue.key("i:" + id + ":" + part);
  }

  private byte @org.jspecify.annotations.Nullable [] get(byte[] key) {
    try {
      return queue.line().call(c -> c.get(key));
    } catch (RedisException e) {
      throw Failures.ofStore(e);
    }
  }

  @Override
  public void keep(ImageId id, Duration time) {
    if (!time.isNegative() && !time.isZero()) {
      run(KEEP, Args.of(id, (long) JobRecord.millis(time), ""));
    }
  }

  @Override
  public void remove(ImageId id) {
    run(REMOVE, Args.of(id, MAX_PARTS + 1));
  }

  @Override
  public boolean hasRoom() {
    long bytes = run(BYTES, Args.of());
    while (bytes < 0) {
      bytes = run(BYTES, Args.of());
    }
    return bytes + USUAL <= capacity;
  }

  private long run(Script script, Args args) {
    try {
      return queue
          .line()
          .<Long>run(script, ScriptOutputType.INTEGER, queue.prefixKey(), args.toArray());
    } catch (RedisException e) {
      throw Failures.ofStore(e);
    }
  }
}
