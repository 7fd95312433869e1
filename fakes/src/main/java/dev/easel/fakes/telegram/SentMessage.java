package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message of the bot as the people of its chat see it now.
 *
 * @param text the text, or the caption
 * @param fileId of the picture or file
 * @param fileName of a file
 * @param mime of a file, as its upload called it
 * @param fileBytes the size of the picture or file; 0: none
 * @param album the same for all messages of an album
 * @param replyTo the message it quotes; 0: none
 * @param thread the topic; 0: none
 * @param edits how often it was changed
 */
public record SentMessage(
    long chat,
    int id,
    Kind kind,
    String text,
    Optional<String> fileId,
    Optional<String> fileName,
    Optional<String> mime,
    long fileBytes,
    List<List<Button>> buttons,
    Optional<String> album,
    int replyTo,
    int thread,
    int edits,
    Instant sentAt,
    Instant changedAt) {

  /** What the message is. */
  public enum Kind {
    TEXT,
    PHOTO,
    DOCUMENT
  }

  /** A button under it. */
  public record Button(String label, String data) {
    public Button {
      requireNonNull(label, "label");
      requireNonNull(data, "data");
    }
  }

  public SentMessage {
    requireNonNull(kind, "kind");
    requireNonNull(text, "text");
    requireNonNull(fileId, "fileId");
    requireNonNull(fileName, "fileName");
    requireNonNull(mime, "mime");
    buttons = buttons.stream().map(List::copyOf).toList();
    requireNonNull(album, "album");
    requireNonNull(sentAt, "sentAt");
    requireNonNull(changedAt, "changedAt");
  }

  /** The button whose label contains this. */
  public Optional<Button> button(String labelPart) {
    return buttons.stream()
        .flatMap(List::stream)
        .filter(b -> b.label().contains(labelPart))
        .findFirst();
  }
}
