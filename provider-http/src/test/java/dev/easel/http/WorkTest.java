package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class WorkTest {
  @Test
  void timeMayBeForever() {
    Work work = Work.within(ChronoUnit.FOREVER.getDuration());
    assertThat(work.isOver()).isFalse();
    assertThat(work.left()).isGreaterThan(Duration.ofDays(300));
  }
}
