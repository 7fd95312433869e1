package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.Activity;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import dev.easel.image.Capabilities;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusBoardTest {
  private static final TransportId WEB = new TransportId("web", "test");
  private static final ConversationRef CHAT =
      ConversationRef.of(WEB, "c", ConversationRef.Kind.PRIVATE);
  private static final ChatOrder ORDER =
      new ChatOrder(
          new UserRef(WEB, "u", "", Optional.empty()), CHAT, Locale.ENGLISH, Optional.empty(), "");
  private static final TransportCapabilities CAN =
      new TransportCapabilities(
          true, true, 8, 10, 10, 4096, 1024, true, true, Duration.ZERO, Duration.ZERO);
  private static final JobId JOB = JobId.of("job");

  private static final MessageRef STATUS = FakeOutbox.sentTo(CHAT);

  private final FakeQueue queue = new FakeQueue();
  private final MapStates states = new MapStates();
  private final StatusMessages messages = new StatusMessages(states);
  private final FakeOutbox chat = new FakeOutbox();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private final StatusBoard board = board(chat);

  private StatusBoard board(FakeOutbox outbox) {
    Replies replies = new Replies(Capabilities.builder("p").build(), CAN);
    return new StatusBoard(queue, outbox, messages, replies, CAN, threads);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void aJobThatCannotBeWatchedIsFollowedAllTheSame() throws Exception {
    queue.put(JOB, JobState.WAITING, Optional.empty());
    queue.failNextWatch(FakeQueue.away());

    board.follow(JOB, ORDER);

    assertThat(chat.sent.poll(20, TimeUnit.SECONDS)).as("its message").isNotNull();
  }

  @Test
  void theBotIsSeenBusyWhileAJobIsWorkedOn() throws Exception {
    queue.put(JOB, JobState.WAITING, Optional.empty());
    board.follow(JOB, ORDER);
    assertThat(chat.sent.poll(20, TimeUnit.SECONDS)).as("its message").isNotNull();
    assertThat(chat.indicated).as("it is in line").isEmpty();

    queue.put(JOB, JobState.RUNNING, Optional.empty());

    assertThat(chat.indicated.poll(20, TimeUnit.SECONDS)).isEqualTo(Activity.SENDING_IMAGE);
    assertThat(chat.indicated.poll(20, TimeUnit.SECONDS)).as("again and again").isNotNull();
  }

  @Test
  void oneFrontFollowsAJobUntilItIsGone() throws Exception {
    FakeOutbox chatOfNext = new FakeOutbox();
    StatusBoard next = board(chatOfNext);
    queue.put(JOB, JobState.WAITING, Optional.empty());
    board.follow(JOB, ORDER);
    assertThat(chat.sent.poll(20, TimeUnit.SECONDS)).as("its message").isNotNull();

    next.follow(JOB, ORDER);
    while (next.follows(JOB)) { // at its first look it sees that another front does
      Thread.onSpinWait();
    }
    assertThat(messages.isLeftBehind(JOB)).isFalse();
    assertThat(chatOfNext.edited).isEmpty();

    board.close();
    assertThat(messages.isLeftBehind(JOB)).isTrue();
    next.follow(JOB, ORDER);

    assertThat(chatOfNext.edited.poll(20, TimeUnit.SECONDS)).as("its message").isNotNull();
    assertThat(messages.isLeftBehind(JOB)).isFalse();
    queue.put(JOB, JobState.RUNNING, Optional.empty());
    assertThat(chatOfNext.edited.poll(20, TimeUnit.SECONDS)).as("news").isNotNull();
    assertThat(chat.edited).as("by the front that is gone").isEmpty();
  }

  /** The first message takes the platform so long that the picture comes before it is known. */
  @Test
  void aStatusThatArrivesAfterThePictureIsTakenBack() throws Exception {
    queue.put(JOB, JobState.WAITING, Optional.empty());
    MessageRef picture = MessageRef.of(CHAT, "picture");
    chat.whileSending =
        () -> {
          states.expire("message-lease");
          StatusMessages.Answer.Taken taken = (StatusMessages.Answer.Taken) messages.take(JOB);
          messages.finish(JOB, taken, Optional.of(picture));
        };

    board.follow(JOB, ORDER);

    assertThat(chat.deleted.poll(20, TimeUnit.SECONDS)).isEqualTo(STATUS);
    assertThat(messages.take(JOB)).isEqualTo(new StatusMessages.Answer.Final(Optional.of(picture)));
  }
}
