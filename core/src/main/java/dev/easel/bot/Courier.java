package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.MessageRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import dev.easel.job.Claimed;
import dev.easel.job.Ended;
import dev.easel.job.JobState;
import dev.easel.job.Payload;
import dev.easel.job.Reason;
import dev.easel.job.Settlement;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an owner how a job ended: the picture, or the reason, in the message that said it was in
 * line.
 */
final class Courier implements LaneWork {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  private static final Payload TOLD = new Payload("told", 1, new byte[0]);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LATER = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final StatusMessages messages;
  private final Memory memory;
  private final Replies replies;
  private final ImageStore images;
  private final Duration keep;
  private final BooleanSupplier stopping;

  Courier(
      Outbox outbox,
      StatusMessages messages,
      Memory memory,
      Replies replies,
      ImageStore images,
      Duration keep,
      BooleanSupplier stopping) {
    this.outbox = requireNonNull(outbox, "outbox");
    this.messages = requireNonNull(messages, "messages");
    this.memory = requireNonNull(memory, "memory");
    this.replies = requireNonNull(replies, "replies");
    this.images = requireNonNull(images, "images");
    this.keep = requireNonNull(keep, "keep");
    this.stopping = requireNonNull(stopping, "stopping");
  }

  @Override
  public Settlement work(Claimed job, Held held) {
    Ended ended =
        job.after()
            .orElseThrow(() -> new IllegalStateException("a delivery follows a job: " + job.id()));
    StatusMessages.Answer answer = messages.take(ended.id());
    if (answer instanceof StatusMessages.Answer.Busy) {
      return later(job, SOON, "message-busy");
    }
    if (!(answer instanceof StatusMessages.Answer.Taken taken)) {
      return Settlement.Done.of(
          job.lease(), TOLD); // an attempt before this one told it, but could not settle
    }
    Optional<MessageRef> message = taken.message();
    boolean told = false;
    try {
      RenderRequest request = Codec.REQUEST.read(ended.body());
      ChatOrder order = Codec.read(request.context(), ChatOrder.class);
      Card card = card(ended, order, request);
      memory.card(card);
      if (!card.images().isEmpty()) {
        memory.last(order.user(), order.conversation(), card.job());
      }
      message.ifPresent(status -> remember(status, card)); // before the person can answer to it
      Receipt receipt = tell(ended, order, card, message);
      if (receipt instanceof Receipt.Deferred deferred) {
        return later(job, deferred.retryAfter(), "deferred");
      }
      message = shown(receipt, message);
      message.ifPresent(shown -> remember(shown, card));
      if (receipt instanceof Receipt.Delivered delivered) {
        delivered.buttons().ifPresent(buttons -> remember(buttons, card));
      } else if (receipt instanceof Receipt.Replaced replaced) {
        replaced.buttons().ifPresent(buttons -> remember(buttons, card));
      }
      told = true;
      return Settlement.Done.of(job.lease(), TOLD);
    } catch (TransportException e) {
      if (e.kind() == TransportException.Kind.GONE) {
        log.warn("Cannot be delivered, nobody is there: job={}", ended.id(), e);
        told = true;
        return Settlement.Done.of(job.lease(), TOLD);
      }
      log.warn("Will deliver again: job={} delay={}", ended.id(), LATER, e);
      return later(job, LATER, "transport");
    } finally {
      if (told) {
        messages.finish(ended.id(), taken, message);
      } else {
        messages.keep(ended.id(), taken, message);
      }
    }
  }

  private Card card(Ended ended, ChatOrder order, RenderRequest request) {
    List<ImageRef> made =
        ended
            .result()
            .map(r -> Codec.RESULT.read(r).images().stream().map(MadeImage::image).toList())
            .orElse(List.of());
    made.forEach(image -> images.keep(image.id(), keep));
    return new Card(ended.id(), order.user(), order.conversation(), request.task(), made);
  }

  private OutgoingMessage message(Ended ended, ChatOrder order, Card card) {
    if (ended.state() == JobState.SUCCEEDED && ended.result().isPresent()) {
      return replies.result(order, card, Codec.RESULT.read(ended.result().get()));
    }
    return replies.ending(order, card, ended.state(), ended.reason(), stopping.getAsBoolean());
  }

  private Receipt tell(Ended ended, ChatOrder order, Card card, Optional<MessageRef> where) {
    OutgoingMessage message = message(ended, order, card);
    OperationId operation = OperationId.of("d:" + ended.id());
    Receipt receipt =
        where.isPresent()
            ? outbox.edit(where.get(), message, operation)
            : outbox.send(order.conversation(), message, operation);
    if (where.isPresent() && receipt instanceof Receipt.Gone) {
      // the person deleted the message that said it was in line; the picture is theirs all the same
      receipt = outbox.send(order.conversation(), message, OperationId.of("d2:" + ended.id()));
    }
    if (receipt instanceof Receipt.Rejected rejected) {
      log.warn(
          "The platform does not take it, its owner is told in words: job={} limit={}",
          ended.id(),
          rejected.limit());
      OutgoingMessage words =
          OutgoingMessage.text(Texts.in(order.locale()).get("failed.other"))
              .withButtons(message.buttons());
      return inWords(words, order, where, OperationId.of("d3:" + ended.id()));
    }
    if (receipt instanceof Receipt.Uncertain && !message.images().isEmpty()) {
      log.warn(
          "A picture may have arrived or not; sent again it might be there twice, so its owner is"
              + " told how to get it: job={}",
          ended.id());
      OutgoingMessage words = replies.unsure(order, card);
      return inWords(words, order, where, OperationId.of("d4:" + ended.id()));
    }
    return receipt;
  }

  /** Says it where it was in line; otherwise that would stand there for ever. */
  private Receipt inWords(
      OutgoingMessage words, ChatOrder order, Optional<MessageRef> where, OperationId operation) {
    return where.isPresent()
        ? outbox.edit(where.get(), words, operation)
        : outbox.send(order.conversation(), words, operation);
  }

  private static Optional<MessageRef> shown(Receipt receipt, Optional<MessageRef> before) {
    return StatusBoard.shownIn(receipt).or(() -> before);
  }

  /** A reply to this message is about its pictures. */
  private void remember(MessageRef message, Card card) {
    if (!card.images().isEmpty()) {
      memory.shows(message, card.job());
    }
  }

  private static Settlement later(Claimed job, Duration delay, String why) {
    return new Settlement.Retry(job.lease(), delay, false, Reason.of(why, ""));
  }
}
