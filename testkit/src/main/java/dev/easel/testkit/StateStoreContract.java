package dev.easel.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link StateStore} promises. Extend it once for each backend and say how to open one
 * and how time passes; the tests sleep for a few seconds where a server keeps time.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StateStoreContract extends BackendContract {
  private static final Key KEY = new Key("space", "name");
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration SHORT_AND_MORE = Duration.ofMillis(550);

  /** For subclasses. */
  protected StateStoreContract() {}

  private StateStore store() {
    return backend().state();
  }

  @Test
  void stateIsReadAsItWasWritten() {
    byte[] value = new byte[StateStore.MAX_BYTES];
    new Random(1).nextBytes(value);
    long version = put(KEY, value, LONG, Expect.any()).orElseThrow();

    assertThat(store().get(KEY)).contains(new Versioned(value, version));
  }

  @Test
  void stateMayBeEmpty() {
    put(KEY, new byte[0], LONG, Expect.any());

    assertThat(store().get(KEY).orElseThrow().value()).isEmpty();
  }

  @Test
  void nothingIsWhereNothingWasWritten() {
    assertThat(store().get(KEY)).isEmpty();
    assertThat(store().remove(KEY, Expect.any())).isFalse();
    assertThat(store().remove(KEY, Expect.version(1))).isFalse();
  }

  @Test
  void laterWriteReplacesTheEarlierOne() {
    put("one", Expect.any());
    put("two", Expect.any());

    assertThat(text()).contains("two");
  }

  @Test
  void onlyTheFirstWhoExpectsNothingWrites() {
    assertThat(put("one", Expect.absent())).isPresent();
    assertThat(put("two", Expect.absent())).isEmpty();

    assertThat(text()).contains("one");
  }

  @Test
  void onlyTheHolderOfTheVersionWrites() {
    long first = put("one", Expect.any()).orElseThrow();
    long second = put("two", Expect.version(first)).orElseThrow();

    assertThat(second).isNotEqualTo(first);
    assertThat(put("three", Expect.version(first))).isEmpty();
    assertThat(text()).contains("two");
    assertThat(put("three", Expect.version(second))).isPresent();
  }

  @Test
  void versionOfNothingIsNoVersion() {
    assertThat(put("one", Expect.version(0))).isEmpty();
    assertThat(put("one", Expect.version(1))).isEmpty();
    assertThat(store().get(KEY)).isEmpty();
  }

  @Test
  void versionChangesWithEveryWriteEvenOfTheSameValue() {
    Set<Long> versions = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      versions.add(put("same", Expect.any()).orElseThrow());
    }

    assertThat(versions).hasSize(10);
  }

  @Test
  void versionIsNotUsedAgainAfterARemoval() {
    long before = put("one", Expect.any()).orElseThrow();
    store().remove(KEY, Expect.any());
    put("two", Expect.any());

    assertThat(put("three", Expect.version(before))).isEmpty();
  }

  @Test
  void stateIsRemovedIfItIsAsExpected() {
    long version = put("one", Expect.any()).orElseThrow();

    assertThat(store().remove(KEY, Expect.version(version + 1))).isFalse();
    assertThat(text()).contains("one");
    assertThat(store().remove(KEY, Expect.absent())).isFalse();
    assertThat(text()).contains("one");
    assertThat(store().remove(KEY, Expect.version(version))).isTrue();
    assertThat(store().get(KEY)).isEmpty();
    assertThat(store().remove(KEY, Expect.any())).isFalse();
    put("two", Expect.any());
    assertThat(store().remove(KEY, Expect.any())).isTrue();
  }

  @Test
  void stateIsGoneWhenItsTimeIsOver() throws Exception {
    long version = put(KEY, bytes("one"), SHORT, Expect.any()).orElseThrow();
    Key other = new Key("space", "other");
    put(other, bytes("stays"), LONG, Expect.any());
    pass(SHORT_AND_MORE);

    assertThat(store().get(KEY)).isEmpty();
    assertThat(store().remove(KEY, Expect.any())).isFalse();
    assertThat(put("two", Expect.version(version))).isEmpty();
    assertThat(put("two", Expect.absent())).isPresent();
    assertThat(store().get(other)).isPresent();
  }

  @Test
  void everyWriteSetsTheTimeAnew() throws Exception {
    put(KEY, bytes("one"), SHORT, Expect.any());
    put(KEY, bytes("two"), LONG, Expect.any());
    pass(SHORT_AND_MORE);
    assertThat(text()).contains("two");

    put(KEY, bytes("three"), SHORT, Expect.any());
    pass(SHORT_AND_MORE);
    assertThat(text()).isEmpty();
  }

  @Test
  void keysAreApartWhateverTheyLookLike() {
    List<Key> keys =
        List.of(
            new Key("a", "b:c"),
            new Key("a:b", "c"),
            new Key("a", "{b}"),
            new Key("a", "b c\n\u0000"),
            new Key("a", "\u00e9"),
            new Key("a", "e\u0301"),
            new Key("a", "\ud83c\udfa8"),
            new Key("a", "*"),
            new Key("a", "x".repeat(400)),
            new Key("a.", "b"),
            new Key("a", "B"),
            new Key("a", "b"));
    for (int i = 0; i < keys.size(); i++) {
      put(keys.get(i), bytes("value " + i), LONG, Expect.absent());
    }

    for (int i = 0; i < keys.size(); i++) {
      assertThat(store().get(keys.get(i)).map(v -> new String(v.value(), UTF_8)))
          .as("" + keys.get(i))
          .contains("value " + i);
    }
  }

  @Test
  void whatTheCallerDoesToItsBytesChangesNothing() {
    byte[] mine = bytes("one");
    put(KEY, mine, LONG, Expect.any());
    mine[0] = 'X';
    store().get(KEY).orElseThrow().value()[1] = 'X';

    assertThat(text()).contains("one");
  }

  @Test
  void callsBeyondTheirLimitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> put(KEY, new byte[StateStore.MAX_BYTES + 1], LONG, Expect.any()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> put(KEY, bytes("one"), Duration.ZERO, Expect.any()));
    assertThat(store().get(KEY)).isEmpty();
  }

  @Test
  void countingTogetherLosesNothing() throws Exception {
    put("0", Expect.any());
    List<FutureTask<Integer>> threads =
        IntStream.range(0, 4).mapToObj(i -> Eventually.inBackground(() -> count(50))).toList();
    for (FutureTask<Integer> thread : threads) {
      Eventually.get(thread);
    }

    assertThat(text()).contains("200");
  }

  private int count(int times) {
    int tries = 0;
    for (int i = 0; i < times; tries++) {
      Versioned now = store().get(KEY).orElseThrow();
      int next = Integer.parseInt(new String(now.value(), UTF_8)) + 1;
      if (put(KEY, bytes("" + next), LONG, Expect.version(now.version())).isPresent()) {
        i++;
      }
    }
    return tries;
  }

  private Optional<Long> put(String value, Expect expect) {
    return put(KEY, bytes(value), LONG, expect);
  }

  private Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
    return store().put(key, value, timeToLive, expect);
  }

  private Optional<String> text() {
    return store().get(KEY).map(v -> new String(v.value(), UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
