package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** By a clock that the test moves. */
class WindowTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Window window = new Window(30, nanos::get);

  private Window.Places taken(int messages, boolean upload) throws InterruptedException {
    return window.enter(messages, upload, Duration.ZERO).orElseThrow();
  }

  private boolean isFull() throws InterruptedException {
    return window.enter(1, false, Duration.ZERO).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void placeIsFreeASecondAfterTheAnswerHoweverLateThatComes() throws Exception {
    Window.Places all = taken(30, false);
    pass(Duration.ofMinutes(1));
    assertThat(isFull()).as("it may arrive now").isTrue();
    window.leave(all);
    pass(Duration.ofMillis(999));
    assertThat(isFull()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(isFull()).isFalse();
  }

  @Test
  void albumsThatAreSlowDoNotKeepOthersWaiting() throws Exception {
    for (int i = 0; i < 3; i++) {
      taken(10, true);
    }
    assertThat(isFull()).isTrue();
    pass(Duration.ofSeconds(2));

    assertThat(isFull()).isFalse();
  }

  @Test
  void slowUploadCountsOnceItHasArrived() throws Exception {
    List<Window.Places> albums = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      albums.add(taken(10, true));
    }
    pass(Duration.ofSeconds(2));
    Window.Places text = taken(1, false);
    albums.forEach(window::leave);
    assertThat(isFull()).isTrue();
    window.leave(text);
    pass(Duration.ofSeconds(1));

    assertThat(taken(30, false)).as("each place was given back once").isNotNull();
    assertThat(isFull()).isTrue();
  }
}
