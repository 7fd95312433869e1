package dev.easel.telegram;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Activity;
import dev.easel.chat.CommandMenu;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import java.io.InputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the bot does on Telegram: gives each act to the part that knows how. */
final class TelegramOutbox implements Outbox {
  private static final Logger log = LoggerFactory.getLogger(TelegramOutbox.class);

  private final Messages messages;
  private final Presses presses;
  private final ChatActions actions;
  private final Menus menus;
  private final Downloads downloads;

  TelegramOutbox(
      Messages messages, Presses presses, ChatActions actions, Menus menus, Downloads downloads) {
    this.messages = messages;
    this.presses = presses;
    this.actions = actions;
    this.menus = menus;
    this.downloads = downloads;
  }

  @Override
  public Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation) {
    return uninterrupted(() -> messages.send(to, message, operation));
  }

  @Override
  public Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation) {
    return uninterrupted(() -> messages.edit(which, message, operation));
  }

  @Override
  public Receipt delete(MessageRef which) {
    return uninterrupted(() -> messages.delete(which));
  }

  @Override
  public void answer(ActionRef press, Notice notice) {
    if (presses.answer(press, notice)) {
      return;
    }
    try {
      Receipt receipt =
          send(
              press.message().conversation(),
              OutgoingMessage.text(notice.text()),
              OperationId.of("press/" + press.id()));
      log.debug("A press was answered with a message: receipt={}", receipt);
    } catch (TransportException e) {
      log.info("A press could not be answered, nothing more is tried", e);
    }
  }

  @Override
  public void indicate(ConversationRef where, Activity what) {
    actions.show(where, what);
  }

  @Override
  public void publish(List<CommandMenu> list) {
    menus.publish(list);
  }

  @Override
  public InputStream open(RemoteImage image) {
    return downloads.open(image);
  }

  /** Something that waits. */
  private interface Act {
    Receipt run() throws InterruptedException;
  }

  private static Receipt uninterrupted(Act act) {
    try {
      return act.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE, "interrupted, nothing was sent", e);
    }
  }
}
