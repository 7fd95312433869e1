package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a platform can do, as data: the bot degrades by this, never by a transport's name.
 *
 * @param editText whether a message's text and buttons can change
 * @param editMedia whether a text can become a picture
 * @param buttonsPerRow 0: no buttons
 * @param maxAlbum pictures in one message
 * @param maxText in UTF-16 units
 * @param maxCaption of a message with pictures
 * @param progress whether it shows {@link OutgoingMessage#progress} by itself, previews too
 * @param editInterval the shortest time between progress edits of a message in a private
 *     conversation
 * @param groupEditInterval the same in a group
 */
public record TransportCapabilities(
    boolean editText,
    boolean editMedia,
    int buttonsPerRow,
    int buttonRows,
    int maxAlbum,
    int maxText,
    int maxCaption,
    boolean progress,
    boolean commandMenu,
    Duration editInterval,
    Duration groupEditInterval) {
  public TransportCapabilities {
    requireNonNull(editInterval, "editInterval");
    requireNonNull(groupEditInterval, "groupEditInterval");
    if (buttonsPerRow < 0 || buttonRows < 0 || maxAlbum < 1 || maxText < 200 || maxCaption < 100) {
      throw new IllegalArgumentException(
          "no bot can work with buttonsPerRow=%d buttonRows=%d maxAlbum=%d maxText=%d maxCaption=%d"
              .formatted(buttonsPerRow, buttonRows, maxAlbum, maxText, maxCaption));
    }
  }
}
