package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Activity;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportCapabilities;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how the jobs of this front are getting on, in one message each, as often as the platform
 * likes, until the job ends; and, while somebody works on it, that the bot is busy.
 */
final class StatusBoard {
  private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);

  /** A picture that is there by then needs no message that says it is in line. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(120);

  /** Hints may be missed: every job is looked at so often. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  /** More jobs than this at once are not followed; their pictures come all the same. */
  private static final int MAX_FOLLOWED = 10_000;

  private final JobQueue queue;
  private final Outbox outbox;
  private final StatusMessages messages;
  private final Replies replies;
  private final TransportCapabilities transport;
  private final ScheduledExecutorService threads;
  private final Map<JobId, Followed> followed = new ConcurrentHashMap<>();

  StatusBoard(
      JobQueue queue,
      Outbox outbox,
      StatusMessages messages,
      Replies replies,
      TransportCapabilities transport,
      ScheduledExecutorService threads) {
    this.queue = requireNonNull(queue, "queue");
    this.outbox = requireNonNull(outbox, "outbox");
    this.messages = requireNonNull(messages, "messages");
    this.replies = requireNonNull(replies, "replies");
    this.transport = requireNonNull(transport, "transport");
    this.threads = requireNonNull(threads, "threads");
  }

  /** Follows a job to its end, or until another front does. */
  void follow(JobId job, ChatOrder order) {
    if (followed.size() < MAX_FOLLOWED) {
      Followed one = new Followed(job, order);
      if (followed.putIfAbsent(job, one) == null) {
        one.begin();
      }
    }
  }

  boolean follows(JobId job) {
    return followed.containsKey(job);
  }

  /** Leaves the messages to other fronts, which otherwise would wait for the watches to run out. */
  void close() {
    try {
      followed.values().forEach(one -> one.watch.leave());
    } catch (RuntimeException e) {
      log.debug("Messages were left without a word", e);
    }
  }

  private Duration interval(ChatOrder order) {
    return order.conversation().kind() == ConversationRef.Kind.PRIVATE
        ? transport.editInterval()
        : transport.groupEditInterval();
  }

  /** One job's message. At most one look at a time is planned. */
  private final class Followed {
    private final JobId job;
    private final ChatOrder order;
    private final Watch watch;
    private @Nullable OutgoingMessage shown;
    private long notBefore = System.nanoTime() + FIRST_LOOK.toNanos();
    private boolean hinted;
    private boolean ended;
    private @Nullable Subscription hints;
    private @Nullable ScheduledFuture<?> planned;

    Followed(JobId job, ChatOrder order) {
      this.job = job;
      this.order = order;
      this.watch = messages.watch(job);
    }

    synchronized void begin() {
      try {
        if (transport.editText()) {
          hints = queue.watch(job, status -> hurry());
        }
      } catch (RuntimeException e) {
        log.debug("Followed without hints: job={}", job, e);
      }
      plan(FIRST_LOOK);
    }

    private synchronized void end() {
      ended = true;
      followed.remove(job, this);
      if (hints != null) {
        hints.close();
      }
    }

    /** Something changed: look as soon as the platform allows. */
    private synchronized void hurry() {
      hinted = true; // for a look that is under way, and may have looked too early
      long wait = Math.max(0, notBefore - System.nanoTime());
      if (planned != null
          && planned.getDelay(TimeUnit.NANOSECONDS) > wait
          && planned.cancel(false)) {
        plan(Duration.ofNanos(wait));
      }
    }

    private synchronized void plan(Duration wait) {
      if (ended) {
        return;
      }
      try {
        planned = threads.schedule(this::look, wait.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        end(); // the bot is being stopped
      }
    }

    private void look() {
      forgetHint();
      try {
        Optional<JobStatus> status = queue.find(job);
        if (status.isEmpty()
            || status.get().state().ended()
            || !watch.isOurs()
            || !show(status.get())) {
          end();
          return;
        }
        indicate(status.get().state());
      } catch (RuntimeException e) {
        log.debug("Status not shown this time: job={}", job, e);
      }
      planNext();
    }

    private synchronized void forgetHint() {
      hinted = false;
    }

    private synchronized void planNext() {
      plan(hinted ? Duration.ofNanos(Math.max(0, notBefore - System.nanoTime())) : LOOK_EVERY);
    }

    /** Shows a status; false if there is nothing more to show. */
    private boolean show(JobStatus status) {
      OutgoingMessage now = replies.status(order, status);
      if (now.equals(shown)) {
        return true;
      }
      StatusMessages.Answer answer = messages.take(job);
      if (!(answer instanceof StatusMessages.Answer.Taken taken)) {
        return answer instanceof StatusMessages.Answer.Busy;
      }
      Optional<MessageRef> message = taken.message();
      try {
        Receipt receipt =
            message.isPresent()
                ? outbox.edit(message.get(), now, OperationId.of("p:" + job + ":" + taken.lease()))
                : outbox.send(order.conversation(), now, OperationId.of("s:" + job));
        shown = receipt instanceof Receipt.Deferred ? shown : now;
        message = shownIn(receipt).or(taken::message);
      } finally {
        later();
        if (!messages.keep(job, taken, message)) {
          message.ifPresent(
              outbox::delete); // the picture stands elsewhere: this would stay for ever
        }
      }
      return transport.editText();
    }

    private void indicate(JobState state) {
      if (state == JobState.RUNNING || state == JobState.PARKED) {
        outbox.indicate(order.conversation(), Activity.SENDING_IMAGE);
      }
    }

    private synchronized void later() {
      notBefore = System.nanoTime() + interval(order).toNanos();
    }
  }

  /** The message that a receipt names, if it is a new one. */
  static Optional<MessageRef> shownIn(Receipt receipt) {
    if (receipt instanceof Receipt.Delivered delivered) {
      return Optional.of(delivered.message());
    }
    if (receipt instanceof Receipt.Replaced replaced) {
      return Optional.of(replaced.message());
    }
    return Optional.empty();
  }
}
