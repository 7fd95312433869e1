package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.TransportId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.QueueAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the messages that a front left behind, and has them kept up to date here. */
final class TakeOver implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(TakeOver.class);

  /** How often it is to be run. It walks through all jobs that have not ended. */
  static final Duration EVERY = Duration.ofSeconds(30);

  private static final List<JobState> OPEN =
      List.of(JobState.WAITING, JobState.DELAYED, JobState.RUNNING, JobState.PARKED);

  private final QueueAdmin admin;
  private final TransportId transport;
  private final StatusMessages messages;
  private final StatusBoard board;
  private final Memory memory;
  private final Locale otherwise;

  TakeOver(
      QueueAdmin admin,
      TransportId transport,
      StatusMessages messages,
      StatusBoard board,
      Memory memory,
      Locale otherwise) {
    this.admin = requireNonNull(admin, "admin");
    this.transport = requireNonNull(transport, "transport");
    this.messages = requireNonNull(messages, "messages");
    this.board = requireNonNull(board, "board");
    this.memory = requireNonNull(memory, "memory");
    this.otherwise = requireNonNull(otherwise, "otherwise");
  }

  @Override
  public void run() {
    try {
      OPEN.forEach(this::walk);
    } catch (RuntimeException e) { // also from the scheduler, which would run it no more
      log.debug("Will look for messages to take over again", e);
    }
  }

  private void walk(JobState state) {
    List<JobStatus> page = admin.page(Lane.RENDER, state, Optional.empty(), QueueAdmin.MAX_PAGE);
    while (!page.isEmpty()) {
      page.stream().map(JobStatus::id).forEach(this::look);
      Optional<JobId> last = Optional.of(page.get(page.size() - 1).id());
      page = admin.page(Lane.RENDER, state, last, QueueAdmin.MAX_PAGE);
    }
  }

  private void look(JobId job) {
    if (!board.follows(job) && messages.isLeftBehind(job)) {
      memory
          .card(Memory.cardOf(job))
          .filter(card -> card.where().transport().equals(transport))
          .ifPresent(card -> board.follow(job, order(card)));
    }
  }

  /** What a message that stands already needs of it: no quote, and no hint before the picture. */
  private ChatOrder order(Card card) {
    return new ChatOrder(
        card.owner(), card.where(), card.owner().locale().orElse(otherwise), Optional.empty(), "");
  }
}
