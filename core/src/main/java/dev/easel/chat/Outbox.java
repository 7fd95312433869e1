package dev.easel.chat;

import java.io.InputStream;
import java.util.List;

/**
 * What the bot does towards a platform. Thread-safe; calls block, but not longer than a few seconds
 * for a limit: then they say {@link Receipt.Deferred}.
 *
 * @see TransportException for what goes wrong
 */
public interface Outbox {

  /**
   * Sends a message. The same operation again gives no second message where the platform or a
   * ledger can tell.
   */
  Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation);

  /** Changes a message into another. */
  Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation);

  Receipt delete(MessageRef which);

  /** Answers a press; harmless when it was answered already or is too old. */
  void answer(ActionRef press, Notice notice);

  /** Shows for a few seconds that something is going on; never fails. */
  void indicate(ConversationRef where, Activity what);

  /** Offers commands; ignored where there is no menu. */
  void publish(List<CommandMenu> menus);

  /**
   * Opens a picture that a person sent; the caller closes it and limits what it reads.
   *
   * @throws TransportException {@code GONE} if it is no longer there, {@code UNAVAILABLE} to try
   *     again
   */
  InputStream open(RemoteImage image);
}
