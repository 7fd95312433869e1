package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.TaskKind;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.QueueException;
import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoredImage;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final TransportId WEB = new TransportId("web", "test");
  private static final ChatOrder ORDER =
      new ChatOrder(
          new UserRef(WEB, "u", "", Optional.empty()),
          ConversationRef.of(WEB, "c", ConversationRef.Kind.PRIVATE),
          Locale.ENGLISH,
          Optional.empty(),
          "");
  private static final TransportCapabilities CAN =
      new TransportCapabilities(
          true, true, 8, 10, 10, 4096, 1024, true, true, Duration.ZERO, Duration.ZERO);
  private static final JobId JOB = JobId.of("job");
  private static final Duration WAIT_AT_MOST = Duration.ofHours(1);
  private static final ImageTask CAT = ImageTask.Generate.of("a cat");

  private final FakeQueue queue = new FakeQueue();
  private final MapStates states = new MapStates();
  private final Memory memory = new Memory(states);
  private final OneAtATime limiter = new OneAtATime();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private final Room images = new Room();
  private final Requests requests = requests(BotLimits.DEFAULT.withJobsPerMinute(1));

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void whatCouldNotBeAskedForIsNotCounted() {
    queue.failNextAccept(FakeQueue.away());

    assertThatThrownBy(() -> requests.ask(JOB, ORDER, CAT, false))
        .isInstanceOf(QueueException.class);
    assertThat(requests.ask(JOB, ORDER, CAT, true)).as("in line").isEmpty();
    assertThat(queue.accepted).hasSize(1);
  }

  @Test
  void whatWasAskedForBeforeAFailureIsAmongThePersonsJobs() {
    queue.put(JOB, JobState.WAITING, Optional.empty());

    assertThat(requests.ask(JOB, ORDER, CAT, true)).isEmpty();
    assertThat(memory.jobs(ORDER.user(), ORDER.conversation())).containsExactly(JOB);
  }

  @Test
  void picturesToStartFromAreKeptAsLongAsTheJobMayWait() {
    ImageRef photo = new ImageRef(ImageId.random(), MediaType.PNG, 4, 3, 100);
    ImageTask edit =
        new ImageTask.Edit(
            List.of(photo), "at night", Optional.empty(), Optional.empty(), ImageOptions.DEFAULT);

    assertThat(requests.ask(JOB, ORDER, edit, false)).isEmpty();

    assertThat(images.kept).containsOnlyKeys(photo.id());
    assertThat(images.kept.get(photo.id())).isGreaterThan(WAIT_AT_MOST);
  }

  @Test
  void allThatAPersonWaitsForIsAmongTheirJobs() {
    Requests many = requests(BotLimits.DEFAULT.withJobsPerMinute(0).withWaitingPerUser(50));
    List<JobId> jobs = IntStream.range(0, 50).mapToObj(i -> JobId.of("job-" + i)).toList();

    for (JobId job : jobs) {
      queue.put(job, JobState.WAITING, Optional.empty());
      assertThat(many.ask(job, ORDER, CAT, false)).isEmpty();
    }

    assertThat(memory.jobs(ORDER.user(), ORDER.conversation()))
        .containsExactlyInAnyOrderElementsOf(jobs);
  }

  @Test
  void whatHasEndedDoesNotPushOutWhatWaits() {
    Requests many = requests(BotLimits.DEFAULT.withJobsPerMinute(0));
    queue.put(JOB, JobState.WAITING, Optional.empty());
    assertThat(many.ask(JOB, ORDER, CAT, false)).isEmpty();

    for (int i = 0; i < 500; i++) {
      JobId job = JobId.of("job-" + i);
      assertThat(many.ask(job, ORDER, CAT, false)).isEmpty();
      queue.put(job, JobState.CANCELLED, Optional.empty());
    }

    assertThat(memory.jobs(ORDER.user(), ORDER.conversation())).contains(JOB).hasSizeLessThan(50);
  }

  private Requests requests(BotLimits limits) {
    Capabilities provider =
        Capabilities.builder("p").tasks(TaskKind.GENERATE, TaskKind.EDIT).maxInputImages(1).build();
    Replies replies = new Replies(provider, CAN);
    StatusBoard board =
        new StatusBoard(queue, new FakeOutbox(), new StatusMessages(states), replies, CAN, threads);
    return new Requests(
        queue,
        new RenderLine(queue, images, InstantSource.system(), WAIT_AT_MOST),
        limiter,
        images,
        limits,
        memory,
        board,
        replies,
        () -> false);
  }

  /** One permit, until it is given back. */
  private static final class OneAtATime implements RateLimiter {
    private boolean taken;

    @Override
    public Decision acquire(List<Permit> all, Duration bookAhead) {
      if (taken) {
        return new Decision.Limited(Duration.ofMinutes(1));
      }
      taken = true;
      return new Decision.Granted(Duration.ZERO);
    }

    @Override
    public void refund(List<Permit> permits) {
      taken = false;
    }

    @Override
    public void block(String key, Duration time) {}
  }

  static final class Room implements ImageStore {
    final Map<ImageId, Duration> kept = new HashMap<>();

    @Override
    public ImageRef put(InputStream in, MediaType type, Duration keep) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoredImage> open(ImageId id) {
      return Optional.empty();
    }

    @Override
    public void keep(ImageId id, Duration time) {
      kept.put(id, time);
    }

    @Override
    public void remove(ImageId id) {}

    @Override
    public boolean hasRoom() {
      return true;
    }
  }
}
