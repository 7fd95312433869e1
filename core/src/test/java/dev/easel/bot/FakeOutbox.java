package dev.easel.bot;

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
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A platform that is seen and slowed down by a test. All messages of a conversation are one. */
final class FakeOutbox implements Outbox {
  final BlockingQueue<OutgoingMessage> sent = new LinkedBlockingQueue<>();
  final BlockingQueue<OutgoingMessage> edited = new LinkedBlockingQueue<>();
  final BlockingQueue<MessageRef> deleted = new LinkedBlockingQueue<>();
  final BlockingQueue<Activity> indicated = new LinkedBlockingQueue<>();
  final Queue<byte[]> pictures = new ConcurrentLinkedQueue<>();
  volatile Runnable whileSending = () -> {};

  static MessageRef sentTo(ConversationRef conversation) {
    return MessageRef.of(conversation, "sent");
  }

  @Override
  public Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation) {
    whileSending.run();
    sent.add(message);
    return Receipt.Delivered.of(sentTo(to));
  }

  @Override
  public Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation) {
    edited.add(message);
    return new Receipt.Unchanged();
  }

  @Override
  public Receipt delete(MessageRef which) {
    deleted.add(which);
    return Receipt.Delivered.of(which);
  }

  @Override
  public void answer(ActionRef press, Notice notice) {}

  @Override
  public void indicate(ConversationRef where, Activity what) {
    indicated.add(what);
  }

  @Override
  public void publish(List<CommandMenu> menus) {}

  @Override
  public InputStream open(RemoteImage image) {
    byte[] picture = pictures.poll();
    if (picture == null) {
      throw new TransportException(TransportException.Kind.UNAVAILABLE, "away, says the test");
    }
    return new ByteArrayInputStream(picture);
  }
}
