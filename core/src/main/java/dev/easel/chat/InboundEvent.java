package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Something that a person did, addressed to the bot. What is not addressed to it, the transport
 * leaves out.
 */
public sealed interface InboundEvent {
  /** The longest text of an event, in UTF-16 units; a transport cuts or refuses what is longer. */
  int MAX_TEXT = 16_000;

  Envelope envelope();

  /** Plain text. */
  record TextReceived(Envelope envelope, String text) implements InboundEvent {
    public TextReceived {
      requireNonNull(envelope, "envelope");
      requireText(text);
    }
  }

  /**
   * A command, with or without pictures.
   *
   * @param name without the slash and without the bot's name, in lower case
   * @param arguments the rest, trimmed; may be empty
   */
  record CommandReceived(Envelope envelope, String name, String arguments, List<RemoteImage> images)
      implements InboundEvent {
    public CommandReceived {
      requireNonNull(envelope, "envelope");
      requireNonNull(name, "name");
      requireText(arguments);
      images = List.copyOf(images);
      if (!name.matches("[a-z0-9_]{1,32}")) {
        throw new IllegalArgumentException(
            "a command's name is 1 to 32 of a-z 0-9 _, was '" + name + "'");
      }
    }
  }

  /**
   * Pictures.
   *
   * @param images 1 to 10; an album comes as one event
   * @param caption may be empty
   */
  record ImagesReceived(Envelope envelope, List<RemoteImage> images, String caption)
      implements InboundEvent {
    public ImagesReceived {
      requireNonNull(envelope, "envelope");
      images = List.copyOf(images);
      requireText(caption);
      if (images.isEmpty() || images.size() > 10) {
        throw new IllegalArgumentException("images must be 1 to 10, were " + images.size());
      }
    }
  }

  /**
   * A button under a message of the bot.
   *
   * @param token as {@link Button#action} had it; anything else may come too
   */
  record ActionPressed(Envelope envelope, String token, ActionRef press) implements InboundEvent {
    public ActionPressed {
      requireNonNull(envelope, "envelope");
      requireNonNull(token, "token");
      requireNonNull(press, "press");
      if (token.isEmpty() || token.length() > 64) {
        throw new IllegalArgumentException(
            "an action has 1 to 64 characters, this one has " + token.length());
      }
    }
  }

  /**
   * The bot can no longer speak there: blocked, removed, or moved.
   *
   * @param movedTo where the conversation goes on
   */
  record Left(Envelope envelope, Optional<ConversationRef> movedTo) implements InboundEvent {
    public Left {
      requireNonNull(envelope, "envelope");
      requireNonNull(movedTo, "movedTo");
    }
  }

  private static void requireText(String text) {
    requireNonNull(text, "text");
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "a text has at most " + MAX_TEXT + " characters, this one has " + text.length());
    }
  }
}
