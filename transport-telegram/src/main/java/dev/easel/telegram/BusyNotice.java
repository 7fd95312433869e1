package dev.easel.telegram;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people whose messages were too many at once, once in a minute of the clock. A flood keeps
 * nobody waiting: notices have a thread and a short line of their own, and one that finds it full
 * is left out.
 */
final class BusyNotice implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BusyNotice.class);
  private static final int MAX_WAITING = 50;

  private final TelegramOutbox outbox;
  private final InstantSource time;
  private final String text;
  private final ThreadPoolExecutor teller;

  BusyNotice(TelegramOutbox outbox, InstantSource time, String text, ThreadFactory threads) {
    this.outbox = outbox;
    this.time = time;
    this.text = text;
    this.teller =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads);
    teller.allowCoreThreadTimeOut(true);
  }

  void tell(InboundEvent event) {
    ConversationRef conversation = event.envelope().conversation();
    log.info("Left out a message, its conversation has too many that wait: to={}", conversation);
    try {
      teller.execute(() -> tellNow(event, conversation));
    } catch (RejectedExecutionException e) {
      log.debug("Nobody is told: many others are being told, or this is being closed");
    }
  }

  private void tellNow(InboundEvent event, ConversationRef conversation) {
    try {
      if (event instanceof InboundEvent.ActionPressed pressed) {
        outbox.answer(pressed.press(), Notice.of(text));
        return;
      }
      long minute = time.instant().getEpochSecond() / 60;
      OperationId operation = OperationId.of("busy/" + conversation.key() + "/" + minute);
      Receipt receipt = outbox.send(conversation, OutgoingMessage.text(text), operation);
      log.debug("Told a conversation that it is busy: receipt={}", receipt);
    } catch (TransportException e) {
      log.info("A conversation could not be told that it is busy", e);
    }
  }

  /** Ends at once what is under way. */
  @Override
  public void close() {
    teller.shutdownNow();
  }
}
