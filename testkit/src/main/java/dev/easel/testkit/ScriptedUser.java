package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox.NotAccepted;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.UserRef;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A person on an {@link InMemoryTransport}: writes, sends pictures, presses buttons, and waits for
 * what the bot shows.
 *
 * <pre>{@code
 * ScriptedUser ann = new ScriptedUser(transport, "ann", Locale.ENGLISH);
 * ann.says("a lighthouse");
 * Seen picture = ann.awaitsPicture();
 * ann.presses("Vary");
 * }</pre>
 */
public final class ScriptedUser {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InMemoryTransport transport;
  private final UserRef user;
  private final ConversationRef conversation;

  /** A person in a private conversation. */
  public ScriptedUser(InMemoryTransport transport, String name, Locale locale) {
    this(
        transport,
        name,
        locale,
        ConversationRef.of(transport.id(), "chat-" + name, ConversationRef.Kind.PRIVATE));
  }

  /** A person in some conversation, which others may share. */
  public ScriptedUser(
      InMemoryTransport transport, String name, Locale locale, ConversationRef conversation) {
    this.transport = requireNonNull(transport, "transport");
    this.user = new UserRef(transport.id(), name, name, Optional.of(locale));
    this.conversation = requireNonNull(conversation, "conversation");
  }

  public ConversationRef conversation() {
    return conversation;
  }

  /** Writes; a text that begins with a slash is a command. */
  public Optional<NotAccepted> says(String text) {
    return tells(event(envelope(), text, List.of()));
  }

  /** Sends a picture with or without words. */
  public Optional<NotAccepted> sends(byte[] picture, String caption) {
    return tells(event(envelope(), caption, List.of(transport.keep(picture))));
  }

  /** Answers a message of the bot. */
  public Optional<NotAccepted> replies(InMemoryTransport.Seen to, String text) {
    return tells(event(envelope().replyingTo(to.ref(), List.of()), text, List.of()));
  }

  /** Presses the button of this label under the latest message that has one. */
  public Optional<NotAccepted> presses(String label) {
    InMemoryTransport.Seen message =
        look("a button '" + label + "'", all -> last(all, seen -> button(seen, label).isPresent()));
    return presses(message, button(message, label).orElseThrow().action());
  }

  /** Presses a button by its token, which may be any text. */
  public Optional<NotAccepted> presses(InMemoryTransport.Seen message, String token) {
    Envelope envelope = envelope();
    return tells(
        new InboundEvent.ActionPressed(
            envelope, token, new ActionRef(envelope.eventId(), message.ref())));
  }

  /** Hands over an event as it is. */
  public Optional<NotAccepted> tells(InboundEvent event) {
    if (!transport.isReceiving()) {
      throw new IllegalStateException("the transport takes nothing in");
    }
    return transport.host().inbox().accept(event);
  }

  /** A fresh envelope of this person. */
  public Envelope envelope() {
    String id = "e" + transport.nextNumber();
    return Envelope.of(id, user, conversation, transport.host().time().instant())
        .withMessage(MessageRef.of(conversation, "own-" + id));
  }

  /** What stands in the conversation now. */
  public List<InMemoryTransport.Seen> sees() {
    return transport.messages(conversation);
  }

  /** Waits for a message, of all that stand there the latest that fits. */
  public InMemoryTransport.Seen awaits(String what, Predicate<InMemoryTransport.Seen> fits) {
    return look(what, all -> last(all, fits));
  }

  /** Waits for a text that contains this. */
  public InMemoryTransport.Seen awaitsText(String part) {
    return awaits(
        "a text with '" + part + "'", seen -> seen.message().text().plain().contains(part));
  }

  /** Waits for a message with pictures. */
  public InMemoryTransport.Seen awaitsPicture() {
    return awaitsPictures(1);
  }

  /** Waits until so many messages with pictures stand there, and gives the latest. */
  public InMemoryTransport.Seen awaitsPictures(int count) {
    Look enough =
        all -> {
          List<InMemoryTransport.Seen> pictures =
              all.stream().filter(seen -> !seen.message().images().isEmpty()).toList();
          return pictures.size() < count
              ? Optional.empty()
              : Optional.of(pictures.get(pictures.size() - 1));
        };
    return look(count + " messages with pictures", enough);
  }

  /** Waits for an answer to a press. */
  public Notice awaitsNotice(String part) {
    return awaitsAny(
        "a notice with '" + part + "'",
        () -> transport.notices().stream().filter(n -> n.text().contains(part)).findFirst());
  }

  private interface Look {
    Optional<InMemoryTransport.Seen> at(List<InMemoryTransport.Seen> all);
  }

  private InMemoryTransport.Seen look(String what, Look look) {
    return awaitsAny(what, () -> look.at(sees()));
  }

  private <T> T awaitsAny(String what, java.util.function.Supplier<Optional<T>> look) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (transport) {
      while (true) {
        Optional<T> found = look.get();
        if (found.isPresent()) {
          return found.get();
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "no "
                  + what
                  + " within "
                  + PATIENCE
                  + "; there are "
                  + sees()
                  + " and "
                  + transport.notices());
        }
        try {
          transport.wait(left); // every change notifies
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted while waiting for " + what, e);
        }
      }
    }
  }

  private static InboundEvent event(Envelope envelope, String text, List<RemoteImage> images) {
    if (text.startsWith("/")) {
      String[] words = text.substring(1).split("\\s+", 2);
      return new InboundEvent.CommandReceived(
          envelope,
          words[0].toLowerCase(Locale.ROOT),
          words.length == 2 ? words[1].strip() : "",
          images);
    }
    return images.isEmpty()
        ? new InboundEvent.TextReceived(envelope, text)
        : new InboundEvent.ImagesReceived(envelope, images, text);
  }

  private static Optional<Button> button(InMemoryTransport.Seen seen, String label) {
    return seen.message().buttons().stream()
        .flatMap(List::stream)
        .filter(b -> b.label().equals(label))
        .findFirst();
  }

  private static Optional<InMemoryTransport.Seen> last(
      List<InMemoryTransport.Seen> all, Predicate<InMemoryTransport.Seen> fits) {
    return all.stream().filter(fits).reduce((first, second) -> second);
  }
}
