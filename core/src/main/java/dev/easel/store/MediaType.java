package dev.easel.store;

import java.util.Optional;

/** The kinds of pictures that Easel knows by their first bytes. */
public enum MediaType {
  PNG("image/png", "png"),
  JPEG("image/jpeg", "jpg"),
  WEBP("image/webp", "webp"),
  AVIF("image/avif", "avif"),
  GIF("image/gif", "gif");

  private final String mime;
  private final String extension;

  MediaType(String mime, String extension) {
    this.mime = mime;
    this.extension = extension;
  }

  public String mime() {
    return mime;
  }

  /** For a file's name, without the dot. */
  public String extension() {
    return extension;
  }

  public static Optional<MediaType> ofMime(String mime) {
    for (MediaType type : values()) {
      if (type.mime.equalsIgnoreCase(mime)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
