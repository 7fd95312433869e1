package dev.easel.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import dev.easel.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pictures as files of one folder, which survive a restart and which several processes may
 * share. A file is named by the picture's id, and its modification time is when the picture
 * expires; whoever copies the folder copies the times along.
 *
 * <p>A picture is written aside, forced to the disk and then renamed, so that nobody ever sees half
 * of one, also after a crash. Expired pictures and what a crash left behind are removed while the
 * store is used. The cap is shared by all who use the folder, give or take what they wrote within
 * the last minute.
 */
public final class FolderImageStore implements ImageStore {
  /** Room for a picture of a usual size. */
  private static final long USUAL_BYTES = 4L << 20;

  /** So much of the disk is left to others. */
  private static final long SPARE_BYTES = 64L << 20;

  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

  /** No put takes so long: its process has died. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  /** Later times are more than file systems can note. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final String PART = ".part";
  private static final int BUFFER = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(FolderImageStore.class);

  private final Path folder;
  private final long maxBytes;
  private final InstantSource clock;

  private long usedBytes;
  private Instant nextSweep;

  private FolderImageStore(Path folder, long maxBytes, InstantSource clock) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.clock = clock;
    this.nextSweep = clock.instant();
  }

  /**
   * Opens a folder, and makes it if it is not there.
   *
   * @param maxBytes of all its pictures together
   * @throws StoreException {@code REJECTED} if it is no folder that can be written to
   */
  public static FolderImageStore open(Path folder, long maxBytes, InstantSource clock) {
    requireNonNull(clock, "clock");
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1, was " + maxBytes);
    }
    try {
      Path real = Files.createDirectories(folder.toAbsolutePath()).toRealPath();
      Files.delete(Files.createTempFile(real, "", PART));
      FolderImageStore store = new FolderImageStore(real, maxBytes, clock);
      store.sweepIfDue();
      return store;
    } catch (IOException e) {
      throw new StoreException(
          Kind.REJECTED, "pictures cannot be kept in " + folder + ": no folder to write to", e);
    }
  }

  @Override
  public ImageRef put(InputStream in, MediaType type, Duration keep) {
    requireNonNull(type, "type");
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be above zero, was " + keep);
    }
    byte[] head = head(in);
    ImageInfo info =
        ImageInfo.read(head)
            .filter(found -> found.type() == type)
            .orElseThrow(
                () -> new StoreException(Kind.REJECTED, "these bytes are no " + type.mime()));
    sweepIfDue();
    Path part = null;
    try {
      part = Files.createTempFile(folder, "", PART);
      long bytes = write(part, head, in);
      ImageRef ref = new ImageRef(ImageId.random(), type, info.width(), info.height(), bytes);
      take(bytes);
      try {
        Files.setLastModifiedTime(part, FileTime.from(until(keep)));
        Files.move(part, file(ref.id()), StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
      } catch (IOException | RuntimeException e) {
        give(bytes);
        throw e;
      }
      return ref;
    } catch (IOException e) {
      throw failed(e);
    } finally {
      deleteQuietly(part);
    }
  }

  @Override
  public Optional<StoredImage> open(ImageId id) {
    try {
      BasicFileAttributes found = attributes(file(id));
      if (!found.isRegularFile() || expired(found)) {
        return Optional.empty();
      }
      // once it is open it stays readable, also when it is removed meanwhile
      FileChannel file = FileChannel.open(file(id), READ, NOFOLLOW_LINKS);
      try {
        Optional<ImageRef> ref = read(id, file);
        if (ref.isEmpty()) {
          file.close();
        }
        return ref.map(known -> new StoredImage(known, Channels.newInputStream(file)));
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "a picture cannot be read", e);
    }
  }

  @Override
  public void keep(ImageId id, Duration time) {
    Instant until = until(time);
    try {
      BasicFileAttributes found = attributes(file(id));
      boolean sooner = found.lastModifiedTime().toInstant().isBefore(until);
      if (found.isRegularFile() && !expired(found) && sooner) {
        Files.setLastModifiedTime(file(id), FileTime.from(until));
      }
    } catch (NoSuchFileException e) {
      // it is gone, and so it stays
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "a picture cannot be kept longer", e);
    }
  }

  @Override
  public void remove(ImageId id) {
    try {
      BasicFileAttributes found = attributes(file(id));
      if (found.isRegularFile() && Files.deleteIfExists(file(id))) {
        give(found.size());
      }
    } catch (NoSuchFileException e) {
      // it is gone already
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "a picture cannot be removed", e);
    }
  }

  @Override
  public boolean hasRoom() {
    sweepIfDue();
    if (used() + USUAL_BYTES > maxBytes) {
      sweep();
    }
    try {
      return used() + USUAL_BYTES <= maxBytes
          && Files.getFileStore(folder).getUsableSpace() >= USUAL_BYTES + SPARE_BYTES;
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "the picture folder cannot be looked at", e);
    }
  }

  private static byte[] head(InputStream in) {
    try {
      return in.readNBytes(ImageInfo.HEAD_BYTES);
    } catch (IOException e) {
      throw unread(e);
    }
  }

  /** Copies the rest of the picture and forces it to the disk; tells how long it is. */
  private long write(Path part, byte[] head, InputStream rest) throws IOException {
    try (FileChannel file = FileChannel.open(part, WRITE)) {
      OutputStream out = Channels.newOutputStream(file);
      out.write(head);
      long bytes = head.length;
      byte[] buffer = new byte[BUFFER];
      int read = head.length < ImageInfo.HEAD_BYTES ? 0 : read(rest, buffer);
      while (read > 0) {
        bytes += read;
        if (bytes > MAX_BYTES) {
          throw new StoreException(
              Kind.REJECTED, "a picture has at most " + MAX_BYTES + " bytes, this one has more");
        }
        if (bytes > maxBytes) {
          throw full(null);
        }
        out.write(buffer, 0, read);
        read = read(rest, buffer);
      }
      file.force(true);
      return bytes;
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.readNBytes(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw unread(e); // not the disk's fault
    }
  }

  private Optional<ImageRef> read(ImageId id, FileChannel file) throws IOException {
    byte[] head = Channels.newInputStream(file).readNBytes(ImageInfo.HEAD_BYTES);
    file.position(0);
    long bytes = file.size();
    return ImageInfo.read(head)
        .map(info -> new ImageRef(id, info.type(), info.width(), info.height(), bytes));
  }

  private Path file(ImageId id) {
    return folder.resolve(id.value()); // an id's characters make no path
  }

  private Instant until(Duration keep) {
    return clock.instant().plus(keep.compareTo(LONGEST) > 0 ? LONGEST : keep);
  }

  private boolean expired(BasicFileAttributes picture) {
    return !picture.lastModifiedTime().toInstant().isAfter(clock.instant());
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
  }

  private void take(long bytes) {
    if (used() + bytes > maxBytes) {
      sweep(); // others may have removed something
    }
    synchronized (this) {
      if (usedBytes + bytes > maxBytes) {
        throw full(null);
      }
      usedBytes += bytes;
    }
  }

  private synchronized void give(long bytes) {
    usedBytes = Math.max(0, usedBytes - bytes);
  }

  private synchronized long used() {
    return usedBytes;
  }

  private void sweepIfDue() {
    Instant now = clock.instant();
    synchronized (this) {
      if (now.isBefore(nextSweep)) {
        return;
      }
      nextSweep = now.plus(SWEEP_EVERY);
    }
    sweep();
  }

  /** Removes what is over, and counts what is there. */
  private synchronized void sweep() {
    Instant now = clock.instant();
    long used = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        used += sweep(file, now);
      }
      usedBytes = used;
    } catch (IOException e) {
      log.warn("Could not look through the picture folder, will try again: folder={}", folder, e);
    }
  }

  /** Tells how many bytes stay. */
  private long sweep(Path file, Instant now) throws IOException {
    try {
      BasicFileAttributes found = attributes(file);
      boolean part = file.getFileName().toString().endsWith(PART);
      if (!found.isRegularFile() || !(part || isId(file.getFileName().toString()))) {
        return 0; // not ours
      }
      Instant time = found.lastModifiedTime().toInstant();
      Instant over = part ? time.plus(ABANDONED_AFTER) : time;
      if (over.isAfter(now)) {
        return part ? 0 : found.size();
      }
      Files.deleteIfExists(file);
      return 0;
    } catch (NoSuchFileException e) {
      return 0; // another process was faster
    }
  }

  private static boolean isId(String name) {
    try {
      return new ImageId(name).value().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Makes the new name as durable as the bytes. */
  private void forceFolder() {
    try (FileChannel directory = FileChannel.open(folder, READ)) {
      directory.force(true);
    } catch (IOException e) {
      log.debug("This system does not force folders to the disk: folder={}", folder, e);
    }
  }

  private static void deleteQuietly(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      log.debug("A part of a picture stays until it is swept: file={}", part, e);
    }
  }

  private StoreException failed(IOException e) {
    boolean full;
    try {
      full = Files.getFileStore(folder).getUsableSpace() < USUAL_BYTES;
    } catch (IOException unknown) {
      full = false;
    }
    return full ? full(e) : new StoreException(Kind.UNAVAILABLE, "a picture was not written", e);
  }

  private StoreException full(@Nullable IOException cause) {
    StoreException full =
        new StoreException(
            Kind.FULL, "the picture folder or its disk is full: at most " + maxBytes + " bytes");
    if (cause != null) {
      full.initCause(cause);
    }
    return full;
  }

  private static StoreException unread(IOException e) {
    return new StoreException(Kind.UNAVAILABLE, "the picture could not be read to its end", e);
  }
}
