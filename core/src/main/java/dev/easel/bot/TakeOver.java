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

/**
 * Finds the messages that a front left behind, and has them kept up to date here. Walks through all
 * jobs that have not ended, so many at each run, and then begins anew. Not thread-safe.
 */
final class TakeOver implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(TakeOver.class);

  /** How often it is to be run. */
  static final Duration EVERY = Duration.ofSeconds(30);

  /** At each run: a page of a very full lane takes a backend its time. */
  static final int PAGES = 10;

  /** Asks the backend for jobs in a state, those that come after another. */
  @FunctionalInterface
  interface Pages {
    List<JobStatus> after(JobState state, Optional<JobId> last);

    static Pages of(QueueAdmin admin) {
      return (state, last) -> admin.page(Lane.RENDER, state, last, QueueAdmin.MAX_PAGE);
    }
  }

  private static final List<JobState> OPEN =
      List.of(JobState.WAITING, JobState.DELAYED, JobState.RUNNING, JobState.PARKED);

  private final Pages pages;
  private final TransportId transport;
  private final StatusMessages messages;
  private final StatusBoard board;
  private final Memory memory;
  private final Locale otherwise;
  private int state;
  private Optional<JobId> last = Optional.empty();

  TakeOver(
      Pages pages,
      TransportId transport,
      StatusMessages messages,
      StatusBoard board,
      Memory memory,
      Locale otherwise) {
    this.pages = requireNonNull(pages, "pages");
    this.transport = requireNonNull(transport, "transport");
    this.messages = requireNonNull(messages, "messages");
    this.board = requireNonNull(board, "board");
    this.memory = requireNonNull(memory, "memory");
    this.otherwise = requireNonNull(otherwise, "otherwise");
  }

  @Override
  public void run() {
    try {
      boolean through = false;
      for (int i = 0; i < PAGES && !through; i++) {
        through = walk();
      }
    } catch (RuntimeException e) { // also from the scheduler, which would run it no more
      log.debug("Will look for messages to take over again", e);
    }
  }

  /** One page further; true after the last. */
  private boolean walk() {
    List<JobStatus> page = pages.after(OPEN.get(state), last);
    page.stream().map(JobStatus::id).forEach(this::look);
    if (!page.isEmpty()) {
      last = Optional.of(page.get(page.size() - 1).id());
      return false;
    }
    last = Optional.empty();
    state = (state + 1) % OPEN.size();
    return state == 0;
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
