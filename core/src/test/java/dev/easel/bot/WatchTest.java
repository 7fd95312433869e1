package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.store.Key;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Key KEY = new Key("watch", "job");

  private final MapStates states = new MapStates();

  private Watch watch() {
    return new Watch(states, KEY, Duration.ZERO);
  }

  @Test
  void belongsToOneFront() {
    Watch first = watch();
    assertThat(first.isOurs()).isTrue();
    assertThat(watch().isOurs()).isFalse();
    assertThat(first.isOurs()).isTrue();
  }

  @Test
  void isRenewed() {
    Watch watch = watch();
    watch.isOurs();
    long before = states.get(KEY).orElseThrow().version();
    watch.isOurs();
    assertThat(states.get(KEY).orElseThrow().version()).isGreaterThan(before);
  }

  @Test
  void isNotRenewedAtEachLook() {
    Watch watch = new Watch(states, KEY, Duration.ofDays(1));
    watch.isOurs();
    long before = states.get(KEY).orElseThrow().version();
    assertThat(watch.isOurs()).isTrue();
    assertThat(states.get(KEY).orElseThrow().version()).isEqualTo(before);
  }

  @Test
  void thatRanOutIsStillOursUntilAnotherTakesItUp() {
    Watch first = watch();
    first.isOurs();
    states.expire("watch");
    assertThat(first.isOurs()).isTrue();
    states.expire("watch");
    Watch second = watch();
    assertThat(second.isOurs()).isTrue();
    assertThat(first.isOurs()).isFalse();
    first.leave();
    assertThat(second.isOurs()).as("leaving takes nothing from others").isTrue();
  }

  @Test
  void thatWasLeftIsFreeAtOnce() {
    Watch first = watch();
    first.isOurs();
    first.leave();
    assertThat(first.isOurs()).isFalse();
    assertThat(watch().isOurs()).isTrue();
  }
}
