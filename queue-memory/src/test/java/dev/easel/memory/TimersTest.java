package dev.easel.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers<Alarm> timers = new Timers<>();

  private static final class Alarm extends Timed {}

  @Test
  void firstDueComesFirstThroughAnyChanges() {
    Random random = new Random(7);
    List<Alarm> set = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(3) == 0 && !set.isEmpty()) {
        timers.clear(set.remove(random.nextInt(set.size())));
      } else if (random.nextInt(3) == 0 && !set.isEmpty()) {
        timers.set(set.get(random.nextInt(set.size())), random.nextInt(1000));
      } else if (set.size() < 300) {
        Alarm alarm = new Alarm();
        set.add(alarm);
        timers.set(alarm, random.nextInt(1000));
      }
      assertThat(timers.size()).isEqualTo(set.size());
      assertThat(timers.next())
          .isEqualTo(set.stream().mapToLong(a -> a.timerAt).min().orElse(Long.MAX_VALUE));
    }

    long last = -1;
    while (!set.isEmpty()) {
      Alarm due = requireNonNull(timers.pollDue(1000));
      assertThat(due.timerAt).isGreaterThanOrEqualTo(last);
      assertThat(set.remove(due)).isTrue();
      last = due.timerAt;
    }
  }

  @Test
  void nothingIsDueBeforeItsTime() {
    Alarm alarm = new Alarm();
    timers.set(alarm, 10);

    assertThat(timers.pollDue(9)).isNull();
    assertThat(timers.pollDue(10)).isSameAs(alarm);
    assertThat(timers.pollDue(10)).isNull();
    timers.clear(alarm);
    assertThat(timers.size()).isZero();
  }
}
