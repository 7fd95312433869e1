package dev.easel.web;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Activity;
import dev.easel.chat.CommandMenu;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportException;
import dev.easel.store.ImageId;
import dev.easel.store.StoreException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes what the bot says into the timelines, from where any process shows it. */
final class WebOutbox implements Outbox {
  private static final Duration KEEP_NOTICE = Duration.ofSeconds(30);

  private final Host host;
  private final Ledger ledger;
  private final Duration keep;

  WebOutbox(Host host, Ledger ledger, Duration keep) {
    this.host = host;
    this.ledger = ledger;
    this.keep = keep;
  }

  @Override
  public Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation) {
    return reaching(
        () -> {
          String id = Ids.messageOfBot(to, operation);
          Optional<Ledger.Entry> known = ledger.find(to, id);
          if (known.isPresent()) {
            return known.get().gone()
                ? new Receipt.Gone("it was deleted since")
                : Receipt.Delivered.of(MessageRef.of(to, id));
          }
          byte[] state = Shown.ofBot(id, message, 0).encode();
          if (state.length > Timelines.MAX_BYTES) {
            return tooLarge();
          }
          long born = host.timelines().put(to, id, state, keep);
          ledger.put(to, id, new Ledger.Entry(born, digest(id, message)));
          return Receipt.Delivered.of(MessageRef.of(to, id));
        });
  }

  @Override
  public Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation) {
    return reaching(
        () -> {
          ConversationRef conversation = which.conversation();
          String id = which.ids().get(0);
          Optional<Ledger.Entry> known = ledger.find(conversation, id);
          if (known.isEmpty() || known.get().gone()) {
            return new Receipt.Gone("the message is not there any more");
          }
          String digest = digest(id, message);
          if (digest.equals(known.get().digest())) {
            return new Receipt.Unchanged();
          }
          long born = known.get().born();
          byte[] state = Shown.ofBot(id, message, born).encode();
          if (state.length > Timelines.MAX_BYTES) {
            return tooLarge();
          }
          host.timelines().put(conversation, id, state, keep);
          ledger.put(conversation, id, new Ledger.Entry(born, digest));
          return Receipt.Delivered.of(which);
        });
  }

  @Override
  public Receipt delete(MessageRef which) {
    return reaching(
        () -> {
          ConversationRef conversation = which.conversation();
          String id = which.ids().get(0);
          Optional<Ledger.Entry> known = ledger.find(conversation, id);
          if (known.isEmpty() || known.get().gone()) {
            return new Receipt.Gone("the message is not there any more");
          }
          long born = known.get().born();
          host.timelines().put(conversation, id, Shown.deleted(id, born).encode(), keep);
          ledger.put(conversation, id, new Ledger.Entry(born, ""));
          return Receipt.Delivered.of(which);
        });
  }

  @Override
  public void answer(ActionRef press, Notice notice) {
    reaching(
        () -> {
          ConversationRef conversation = press.message().conversation();
          if (ledger.firstAnswer(conversation, press.id())) {
            Shown shown = Shown.notice(press.message().ids().get(0), notice.text());
            host.timelines().put(conversation, press.id(), shown.encode(), KEEP_NOTICE);
          }
          return true;
        });
  }

  @Override
  public void indicate(ConversationRef where, Activity what) {
    // the page shows progress by itself
  }

  @Override
  public void publish(List<CommandMenu> menus) {
    // the page has no menu of commands
  }

  @Override
  public InputStream open(RemoteImage image) {
    ImageId id;
    try {
      id = image.stored().isPresent() ? image.stored().get().id() : new ImageId(image.locator());
    } catch (IllegalArgumentException e) {
      throw new TransportException(TransportException.Kind.GONE, "no such picture", e);
    }
    return reaching(
        () ->
            host.images()
                .open(id)
                .orElseThrow(
                    () ->
                        new TransportException(
                            TransportException.Kind.GONE, "the picture is no longer kept"))
                .content());
  }

  private static String digest(String id, OutgoingMessage message) {
    return Ids.digest(Shown.ofBot(id, message, 0).encode());
  }

  private static Receipt tooLarge() {
    return new Receipt.Rejected("a message has at most " + Timelines.MAX_BYTES + " bytes");
  }

  private static <T> T reaching(Supplier<T> act) {
    try {
      return act.get();
    } catch (StoreException e) {
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE, "the conversation cannot be reached", e);
    }
  }
}
