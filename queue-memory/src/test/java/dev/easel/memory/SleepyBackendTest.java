package dev.easel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.WorkerId;
import dev.easel.limit.LimiterException;
import dev.easel.limit.Permit;
import dev.easel.limit.Rate;
import dev.easel.store.ImageId;
import dev.easel.store.Key;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import dev.easel.testkit.SleepyBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The testkit cannot see a backend, so its sleepy one is tried here. */
class SleepyBackendTest {
  private final SleepyBackend backend = new SleepyBackend(MemoryBackend.create());

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void awakeItIsTheBackendItWraps() throws Exception {
    assertThat(backend.queue().accept(job("a"))).isInstanceOf(Accepted.New.class);
    assertThat(
            backend
                .source()
                .exchange(WorkerId.of("me"), Lane.RENDER, List.of(), 1, Duration.ZERO)
                .claimed())
        .hasSize(1);
    assertThat(backend.durable()).isFalse();
    assertThat(backend.queue().toString()).isNotEmpty();
    assertThatIllegalArgumentException()
        .as("the wrapped one's own exceptions come through")
        .isThrownBy(() -> backend.admin().reviveAll(Lane.RENDER, 0));
  }

  @Test
  void asleepEverySeamIsUnavailable() {
    backend.sleep();

    assertThatThrownBy(() -> backend.queue().accept(job("a")))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE));
    assertThatThrownBy(() -> backend.source().renew(List.of())).isInstanceOf(QueueException.class);
    assertThatThrownBy(() -> backend.admin().pause(Lane.RENDER)).isInstanceOf(QueueException.class);
    assertThatThrownBy(
            () ->
                backend
                    .limiter()
                    .acquire(
                        List.of(Permit.of("a", Rate.of(1, Duration.ofSeconds(1)))), Duration.ZERO))
        .isInstanceOf(LimiterException.class);
    assertThatThrownBy(() -> backend.state().get(new Key("a", "b")))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
    assertThatThrownBy(() -> backend.images().open(ImageId.random()))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> backend.timelines().watch(hint -> {}))
        .isInstanceOf(StoreException.class);
  }

  @Test
  void wokenItIsAsItWas() {
    backend.queue().accept(job("a"));
    backend.sleep();
    assertThatThrownBy(() -> backend.queue().accept(job("b"))).isInstanceOf(QueueException.class);
    backend.wake();

    assertThat(backend.queue().find(JobId.of("a"))).isPresent();
    assertThat(backend.queue().find(JobId.of("b"))).as("was not carried out").isEmpty();
  }

  @Test
  void callWhoseAnswerIsLostIsCarriedOut() {
    backend.loseAnswers(1);

    assertThatThrownBy(() -> backend.queue().accept(job("a"))).isInstanceOf(QueueException.class);

    assertThat(backend.queue().accept(job("a"))).isInstanceOf(Accepted.Known.class);
    assertThatIllegalArgumentException().isThrownBy(() -> backend.loseAnswers(-1));
  }

  @Test
  void hintsAreMissedWhileItSleeps() throws Exception {
    BlockingQueue<JobStatus> hints = new LinkedBlockingQueue<>();
    MemoryBackend real = MemoryBackend.create();
    try (SleepyBackend sleepy = new SleepyBackend(real)) {
      sleepy.queue().accept(List.of(job("a"), job("b")));
      try (Subscription a = sleepy.queue().watch(JobId.of("a"), hints::add);
          Subscription b = sleepy.queue().watch(JobId.of("b"), hints::add)) {
        assertThat(a).isNotSameAs(b);
        BlockingQueue<JobStatus> told = new LinkedBlockingQueue<>();
        try (Subscription direct = real.queue().watch(JobId.of("a"), told::add)) {
          assertThat(direct).isNotNull();
          sleepy.sleep();
          real.queue().cancel(JobId.of("a"));
          assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        sleepy.wake();
        real.queue().cancel(JobId.of("b"));

        JobStatus first = hints.poll(10, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        assertThat(first.id()).as("of a nothing was told").isEqualTo(JobId.of("b"));
        assertThat(first.state()).isEqualTo(JobState.CANCELLED);
      }
    }
  }

  private static NewJob job(String id) {
    return NewJob.of(
        JobId.of(id), Lane.RENDER, GroupId.of("group"), new Payload("test", 1, new byte[0]));
  }
}
