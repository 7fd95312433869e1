package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import dev.easel.job.Progress;
import java.util.List;
import java.util.Optional;

/**
 * A message to send, or what an earlier one becomes.
 *
 * @param images 0 to 10
 * @param buttons rows from top to bottom
 * @param replyTo quoted where the platform can
 * @param progress present while something is being made; the text already says it in words
 * @param isFinal whether nothing will change it any more: it overtakes progress in a transport's
 *     line
 */
public record OutgoingMessage(
    Text text,
    List<OutgoingImage> images,
    List<List<Button>> buttons,
    Optional<MessageRef> replyTo,
    Optional<Progress> progress,
    boolean isFinal) {
  public OutgoingMessage {
    requireNonNull(text, "text");
    images = List.copyOf(images);
    buttons = buttons.stream().map(List::copyOf).toList();
    requireNonNull(replyTo, "replyTo");
    requireNonNull(progress, "progress");
    if (images.size() > 10) {
      throw new IllegalArgumentException(
          "a message has at most 10 images, this one has " + images.size());
    }
    if (text.plain().isEmpty() && images.isEmpty()) {
      throw new IllegalArgumentException("a message has text or images");
    }
  }

  public static OutgoingMessage text(String plain) {
    return new OutgoingMessage(
        Text.of(plain), List.of(), List.of(), Optional.empty(), Optional.empty(), true);
  }

  public OutgoingMessage withImages(List<OutgoingImage> pictures) {
    return new OutgoingMessage(text, pictures, buttons, replyTo, progress, isFinal);
  }

  public OutgoingMessage withButtons(List<List<Button>> rows) {
    return new OutgoingMessage(text, images, rows, replyTo, progress, isFinal);
  }

  public OutgoingMessage replyingTo(MessageRef message) {
    return new OutgoingMessage(text, images, buttons, Optional.of(message), progress, isFinal);
  }

  /** Marks it as not final. */
  public OutgoingMessage withProgress(Progress now) {
    return new OutgoingMessage(text, images, buttons, replyTo, Optional.of(now), false);
  }
}
