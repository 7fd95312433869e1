package dev.easel.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.easel.Backend;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.chat.Timelines.Page;
import dev.easel.chat.Timelines.Row;
import dev.easel.chat.TransportId;
import dev.easel.store.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What all {@link Timelines} promise. Extend it once for each backend and say how to open one and
 * how time passes; the tests sleep for a few seconds where a server keeps time.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class TimelinesContract extends BackendContract {
  private static final ConversationRef HERE = conversation("here");
  private static final ConversationRef THERE = conversation("there");
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration SHORT_AND_MORE = Duration.ofMillis(550);

  /** For subclasses. */
  protected TimelinesContract() {}

  /**
   * Opens what is already in the given backend once more, as another process would. Where only one
   * process can have it, that is the given one; then it is left as it is here.
   */
  protected Backend anotherProcess(Backend first) throws Exception {
    return first;
  }

  private Timelines timelines() {
    return backend().timelines();
  }

  @Test
  void conversationWithoutMessagesIsEmptyAndComplete() {
    Page page = timelines().since(HERE, 0, 100);

    assertThat(page.rows()).isEmpty();
    assertThat(page.complete()).isTrue();
    assertThat(page.more()).isFalse();
  }

  @Test
  void revisionsRiseWithEveryWrite() {
    long last = 0;
    for (int i = 0; i < 10; i++) {
      long revision = put("m" + i % 3, "v" + i);
      assertThat(revision).isGreaterThan(last).isLessThan(1L << 53);
      last = revision;
    }
  }

  @Test
  void eachMessageComesOnceInItsCurrentForm() {
    long first = put("a", "one");
    put("b", "two");
    long third = put("a", "three");

    Page page = timelines().since(HERE, 0, 100);

    assertThat(texts(page)).containsExactly("b=two", "a=three");
    assertThat(page.rows().get(1).revision()).isEqualTo(third);
    assertThat(page.revision()).isEqualTo(third);
    assertThat(page.complete()).isTrue();
    assertThat(page.more()).isFalse();
    assertThat(texts(timelines().since(HERE, first, 100))).containsExactly("b=two", "a=three");
  }

  @Test
  void onlyWhatChangedSinceIsTold() {
    put("a", "one");
    long second = put("b", "two");
    put("c", "three");

    assertThat(texts(timelines().since(HERE, second, 100))).containsExactly("c=three");
    Page nothing = timelines().since(HERE, timelines().since(HERE, 0, 100).revision(), 100);
    assertThat(nothing.rows()).isEmpty();
    assertThat(nothing.complete()).isTrue();
  }

  @Test
  void longTimelineIsReadInPages() {
    for (int i = 0; i < 7; i++) {
      put("m" + i, "v");
    }

    List<String> read = new ArrayList<>();
    long revision = 0;
    Page page;
    do {
      page = timelines().since(HERE, revision, 3);
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(3);
      assertThat(page.complete()).isTrue();
      page.rows().forEach(row -> read.add(row.message()));
      revision = page.revision();
    } while (page.more());

    assertThat(read).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
  }

  @Test
  void conversationsAreApart() {
    put("a", "one");
    long there = timelines().put(THERE, "a", bytes("other"), LONG);
    ConversationRef thread =
        new ConversationRef(HERE.transport(), HERE.chat(), java.util.Optional.of("1"), HERE.kind());
    timelines().put(thread, "a", bytes("in a thread"), LONG);

    assertThat(texts(timelines().since(HERE, 0, 100))).containsExactly("a=one");
    assertThat(texts(timelines().since(THERE, 0, 100))).containsExactly("a=other");
    assertThat(texts(timelines().since(thread, 0, 100))).containsExactly("a=in a thread");
    assertThat(timelines().since(THERE, there, 100).rows()).isEmpty();
  }

  @Test
  void bytesComeBackAsTheyWere() {
    byte[] state = new byte[Timelines.MAX_BYTES];
    new Random(1).nextBytes(state);
    String message = "\u4e16 {}:" + "x".repeat(254);
    timelines().put(HERE, message, state, LONG);

    Row row = timelines().since(HERE, 0, 1).rows().get(0);

    assertThat(row.message()).isEqualTo(message);
    assertThat(row.state()).isEqualTo(state);
  }

  @Test
  void whatTheCallerDoesToItsBytesChangesNothing() {
    byte[] mine = bytes("one");
    timelines().put(HERE, "a", mine, LONG);
    mine[0] = 'X';
    timelines().since(HERE, 0, 1).rows().get(0).state()[1] = 'X';

    assertThat(texts(timelines().since(HERE, 0, 1))).containsExactly("a=one");
  }

  @Test
  void revisionThatWasNeverGivenOutIsNotAnswered() {
    long last = put("a", "one");

    assertIncomplete(timelines().since(HERE, last + 1_000_000_000L, 100));
    assertIncomplete(timelines().since(THERE, 17, 100));
    assertIncomplete(timelines().since(HERE, 1, 100));
  }

  @Test
  void messageIsGoneWhenItsTimeIsOverAndWhoMissedItIsTold() throws Exception {
    long first = put("a", "stays");
    timelines().put(HERE, "b", bytes("goes"), SHORT);
    pass(SHORT_AND_MORE);

    Page all = timelines().since(HERE, 0, 100);
    assertThat(texts(all)).containsExactly("a=stays");
    assertThat(all.complete()).isTrue();
    assertIncomplete(timelines().since(HERE, first, 100));
    Page uptodate = timelines().since(HERE, all.revision(), 100);
    assertThat(uptodate.complete()).isTrue();
    assertThat(uptodate.rows()).isEmpty();
  }

  @Test
  void everyWriteSetsTheTimeAnew() throws Exception {
    timelines().put(HERE, "a", bytes("one"), SHORT);
    put("a", "two");
    pass(SHORT_AND_MORE);

    assertThat(texts(timelines().since(HERE, 0, 100))).containsExactly("a=two");
  }

  @Test
  void revisionsGoOnRisingAfterEverythingWasForgotten() throws Exception {
    timelines().put(HERE, "a", bytes("one"), SHORT);
    long before = timelines().put(HERE, "a", bytes("two"), SHORT);
    pass(SHORT_AND_MORE);
    assertThat(timelines().since(HERE, 0, 100).rows()).isEmpty();

    assertThat(put("a", "three")).isGreaterThan(before);
    assertThat(timelines().since(HERE, before, 100))
        .satisfiesAnyOf(
            page -> assertThat(page.complete()).isFalse(),
            page -> assertThat(texts(page)).containsExactly("a=three"));
  }

  @Test
  void onlyTheMessagesThatChangedLastAreKept() {
    long first = put("m0", "v0");
    for (int i = 1; i < Timelines.MAX_MESSAGES + 10; i++) {
      put("m" + i, "v" + i);
    }

    Page page = timelines().since(HERE, 0, 500);

    assertThat(page.rows()).hasSize(Timelines.MAX_MESSAGES);
    assertThat(page.rows().get(0).message()).isEqualTo("m10");
    assertThat(page.complete()).isTrue();
    assertIncomplete(timelines().since(HERE, first, 500));
  }

  @Test
  void watcherHearsOfChangesInEveryProcess() throws Exception {
    Backend other = anotherProcess(backend());
    BlockingQueue<ConversationRef> here = new LinkedBlockingQueue<>();
    BlockingQueue<ConversationRef> there = new LinkedBlockingQueue<>();
    try (Subscription one = timelines().watch(here::add);
        Subscription two = other.timelines().watch(there::add)) {
      assertThat(one).isNotSameAs(two);
      timelines().put(THERE, "a", bytes("one"), LONG);

      assertThat(Eventually.take(here, THERE::equals)).isEqualTo(THERE);
      assertThat(Eventually.take(there, THERE::equals)).isEqualTo(THERE);
    } finally {
      if (other != backend()) {
        other.close();
      }
    }
  }

  @Test
  void whatAHintTellsOfCanBeRead() throws Exception {
    BlockingQueue<Page> read = new LinkedBlockingQueue<>();
    try (Subscription watch =
        timelines().watch(changed -> read.add(timelines().since(changed, 0, 10)))) {
      assertThat(watch).isNotNull();
      put("a", "one");

      assertThat(texts(Eventually.take(read, page -> true))).containsExactly("a=one");
    }
  }

  @Test
  void callsBeyondTheirLimitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timelines().put(HERE, "a", new byte[Timelines.MAX_BYTES + 1], LONG));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timelines().put(HERE, "", bytes(""), LONG));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timelines().put(HERE, "x".repeat(261), bytes(""), LONG));
    assertThatIllegalArgumentException().isThrownBy(() -> timelines().since(HERE, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> timelines().since(HERE, 0, 501));
    assertThatIllegalArgumentException().isThrownBy(() -> timelines().since(HERE, -1, 1));
  }

  private long put(String message, String state) {
    return timelines().put(HERE, message, bytes(state), LONG);
  }

  private static void assertIncomplete(Page page) {
    assertThat(page.complete()).isFalse();
    assertThat(page.rows()).isEmpty();
    assertThat(page.revision()).isZero();
  }

  private static List<String> texts(Page page) {
    return page.rows().stream()
        .map(row -> row.message() + "=" + new String(row.state(), UTF_8))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static ConversationRef conversation(String chat) {
    return ConversationRef.of(new TransportId("web", "test"), chat, ConversationRef.Kind.PRIVATE);
  }
}
