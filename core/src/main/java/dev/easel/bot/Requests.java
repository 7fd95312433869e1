package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageTask;
import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.Lane;
import dev.easel.job.Then;
import dev.easel.limit.Decision;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for pictures on a person's behalf, within the limits, and shows that they are in line. */
final class Requests {
  private static final Logger log = LoggerFactory.getLogger(Requests.class);

  private final JobQueue queue;
  private final RenderLine line;
  private final RateLimiter limiter;
  private final ImageStore images;
  private final BotLimits limits;
  private final Memory memory;
  private final StatusBoard board;
  private final Replies replies;
  private final BooleanSupplier refusing;

  Requests(
      JobQueue queue,
      RenderLine line,
      RateLimiter limiter,
      ImageStore images,
      BotLimits limits,
      Memory memory,
      StatusBoard board,
      Replies replies,
      BooleanSupplier refusing) {
    this.queue = requireNonNull(queue, "queue");
    this.line = requireNonNull(line, "line");
    this.limiter = requireNonNull(limiter, "limiter");
    this.images = requireNonNull(images, "images");
    this.limits = requireNonNull(limits, "limits");
    this.memory = requireNonNull(memory, "memory");
    this.board = requireNonNull(board, "board");
    this.replies = requireNonNull(replies, "replies");
    this.refusing = requireNonNull(refusing, "refusing");
  }

  /**
   * Asks for a picture.
   *
   * @param id made from the event, so that handling the event again asks for nothing twice
   * @param again whether the event may have been handled before
   * @return what the person is told; empty once it is in line, which a message of its own says
   */
  Optional<String> ask(JobId id, ChatOrder order, ImageTask task, boolean again) {
    Texts texts = Texts.in(order.locale());
    if (again && queue.find(id).isPresent()) {
      inLine(id, order); // that may be where it failed
      return Optional.empty();
    }
    if (refusing.getAsBoolean()) {
      return Optional.of(texts.get("refused.stopping"));
    }
    if (!replies.can(task.kind())) {
      return Optional.of(texts.get("refused.task"));
    }
    if (!images.hasRoom()) {
      return Optional.of(texts.get("refused.room"));
    }
    GroupId requester = requester(order);
    List<Permit> permits = permits(requester);
    if (!permits.isEmpty()
        && limiter.acquire(permits, Duration.ZERO) instanceof Decision.Limited limited) {
      return Optional.of(texts.get("refused.minute", texts.about(limited.retryAfter())));
    }
    Accepted answer;
    try {
      answer = accept(id, order, task, requester);
    } catch (RuntimeException e) {
      refund(permits); // the event is handled again, and asks for them again
      throw e;
    }
    if (answer instanceof Accepted.Full full) {
      refund(permits);
      return Optional.of(full(texts, full));
    }
    inLine(id, order);
    return Optional.empty();
  }

  private void inLine(JobId id, ChatOrder order) {
    memory.addJob(order.user(), order.conversation(), id, this::hasEnded);
    board.follow(id, order);
  }

  private boolean hasEnded(JobId id) {
    return queue.find(id).map(status -> status.state().ended()).orElse(true);
  }

  private Accepted accept(JobId id, ChatOrder order, ImageTask task, GroupId requester) {
    memory.card(new Card(id, order.user(), order.conversation(), task, List.of()));
    Then then =
        new Then(
            Lane.deliver(order.conversation().transport().toString()),
            GroupId.of(order.conversation().key()));
    return line.accept(id, requester, task, Codec.text(order), Optional.of(then));
  }

  private void refund(List<Permit> permits) {
    try {
      if (!permits.isEmpty()) {
        limiter.refund(permits);
      }
    } catch (LimiterException e) {
      log.debug("Permits that were not used are lost", e);
    }
  }

  private List<Permit> permits(GroupId requester) {
    return limits.jobsPerMinute() == 0
        ? List.of()
        : List.of(
            Permit.of("jobs:" + requester, Rate.of(limits.jobsPerMinute(), Duration.ofMinutes(1))));
  }

  private String full(Texts texts, Accepted.Full full) {
    switch (full.limit()) {
      case GROUP:
        return texts.get("refused.waiting", limits.waitingPerUser());
      case BACKEND:
        return texts.get("refused.unavailable");
      default:
        return texts.get("refused.full", texts.about(full.retryAfter()));
    }
  }

  /** The render group: the person, whatever conversation they write in. */
  static GroupId requester(ChatOrder order) {
    return GroupId.of(
        Memory.fitting(order.user().transport() + "/" + order.user().id(), GroupId.MAX_LENGTH));
  }
}
