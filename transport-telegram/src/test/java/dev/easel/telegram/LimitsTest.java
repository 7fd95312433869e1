package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.job.Progress;
import dev.easel.limit.Decision;
import dev.easel.limit.Permit;
import dev.easel.limit.RateLimiter;
import dev.easel.memory.MemoryBackend;
import dev.easel.testkit.RecordingHost;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Against a platform that refuses whoever sends too much; its limits are written apart from ours.
 */
class LimitsTest {
  private final Bed bed = Bed.limited();

  @AfterEach
  void close() {
    bed.close();
  }

  /**
   * Together they send 14 a second; each with a pace of its own, they would need half the time.
   * However this machine stalls, neither lets more than 15 reach the platform in a second.
   */
  @Test
  void manyChatsFromTwoProcessesProvokeNoRefusal() throws Exception {
    bed.start(b -> b.messagesPerSecond(15).timing(Bed.paced()));
    TelegramTransport second = bed.builder().messagesPerSecond(15).timing(Bed.paced()).build();
    RecordingHost beside = bed.host.beside();
    second.start(beside);
    List<FakePerson> people = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      people.add(bed.bot.person("P" + i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    long began = System.nanoTime();
    List<Future<Receipt>> sent = new ArrayList<>();
    for (int i = 0; i < people.size(); i++) {
      TelegramTransport from = i % 2 == 0 ? bed.transport() : second;
      ConversationRef to = bed.chat(people.get(i));
      sent.add(threads.submit(() -> sendInTheEnd(from, to)));
    }
    for (Future<Receipt> receipt : sent) {
      assertThat(receipt.get(60, TimeUnit.SECONDS)).isInstanceOf(Receipt.Delivered.class);
    }
    threads.shutdown();
    second.close(Bed.PATIENCE);

    assertThat(bed.bot.refusedForLimits()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2_600));
  }

  /** As the bot does: whoever is told to come again comes again. */
  private Receipt sendInTheEnd(TelegramTransport from, ConversationRef to) throws Exception {
    OperationId operation = bed.operation();
    Receipt receipt = from.outbox().send(to, OutgoingMessage.text("hi"), operation);
    while (receipt instanceof Receipt.Deferred later) {
      TimeUnit.NANOSECONDS.sleep(later.retryAfter().toNanos());
      receipt = from.outbox().send(to, OutgoingMessage.text("hi"), operation);
    }
    return receipt;
  }

  @Test
  void oneChatGetsABurstAndThenOneASecond() throws Exception {
    bed.start(b -> b.messagesPerSecond(30).timing(Bed.paced()));
    FakePerson ann = bed.bot.person("Ann");
    long began = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      assertThat(sendInTheEnd(bed.transport(), bed.chat(ann)))
          .isInstanceOf(Receipt.Delivered.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_800));
    assertThat(bed.bot.refusedForLimits()).isZero();
  }

  @Test
  void groupIsToldToWaitByUsAndNotByThePlatform() {
    bed.start(b -> b.messagesPerSecond(30).timing(Bed.paced()));
    FakePerson bob = bed.bot.person("Bob").in(bed.bot.group("Cats"));
    List<Receipt> receipts = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < 30; i++) {
      Receipt receipt =
          bed.send(bob, OutgoingMessage.text("n " + i).withProgress(Progress.of(0.5)));
      receipts.add(receipt);
    }
    long more = Duration.ofNanos(System.nanoTime() - began).toSeconds() / 4 + 1;
    assertThat(receipts)
        .filteredOn(r -> r instanceof Receipt.Delivered)
        .as("five at once, and one each four seconds")
        .hasSizeLessThanOrEqualTo((int) (5 + more));
    assertThat(receipts).filteredOn(r -> r instanceof Receipt.Deferred).isNotEmpty();
    assertThat(bed.bot.refusedForLimits()).isZero();
    assertThat(bob.sees()).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void whatIsFinalStandsInALineInWhichProgressDoesNot() {
    MemoryBackend backend = MemoryBackend.create();
    RecordingHost host =
        new RecordingHost(
            InstantSource.system(),
            backend.state(),
            lineOf(Duration.ofSeconds(1)),
            backend.images(),
            backend.timelines());
    bed.start(b -> b, host);
    FakePerson ann = bed.bot.person("Ann");

    assertThat(bed.send(ann, OutgoingMessage.text("in line").withProgress(Progress.of(0.1))))
        .isEqualTo(new Receipt.Deferred(Duration.ofSeconds(1)));
    assertThat(bed.send(ann, OutgoingMessage.text("done"))).isInstanceOf(Receipt.Delivered.class);
    assertThat(ann.sees()).extracting(SentMessage::text).containsExactly("done");
  }

  /** Has a place for those who would wait that long, and spares this test the waiting. */
  private static RateLimiter lineOf(Duration length) {
    return new RateLimiter() {
      @Override
      public Decision acquire(List<Permit> all, Duration bookAhead) {
        return bookAhead.compareTo(length) < 0
            ? new Decision.Limited(length)
            : new Decision.Granted(Duration.ZERO);
      }

      @Override
      public void refund(List<Permit> permits) {}

      @Override
      public void block(String key, Duration time) {}
    };
  }
}
