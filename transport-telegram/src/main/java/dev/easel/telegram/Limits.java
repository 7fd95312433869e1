package dev.easel.telegram;

import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.util.EnumSet;
import java.util.Set;

/**
 * What Telegram takes of a message.
 *
 * @see <a href="https://core.telegram.org/bots/api#sendphoto">sendPhoto</a>
 */
final class Limits {
  static final int MAX_TEXT = 4096;
  static final int MAX_CAPTION = 1024;
  static final int MAX_SPANS = 100;
  static final int BUTTONS_PER_ROW = 8;
  static final int BUTTON_ROWS = 12;
  static final int MAX_NOTICE = 200;

  /** Of a bot that uses the public server. */
  static final long MAX_DOWNLOAD = 20L << 20;

  private static final long MAX_PHOTO_BYTES = 10L << 20;
  private static final long MAX_DOCUMENT_BYTES = 50L << 20;
  private static final int MAX_PHOTO_SIDES = 10_000;
  private static final int MAX_PHOTO_RATIO = 20;
  private static final Set<MediaType> PHOTOS =
      EnumSet.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);

  private Limits() {}

  /** Whether a picture can be shown as a photo; otherwise it goes as a file. */
  static boolean isPhoto(ImageRef image) {
    int longer = Math.max(image.width(), image.height());
    int shorter = Math.min(image.width(), image.height());
    return PHOTOS.contains(image.type())
        && image.bytes() <= MAX_PHOTO_BYTES
        && image.width() + image.height() <= MAX_PHOTO_SIDES
        && longer <= MAX_PHOTO_RATIO * shorter;
  }

  static boolean isTooLarge(ImageRef image) {
    return image.bytes() > MAX_DOCUMENT_BYTES;
  }
}
