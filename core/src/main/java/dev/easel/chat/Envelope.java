package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What every event has.
 *
 * @param eventId the same when the platform sends the event again; 1 to 120 visible ASCII
 *     characters, of its transport
 * @param message the person's message, where there is one
 * @param replyTo the message it answers
 * @param replyImages the pictures of that message, where the platform tells
 */
public record Envelope(
    String eventId,
    UserRef user,
    ConversationRef conversation,
    Instant receivedAt,
    Optional<MessageRef> message,
    Optional<MessageRef> replyTo,
    List<RemoteImage> replyImages) {
  public Envelope {
    requireNonNull(eventId, "eventId");
    requireNonNull(user, "user");
    requireNonNull(conversation, "conversation");
    requireNonNull(receivedAt, "receivedAt");
    requireNonNull(message, "message");
    requireNonNull(replyTo, "replyTo");
    replyImages = List.copyOf(replyImages);
    if (!eventId.matches("[!-~]{1,120}")) {
      throw new IllegalArgumentException("an event id is 1 to 120 visible ASCII characters");
    }
  }

  public static Envelope of(
      String eventId, UserRef user, ConversationRef conversation, Instant receivedAt) {
    return new Envelope(
        eventId, user, conversation, receivedAt, Optional.empty(), Optional.empty(), List.of());
  }

  public Envelope withMessage(MessageRef own) {
    return new Envelope(
        eventId, user, conversation, receivedAt, Optional.of(own), replyTo, replyImages);
  }

  public Envelope replyingTo(MessageRef other, List<RemoteImage> images) {
    return new Envelope(
        eventId, user, conversation, receivedAt, message, Optional.of(other), images);
  }
}
