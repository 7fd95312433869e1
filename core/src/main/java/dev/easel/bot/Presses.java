package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.job.CancelAnswer;
import dev.easel.job.JobQueue;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import java.util.List;
import java.util.Optional;

/** Does what a button says, if it still can, and if it is the presser's own. */
final class Presses {
  private final JobQueue queue;
  private final Outbox outbox;
  private final Requests requests;
  private final Memory memory;
  private final Replies replies;
  private final ImageStore images;

  Presses(
      JobQueue queue,
      Outbox outbox,
      Requests requests,
      Memory memory,
      Replies replies,
      ImageStore images) {
    this.queue = requireNonNull(queue, "queue");
    this.outbox = requireNonNull(outbox, "outbox");
    this.requests = requireNonNull(requests, "requests");
    this.memory = requireNonNull(memory, "memory");
    this.replies = requireNonNull(replies, "replies");
    this.images = requireNonNull(images, "images");
  }

  void pressed(Dialogue.Turn turn, String pressed, ActionRef press) {
    Texts texts = turn.texts();
    Optional<Verb.Token> token = Verb.Token.parse(pressed);
    Optional<Card> card = token.flatMap(t -> memory.card(t.card()));
    if (token.isEmpty() || card.isEmpty()) {
      outbox.answer(
          press, Notice.of(texts.get(token.isEmpty() ? "notice.unknown" : "notice.expired")));
      return;
    }
    if (!card.get().belongsTo(turn.envelope().user(), turn.where())) {
      outbox.answer(press, Notice.of(texts.get("notice.foreign")));
      return;
    }
    if (!memory.isFirstPress(pressed, turn.envelope().user(), turn.envelope().eventId())) {
      outbox.answer(press, Notice.of(texts.get("notice.double")));
      return;
    }
    if (token.get().verb() == Verb.CANCEL) {
      cancel(texts, card.get(), press);
      return;
    }
    act(turn, token.get(), card.get(), press);
  }

  private void cancel(Texts texts, Card card, ActionRef press) {
    CancelAnswer answer = queue.cancel(card.job());
    boolean late = answer == CancelAnswer.TOO_LATE || answer == CancelAnswer.UNKNOWN;
    outbox.answer(press, Notice.of(texts.get(late ? "notice.toolate" : "notice.cancel")));
  }

  private void act(Dialogue.Turn turn, Verb.Token token, Card card, ActionRef press) {
    Texts texts = turn.texts();
    Optional<ImageRef> image = image(card, token);
    boolean needsImage =
        token.verb() == Verb.VARY || token.verb() == Verb.UPSCALE || token.verb() == Verb.ORIGINAL;
    if (needsImage && (image.isEmpty() || !isKept(image.get()))) {
      outbox.answer(press, Notice.of(texts.get("image.gone")));
      return;
    }
    Optional<ImageTask> task = task(token, card, image);
    if (token.verb() != Verb.ORIGINAL && task.isEmpty()) {
      outbox.answer(press, Notice.of(texts.get("notice.unknown")));
      return;
    }
    outbox.answer(
        press,
        Notice.of(texts.get("notice." + token.verb().name().toLowerCase(java.util.Locale.ROOT))));
    if (token.verb() == Verb.ORIGINAL) {
      List<ImageRef> kept = card.images().stream().filter(this::isKept).toList();
      send(turn, replies.original(texts, kept), "o");
      return;
    }
    memory.forgetPending(turn.envelope().user(), turn.where());
    requests
        .ask(turn.picture(), turn.order(""), task.get(), turn.again())
        .ifPresent(text -> send(turn, OutgoingMessage.text(text), "say"));
  }

  private void send(Dialogue.Turn turn, OutgoingMessage message, String what) {
    OperationId operation = OperationId.of(what + ":" + turn.job());
    TryLater.ifDeferred(outbox.send(turn.where(), message, operation));
  }

  private Optional<ImageTask> task(Verb.Token token, Card card, Optional<ImageRef> image) {
    switch (token.verb()) {
      case AGAIN:
      case RETRY:
        return Optional.of(card.task().withOptions(card.task().options().withoutSeed()));
      case VARY:
        return image.map(
            i ->
                new ImageTask.Vary(
                    i, card.task().prompt(), Optional.empty(), ImageOptions.DEFAULT));
      case UPSCALE:
        return factor(token)
            .flatMap(f -> image.map(i -> new ImageTask.Upscale(i, f, ImageOptions.DEFAULT)));
      default:
        return Optional.empty();
    }
  }

  private Optional<Integer> factor(Verb.Token token) {
    String wanted = token.argument().split("x", 2)[0];
    return replies.upscaleFactors().stream().filter(f -> f.toString().equals(wanted)).findFirst();
  }

  private static Optional<ImageRef> image(Card card, Verb.Token token) {
    String[] parts = token.argument().split("x", 2);
    String index = parts[parts.length - 1];
    int at = index.matches("[0-9]") && token.verb() != Verb.ORIGINAL ? Integer.parseInt(index) : 0;
    return at < card.images().size() ? Optional.of(card.images().get(at)) : Optional.empty();
  }

  private boolean isKept(ImageRef image) {
    try (var open = images.open(image.id()).orElse(null)) {
      return open != null;
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
