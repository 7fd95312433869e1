package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.TransportId;
import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns events of a transport into jobs of its inbox lane. */
final class BotInbox implements Inbox {
  private static final Logger log = LoggerFactory.getLogger(BotInbox.class);

  /** What the ids of inbox jobs begin with. */
  static final String PREFIX = "in:";

  private static final Retry RETRY = new Retry(4, Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final Duration COME_AGAIN = Duration.ofSeconds(2);

  private final JobQueue queue;
  private final TransportId transport;
  private final Lane lane;
  private final BooleanSupplier stopping;

  BotInbox(JobQueue queue, TransportId transport, BooleanSupplier stopping) {
    this.queue = requireNonNull(queue, "queue");
    this.transport = requireNonNull(transport, "transport");
    this.lane = Lane.inbox(transport.toString());
    this.stopping = requireNonNull(stopping, "stopping");
  }

  @Override
  public Optional<NotAccepted> accept(InboundEvent event) {
    if (stopping.getAsBoolean()) {
      return Optional.of(new NotAccepted(Why.STOPPING, COME_AGAIN));
    }
    JobId id = JobId.of(PREFIX + transport + ":" + event.envelope().eventId());
    GroupId conversation = GroupId.of(event.envelope().conversation().key());
    try {
      Accepted answer =
          queue.accept(NewJob.of(id, lane, conversation, body(event)).withRetry(RETRY));
      if (answer instanceof Accepted.Full full) {
        Why why = full.limit() == Accepted.Limit.GROUP ? Why.CONVERSATION_BUSY : Why.FULL;
        return Optional.of(new NotAccepted(why, full.retryAfter()));
      }
      return Optional.empty();
    } catch (QueueException e) {
      log.warn("Cannot take an event, the platform is told to send it again: job={}", id, e);
      return Optional.of(new NotAccepted(Why.UNAVAILABLE, COME_AGAIN));
    }
  }

  private static Payload body(InboundEvent event) {
    try {
      return Codec.EVENT.write(event);
    } catch (IllegalArgumentException e) {
      // six bytes for each hidden character: nobody will miss them
      return Codec.EVENT.write(withoutHidden(event));
    }
  }

  private static InboundEvent withoutHidden(InboundEvent event) {
    if (event instanceof InboundEvent.TextReceived e) {
      return new InboundEvent.TextReceived(e.envelope(), Prompt.clean(e.text()).text());
    }
    if (event instanceof InboundEvent.CommandReceived e) {
      String arguments = Prompt.clean(e.arguments()).text();
      return new InboundEvent.CommandReceived(e.envelope(), e.name(), arguments, e.images());
    }
    if (event instanceof InboundEvent.ImagesReceived e) {
      String caption = Prompt.clean(e.caption()).text();
      return new InboundEvent.ImagesReceived(e.envelope(), e.images(), caption);
    }
    return event;
  }
}
