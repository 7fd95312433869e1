package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Outbox;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.PrivateMetadata;
import dev.easel.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches pictures that people sent, refuses what is no picture or too large, and takes private
 * metadata out.
 */
final class IncomingImages {
  /** The largest picture a person may send, in bytes. */
  static final int MAX_BYTES = 20 << 20;

  /** The largest picture a person may send, in pixels. */
  static final long MAX_PIXELS = 40_000_000;

  private static final Set<MediaType> TAKEN =
      EnumSet.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);

  private final ImageStore images;
  private final Duration keep;

  IncomingImages(ImageStore images, Duration keep) {
    this.images = requireNonNull(images, "images");
    this.keep = requireNonNull(keep, "keep");
  }

  /** A picture that cannot be taken, and what the person is told. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final String key;
    private final transient List<Object> arguments;

    Refused(String key, Object... arguments) {
      super(key);
      this.key = key;
      this.arguments = List.of(arguments);
    }

    String text(Texts texts) {
      return texts.get(key, arguments.toArray());
    }
  }

  /**
   * Puts a picture into the store, unless its transport already did.
   *
   * @throws TransportException if it cannot be fetched now
   */
  ImageRef fetch(RemoteImage remote, Outbox from) throws Refused {
    if (remote.stored().isPresent()) {
      ImageRef stored = remote.stored().get();
      images.keep(stored.id(), keep);
      return stored;
    }
    if (remote.bytes().orElse(0L) > MAX_BYTES) {
      throw tooLarge();
    }
    byte[] bytes = read(remote, from);
    Optional<ImageInfo> info = ImageInfo.read(bytes);
    if (info.isEmpty() || !TAKEN.contains(info.get().type())) {
      throw new Refused("image.kind");
    }
    if (info.get().pixels() > MAX_PIXELS) {
      throw new Refused(
          "image.pixels", info.get().width(), info.get().height(), MAX_PIXELS / 1_000_000);
    }
    try {
      byte[] clean = PrivateMetadata.strip(bytes);
      return images.put(new ByteArrayInputStream(clean), info.get().type(), keep);
    } catch (StoreException e) {
      switch (e.kind()) {
        case REJECTED:
          throw new Refused("image.broken");
        case FULL:
          throw new Refused("refused.room");
        default:
          throw e;
      }
    }
  }

  /**
   * Puts all of them into the store, or none.
   *
   * @throws TransportException if one cannot be fetched now
   */
  List<ImageRef> fetchAll(List<RemoteImage> remotes, Outbox from) throws Refused {
    List<ImageRef> fetched = new ArrayList<>();
    List<ImageId> own = new ArrayList<>();
    boolean all = false;
    try {
      for (RemoteImage remote : remotes) {
        ImageRef image = fetch(remote, from);
        fetched.add(image);
        if (remote.stored().isEmpty()) {
          own.add(image.id());
        }
      }
      all = true;
      return fetched;
    } finally {
      if (!all) {
        own.forEach(images::remove); // whoever tries again puts them in again
      }
    }
  }

  private static byte[] read(RemoteImage remote, Outbox from) throws Refused {
    try (InputStream in = from.open(remote)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw tooLarge(); // whatever was announced
      }
      return bytes;
    } catch (IOException e) {
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE, "a picture could not be read", e);
    } catch (TransportException e) {
      if (e.kind() == TransportException.Kind.GONE) {
        throw new Refused("image.gone");
      }
      throw e;
    }
  }

  private static Refused tooLarge() {
    return new Refused("image.large", MAX_BYTES >> 20);
  }
}
