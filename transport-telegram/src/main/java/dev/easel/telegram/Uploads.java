package dev.easel.telegram;

import dev.easel.chat.MediaRef;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.ImageRef;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.Versioned;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what Telegram has of a picture, so that no front uploads it twice. */
final class Uploads {
  private static final Logger log = LoggerFactory.getLogger(Uploads.class);
  private static final Duration KEEP = Duration.ofDays(7);

  private final StateStore store;
  private final TransportId transport;

  Uploads(StateStore store, TransportId transport) {
    this.store = store;
    this.transport = transport;
  }

  /** What Telegram has of it as a photo, or as a file; it may have forgotten it since. */
  Optional<String> find(ImageRef image, boolean asFile) {
    try {
      return store
          .get(key(image, asFile))
          .map(Versioned::value)
          .map(id -> new String(id, StandardCharsets.UTF_8));
    } catch (StoreException e) {
      log.debug("Not known whether a picture was sent before, uploading it", e);
      return Optional.empty();
    }
  }

  /** Telegram took these and says what it has now, in the same order. */
  void note(List<OutgoingImage> images, List<MediaRef> media) {
    if (images.size() != media.size()) {
      return;
    }
    try {
      for (int i = 0; i < images.size(); i++) {
        ImageRef image = images.get(i).image();
        String marked = media.get(i).id();
        Draft.FileId.of(marked, false).ifPresent(id -> put(key(image, false), id));
        Draft.FileId.of(marked, true).ifPresent(id -> put(key(image, true), id));
      }
    } catch (StoreException e) {
      log.debug("Not noted what was sent, the same picture is uploaded again", e);
    }
  }

  private void put(Key key, String id) {
    store.put(key, id.getBytes(StandardCharsets.UTF_8), KEEP, Expect.any());
  }

  private Key key(ImageRef image, boolean asFile) {
    return new Key(transport.toString(), (asFile ? "file/" : "photo/") + image.id().value());
  }
}
