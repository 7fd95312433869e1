package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import dev.easel.image.Capabilities;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

  private final FakeQueue queue = new FakeQueue();
  private final MapStates states = new MapStates();
  private final StatusMessages messages = new StatusMessages(states);
  private final Chat chat = new Chat();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private final StatusBoard board =
      new StatusBoard(
          queue, chat, messages, new Replies(Capabilities.builder("p").build(), CAN), CAN, threads);

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

    assertThat(chat.deleted.poll(20, TimeUnit.SECONDS)).isEqualTo(Chat.STATUS);
    assertThat(messages.take(JOB)).isEqualTo(new StatusMessages.Answer.Final(Optional.of(picture)));
  }

  /** A platform that is seen and slowed down by the test. */
  private static final class Chat implements Outbox {
    private static final MessageRef STATUS = MessageRef.of(CHAT, "status");

    private final BlockingQueue<OutgoingMessage> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<MessageRef> deleted = new LinkedBlockingQueue<>();
    private volatile Runnable whileSending = () -> {};

    @Override
    public Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation) {
      whileSending.run();
      sent.add(message);
      return Receipt.Delivered.of(STATUS);
    }

    @Override
    public Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation) {
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
    public void indicate(ConversationRef where, Activity what) {}

    @Override
    public void publish(List<CommandMenu> menus) {}

    @Override
    public InputStream open(RemoteImage image) {
      throw new UnsupportedOperationException();
    }
  }
}
