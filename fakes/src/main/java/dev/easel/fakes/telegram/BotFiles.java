package dev.easel.fakes.telegram;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Pictures and files that went through, by the ids that the bot was given. */
final class BotFiles {
  /** Ends the id of a photo's small form. */
  static final String SMALL = ".s";

  /** Kept before the oldest is forgotten. */
  private static final int KEPT = 20_000;

  /** A file. */
  record Stored(String id, String unique, boolean photo, byte[] content, String name, String mime) {
    String path() {
      return (photo ? "photos/" : "documents/") + unique + (photo ? ".jpg" : "");
    }
  }

  /** A picture's size in pixels. */
  record Pixels(int width, int height) {}

  private final Map<String, Stored> byId = new LinkedHashMap<>();
  private final Map<String, Stored> byPath = new LinkedHashMap<>();
  private long count;

  Stored photo(byte[] content) {
    return add("AgAC", true, Recompression.of(content), "photo.jpg", "image/jpeg");
  }

  Stored document(byte[] content, String name, String mime) {
    return add("BQAC", false, content, name, mime);
  }

  /** Finds a file by its id; a photo's also by the id of its small form. */
  synchronized Optional<Stored> find(String id) {
    Stored stored = byId.get(id);
    if (stored == null && id.endsWith(SMALL)) {
      stored = byId.get(id.substring(0, id.length() - SMALL.length()));
    }
    return Optional.ofNullable(stored);
  }

  synchronized Optional<Stored> atPath(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  private synchronized Stored add(
      String prefix, boolean photo, byte[] content, String name, String mime) {
    String unique = "AQAD" + hash(content);
    String id =
        prefix
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((++count + ":" + unique).getBytes(StandardCharsets.UTF_8));
    Stored stored = new Stored(id, unique, photo, content, name, mime);
    byId.put(id, stored);
    byPath.put(stored.path(), stored);
    if (byId.size() > KEPT) {
      Iterator<Stored> oldest = byId.values().iterator();
      Stored gone = oldest.next();
      oldest.remove();
      byPath.remove(gone.path(), gone);
    }
    return stored;
  }

  /** Reads a picture's size; empty if the JDK does not know its kind. */
  static Optional<Pixels> pixels(byte[] content) {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return Optional.empty();
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        return Optional.of(new Pixels(reader.getWidth(0), reader.getHeight(0)));
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sum).substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
