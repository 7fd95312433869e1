package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.Text;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportId;
import dev.easel.telegram.Delivery.Act;
import dev.easel.telegram.Delivery.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.DeleteMessage;

/** Sends messages and changes them: each at most once, in the best form that the platform takes. */
final class Messages {
  private static final Logger log = LoggerFactory.getLogger(Messages.class);

  /** Of progress: what is final goes first, and a newer state will come. */
  private static final Duration PROGRESS_SEND = Duration.ofMillis(500);

  private static final Duration PROGRESS_EDIT = Duration.ofMillis(150);

  /** An album carries no buttons; the message that does needs a text. */
  private static final String POINTER = "\u2b06\ufe0f";

  private static final int MAX_FORMS = 6;

  private final TransportId transport;
  private final BotApi api;
  private final Requests requests;
  private final Delivery delivery;
  private final Ledger ledger;
  private final Uploads uploads;
  private final Moves moves;
  private final Duration patience;
  private final Slots slots = new Slots();

  Messages(
      TransportId transport,
      BotApi api,
      Requests requests,
      Delivery delivery,
      Ledger ledger,
      Uploads uploads,
      Moves moves,
      Duration patience) {
    this.transport = transport;
    this.api = api;
    this.requests = requests;
    this.delivery = delivery;
    this.ledger = ledger;
    this.uploads = uploads;
    this.moves = moves;
    this.patience = patience;
  }

  Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation)
      throws InterruptedException {
    for (OutgoingImage image : message.images()) {
      if (Limits.isTooLarge(image.image())) {
        return new Receipt.Rejected("a file has at most 50 MB");
      }
    }
    return message.images().size() > 1
        ? sendAlbum(to, message, operation)
        : once(operation, () -> sendOne(to, Draft.of(message), requests::send, 1));
  }

  /** Two messages, each of them once: if the second has to wait, a repetition sends only that. */
  private Receipt sendAlbum(ConversationRef to, OutgoingMessage message, OperationId operation)
      throws InterruptedException {
    Receipt album =
        once(
            operation,
            () -> sendOne(to, Draft.of(message), requests::album, message.images().size()));
    if (message.buttons().isEmpty() || !(album instanceof Receipt.Delivered pictures)) {
      return album;
    }
    Text words = message.text().plain().isBlank() ? Text.of(POINTER) : message.text();
    OutgoingMessage below =
        new OutgoingMessage(
            words,
            List.of(),
            message.buttons(),
            Optional.of(pictures.message()),
            Optional.empty(),
            true);
    ConversationRef there = pictures.message().conversation();
    Receipt buttons =
        once(second(operation), () -> sendOne(there, Draft.of(below), requests::send, 1));
    if (buttons instanceof Receipt.Delivered delivered) {
      return new Receipt.Delivered(
          pictures.message(), Optional.of(delivered.message()), pictures.media());
    }
    return buttons instanceof Receipt.Deferred ? buttons : pictures;
  }

  private static OperationId second(OperationId first) {
    String value = first.value();
    return new OperationId(value.substring(Math.max(0, value.length() - 238)) + "~b");
  }

  Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation)
      throws InterruptedException {
    try (Slots.Slot slot = slots.enter(which, message.isFinal())) {
      if (slot == null) {
        return new Receipt.Unchanged(); // something newer is on its way
      }
      if (moves.isMoved(which.conversation())) {
        return insteadOf(which, message, operation, false);
      }
      return message.images().size() > 1
          ? replace(which, message, operation, true)
          : editOne(which, message, operation);
    }
  }

  Receipt delete(MessageRef which) throws InterruptedException {
    if (moves.isMoved(which.conversation())) {
      return new Receipt.Gone("the group moved, its messages stayed behind");
    }
    Receipt result = new Receipt.Unchanged();
    for (String id : which.ids()) {
      Answer answer = api.call(deletion(which.conversation(), id));
      if (answer instanceof Answer.Ok) {
        result = Receipt.Delivered.of(which);
      } else if (answer instanceof Answer.Refused refused) {
        if (refused.code() == 429) {
          return new Receipt.Deferred(refused.retryAfter());
        }
        if (refused.isUnauthorized()) {
          throw unauthorized();
        }
        if (refused.isByAnother() || refused.isServerError()) {
          throw refusedOnTheWay(refused);
        }
        result = new Receipt.Gone(refused.why());
      } else if (answer instanceof Answer.NotSent notSent) {
        throw new TransportException(
            TransportException.Kind.UNAVAILABLE, "Telegram cannot be reached: " + notSent.why());
      } else {
        result = new Receipt.Uncertain();
      }
    }
    return result;
  }

  private static DeleteMessage deletion(ConversationRef conversation, String id) {
    return DeleteMessage.builder()
        .chatId(conversation.chat())
        .messageId(Integer.valueOf(id))
        .build();
  }

  // ---- once

  /** Something that sends. */
  private interface Send {
    Receipt run() throws InterruptedException;
  }

  private Receipt once(OperationId operation, Send send) throws InterruptedException {
    Ledger.Entry entry = ledger.begin(operation);
    if (entry instanceof Ledger.Entry.Sent sent) {
      log.info("Was sent before, not sent again: operation={}", operation);
      return sent.receipt();
    }
    if (!(entry instanceof Ledger.Entry.Begun begun)) {
      log.warn("May have been sent before, not sent again: operation={}", operation);
      return new Receipt.Uncertain();
    }
    Receipt receipt = null;
    try {
      receipt = send.run();
      return receipt;
    } finally {
      if (receipt instanceof Receipt.Delivered delivered) {
        ledger.sent(operation, begun.version(), delivered);
      } else if (receipt instanceof Receipt.Uncertain) {
        ledger.unknown(operation, begun.version());
      } else {
        ledger.notSent(operation, begun.version());
      }
    }
  }

  private Receipt sendOne(ConversationRef to, Draft first, Form form, int messages)
      throws InterruptedException {
    ConversationRef there = moves.now(to);
    Draft draft = first;
    Duration atMost = draft.message().isFinal() ? patience : PROGRESS_SEND;
    for (int forms = 0; forms < MAX_FORMS; forms++) {
      Requests.Prepared call = form.of(there, draft);
      Outcome outcome =
          delivery.perform(there, messages, call.kind(), atMost, Act.SEND, () -> fire(call));
      if (outcome instanceof Outcome.Later later) {
        return new Receipt.Deferred(later.retryAfter());
      }
      Answer answer = ((Outcome.Answered) outcome).answer();
      if (answer instanceof Answer.Ok ok) {
        Optional<Receipt.Delivered> sent = Sent.read(ok.result(), there, transport);
        noteUploads(draft, sent);
        return sent.<Receipt>map(Function.identity()).orElseGet(Receipt.Uncertain::new);
      }
      if (!(answer instanceof Answer.Refused refused)) {
        log.warn("Telegram did not say whether it took a message: to={} answer={}", to, answer);
        return new Receipt.Uncertain();
      }
      Optional<Draft> plainer = draft.after(refused);
      if (refused.migrateTo().isPresent()) {
        moves.moved(there.chat(), Long.toString(refused.migrateTo().get()));
        there = moves.now(there);
      } else if (plainer.isPresent()) {
        log.debug("Trying a plainer form: to={} because={}", to, refused.why());
        draft = plainer.get();
      } else {
        return verdict(refused);
      }
    }
    return new Receipt.Rejected("Telegram took it in none of " + MAX_FORMS + " forms");
  }

  private void noteUploads(Draft draft, Optional<Receipt.Delivered> sent) {
    if (!draft.images().isEmpty()) {
      sent.ifPresent(s -> uploads.note(draft.images(), s.media()));
    }
  }

  /** Writes a draft for a conversation. */
  private interface Form {
    Requests.Prepared of(ConversationRef to, Draft draft);
  }

  private Answer fire(Requests.Prepared call) {
    return api.call(call.method(), call.body(), call.kind());
  }

  // ---- changes

  private Receipt editOne(MessageRef which, OutgoingMessage message, OperationId operation)
      throws InterruptedException {
    Draft draft = Draft.of(message);
    boolean caption = which.editToken().filter(Sent.MEDIA::equals).isPresent();
    Duration atMost = message.isFinal() ? patience : PROGRESS_EDIT;
    Act act = message.isFinal() ? Act.CHANGE : Act.PROGRESS;
    for (int forms = 0; forms < MAX_FORMS; forms++) {
      Requests.Prepared call = change(which, draft, caption);
      Outcome outcome =
          delivery.perform(which.conversation(), 1, call.kind(), atMost, act, () -> fire(call));
      if (outcome instanceof Outcome.Later later) {
        return new Receipt.Deferred(later.retryAfter());
      }
      Answer answer = ((Outcome.Answered) outcome).answer();
      if (answer instanceof Answer.Ok ok) {
        Optional<Receipt.Delivered> now = Sent.read(ok.result(), which.conversation(), transport);
        noteUploads(draft, now);
        return now.map(d -> new Receipt.Delivered(d.message(), Optional.empty(), d.media()))
            .orElse(Receipt.Delivered.of(which));
      }
      if (!(answer instanceof Answer.Refused refused)) {
        return new Receipt.Uncertain();
      }
      Optional<Draft> plainer = draft.after(refused);
      if (refused.says("not modified")) {
        return new Receipt.Unchanged();
      } else if (refused.migrateTo().isPresent()) {
        moves.moved(which.conversation().chat(), Long.toString(refused.migrateTo().get()));
        return insteadOf(which, message, operation, false);
      } else if (draft.images().isEmpty() && isTheOtherKind(refused, caption)) {
        caption = !caption;
      } else if (plainer.isPresent()) {
        draft = plainer.get();
      } else if (cannotBeChanged(refused)) {
        return insteadOf(which, message, operation, !refused.says("not found"));
      } else {
        return verdict(refused);
      }
    }
    return new Receipt.Rejected("Telegram took it in none of " + MAX_FORMS + " forms");
  }

  private Requests.Prepared change(MessageRef which, Draft draft, boolean caption) {
    if (!draft.images().isEmpty()) {
      return requests.editMedia(which, draft);
    }
    return caption ? requests.editCaption(which, draft) : requests.editText(which, draft);
  }

  private static boolean isTheOtherKind(Answer.Refused refused, boolean caption) {
    return refused.says(caption ? "no caption in the message" : "no text in the message");
  }

  private static boolean cannotBeChanged(Answer.Refused refused) {
    return refused.code() == 400
        && (refused.says("message to edit not found")
            || refused.says("message_id_invalid")
            || refused.says("message can't be edited")
            || refused.says("no media in the message")
            || refused.says("no text in the message")
            || refused.says("no caption in the message"));
  }

  /** A person who deleted a progress message gets no new one; what is final is sent anew. */
  private Receipt insteadOf(
      MessageRef which, OutgoingMessage message, OperationId operation, boolean stillThere)
      throws InterruptedException {
    return message.isFinal()
        ? replace(which, message, operation, stillThere)
        : new Receipt.Gone("the message is no longer there");
  }

  private Receipt replace(
      MessageRef which, OutgoingMessage message, OperationId operation, boolean stillThere)
      throws InterruptedException {
    Receipt sent = send(which.conversation(), message, operation);
    if (!(sent instanceof Receipt.Delivered delivered)) {
      return sent;
    }
    if (stillThere) {
      for (String id : which.ids()) {
        Answer gone = api.call(deletion(which.conversation(), id));
        if (!(gone instanceof Answer.Ok)) {
          log.debug("The message that was replaced stays: answer={}", gone);
        }
      }
    }
    return new Receipt.Replaced(delivered.message(), delivered.buttons(), delivered.media());
  }

  // ---- verdicts

  private Receipt verdict(Answer.Refused refused) {
    if (refused.isUnauthorized()) {
      throw unauthorized();
    }
    if (refused.isByAnother()) {
      throw refusedOnTheWay(refused);
    }
    boolean nobodyThere =
        refused.code() == 403
            || refused.says("chat not found")
            || refused.says("rights to send") && !isAboutPictures(refused)
            || refused.says("chat_write_forbidden")
            || refused.says("was deactivated")
            || refused.says("peer_id_invalid")
            || refused.says("topic_closed");
    return nobodyThere ? new Receipt.Gone(refused.why()) : new Receipt.Rejected(refused.why());
  }

  /** Where a group allows no pictures, people can still be told so. */
  private static boolean isAboutPictures(Answer.Refused refused) {
    return refused.says("to send photos")
        || refused.says("to send documents")
        || refused.says("to send media");
  }

  private static TransportException refusedOnTheWay(Answer.Refused refused) {
    return new TransportException(
        TransportException.Kind.UNAVAILABLE,
        "Telegram did not do it, or was not reached: " + refused.why());
  }

  private static TransportException unauthorized() {
    return new TransportException(
        TransportException.Kind.UNAUTHORIZED, "Telegram does not accept the bot's token");
  }
}
