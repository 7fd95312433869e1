package dev.easel.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Activity;
import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.InboundEvent.ActionPressed;
import dev.easel.chat.InboundEvent.CommandReceived;
import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.chat.Inbox;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.Transport;
import dev.easel.health.Health;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import dev.easel.store.Subscription;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Transport} promises. Extend it once for each platform: the hooks play the
 * platform and a person who uses it, in one private conversation.
 */
public abstract class TransportContract {
  /** How the platform was answered when it brought something. */
  public record Arrival(boolean taken, Optional<Duration> retryAfter) {
    public static Arrival ofTaken() {
      return new Arrival(true, Optional.empty());
    }

    public static Arrival refused(Optional<Duration> retryAfter) {
      return new Arrival(false, retryAfter);
    }
  }

  /** A message of the bot as the person sees it now. */
  public record Seen(String id, String text, List<byte[]> images, List<List<Button>> buttons) {
    public Seen {
      images = List.copyOf(images);
      buttons = List.copyOf(buttons);
    }
  }

  /** How long something may take that is expected to happen. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicInteger operations = new AtomicInteger();
  private RecordingHost host = new RecordingHost();
  private Set<Thread> threadsBefore = Set.of();
  private @Nullable Transport running;

  protected TransportContract() {}

  /**
   * A transport that is not started, for one bot; the same bot each time it is called in a test.
   */
  protected abstract Transport newTransport() throws Exception;

  /** Where that person is. The bot may write there first. */
  protected abstract ConversationRef conversation();

  /** Sends a text and waits until the platform knows whether it arrived. */
  protected abstract Arrival personSends(String text) throws Exception;

  /** Sends a picture in the way that keeps its bytes. */
  protected abstract Arrival personSendsImage(byte[] png, String caption) throws Exception;

  /** Presses a button under a message that the person sees. */
  protected abstract Arrival personPresses(Seen message, Button button) throws Exception;

  /** Brings the last thing that the person did once more, as the platform does when in doubt. */
  protected abstract Arrival platformRepeats() throws Exception;

  /** The bot's messages from the oldest to the newest, without deleted ones. */
  protected abstract List<Seen> whatPersonSees() throws Exception;

  /** Texts that answered a press, from the oldest; without empty ones. */
  protected abstract List<String> noticesSeen() throws Exception;

  /** Ends what {@link #newTransport} needed. */
  protected void closePlatform() throws Exception {}

  /** Threads that the test itself starts; they may stay. */
  protected boolean isOfTheTest(Thread thread) {
    String name = thread.getName();
    return name.startsWith("HttpClient-")
        || name.startsWith("ForkJoinPool")
        || name.startsWith("junit-")
        || name.startsWith("Keep-Alive-Timer")
        || name.startsWith("process reaper");
  }

  /** The host that the transport was started with. */
  protected final RecordingHost host() {
    return host;
  }

  @BeforeEach
  void open() throws Exception {
    host = new RecordingHost();
    threadsBefore = Thread.getAllStackTraces().keySet();
    running = newTransport();
    running.start(host);
  }

  @AfterEach
  void end() throws Exception {
    if (running != null) {
      running.close(PATIENCE);
    }
    closePlatform();
  }

  @Test
  void textOfAPersonComesToTheInbox() throws Exception {
    assertThat(personSends("a lighthouse at dusk ✨")).isEqualTo(Arrival.ofTaken());

    TextReceived event = host.await(TextReceived.class, e -> true, PATIENCE);
    assertThat(event.text()).isEqualTo("a lighthouse at dusk ✨");
    assertThat(event.envelope().conversation()).isEqualTo(conversation());
    assertThat(event.envelope().user().transport()).isEqualTo(transport().id());
  }

  @Test
  void commandComesWithItsNameAndArguments() throws Exception {
    personSends("/imagine a red fox");

    CommandReceived event = host.await(CommandReceived.class, e -> true, PATIENCE);
    assertThat(event.name()).isEqualTo("imagine");
    assertThat(event.arguments()).isEqualTo("a red fox");
    assertThat(event.images()).isEmpty();
  }

  @Test
  void eventIsInTheInboxBeforeThePlatformIsToldThatItArrived() throws Exception {
    Subscription held = host.hold();
    CompletableFuture<Arrival> told = inBackground(() -> personSends("hold me"));
    try {
      host.awaitHeldEvent(PATIENCE);
      assertThatThrownBy(() -> told.get(300, TimeUnit.MILLISECONDS))
          .as("told before it was kept")
          .isInstanceOf(TimeoutException.class);
    } finally {
      held.close();
    }
    assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Arrival.ofTaken());
    assertThat(host.events()).hasSize(1);
  }

  @Test
  void eventThatThePlatformRepeatsIsOneEvent() throws Exception {
    personSends("once");
    platformRepeats();
    personSends("another");

    host.await(TextReceived.class, e -> e.text().equals("another"), PATIENCE);
    assertThat(host.events())
        .extracting(e -> ((TextReceived) e).text())
        .containsExactly("once", "another");
  }

  @Test
  void twoMessagesWithTheSameTextAreTwoEvents() throws Exception {
    personSends("same");
    personSends("same");

    await("two events", () -> host.events().size() == 2);
    assertThat(host.events()).extracting(e -> e.envelope().eventId()).doesNotHaveDuplicates();
  }

  @Test
  void whatTheInboxRefusesIsAnsweredAndNotLost() throws Exception {
    host.refuse(Inbox.Why.FULL, Duration.ofSeconds(1));
    Arrival refused = personSends("please keep this");
    assertThat(refused.taken()).isFalse();
    assertThat(refused.retryAfter()).isPresent();
    assertThat(refused.retryAfter().get()).isPositive();
    assertThat(host.events()).isEmpty();

    host.acceptAgain();
    assertThat(platformRepeats()).isEqualTo(Arrival.ofTaken());
    host.await(TextReceived.class, e -> e.text().equals("please keep this"), PATIENCE);
    assertThat(host.events()).hasSize(1);
  }

  @Test
  void pictureOfAPersonComesByteForByte() throws Exception {
    byte[] picture = png(31, 17);
    assertThat(personSendsImage(picture, "make it blue")).isEqualTo(Arrival.ofTaken());

    ImagesReceived event = host.await(ImagesReceived.class, e -> true, PATIENCE);
    assertThat(event.caption()).isEqualTo("make it blue");
    assertThat(event.images()).hasSize(1);
    RemoteImage image = event.images().get(0);
    assertThat(image.locator()).doesNotContain("..");
    try (InputStream in = transport().outbox().open(image)) {
      assertThat(in.readAllBytes()).isEqualTo(picture);
    }
  }

  @Test
  void pictureWithACommandIsACommandWithAPicture() throws Exception {
    personSendsImage(png(8, 8), "/vary softer");

    CommandReceived event = host.await(CommandReceived.class, e -> true, PATIENCE);
    assertThat(event.name()).isEqualTo("vary");
    assertThat(event.arguments()).isEqualTo("softer");
    assertThat(event.images()).hasSize(1);
  }

  @Test
  void messageOfTheBotIsSeen() throws Exception {
    send(OutgoingMessage.text("Hello, <b>you</b> & *all* _of_ [them](x)"));

    assertThat(seen())
        .extracting(Seen::text)
        .containsExactly("Hello, <b>you</b> & *all* _of_ [them](x)");
  }

  @Test
  void sameOperationTwiceGivesOneMessage() throws Exception {
    OperationId operation = newOperation();
    Receipt first =
        transport().outbox().send(conversation(), OutgoingMessage.text("one"), operation);
    Receipt second =
        transport().outbox().send(conversation(), OutgoingMessage.text("one"), operation);

    assertThat(first).isInstanceOf(Receipt.Delivered.class);
    assertThat(second)
        .isInstanceOfAny(Receipt.Delivered.class, Receipt.Unchanged.class, Receipt.Uncertain.class);
    if (second instanceof Receipt.Delivered again) {
      assertThat(again.message().ids()).isEqualTo(refOf(first).ids());
    }
    assertThat(seen()).hasSize(1);
  }

  @Test
  void repeatedSendDoesNotUndoALaterEdit() throws Exception {
    OperationId operation = newOperation();
    Receipt sent =
        transport().outbox().send(conversation(), OutgoingMessage.text("wait"), operation);
    transport().outbox().edit(refOf(sent), OutgoingMessage.text("done"), newOperation());

    transport().outbox().send(conversation(), OutgoingMessage.text("wait"), operation);
    assertThat(seen()).extracting(Seen::text).containsExactly("done");
  }

  @Test
  void messagesKeepTheirOrder() throws Exception {
    MessageRef first = send(OutgoingMessage.text("first"));
    send(OutgoingMessage.text("second"));
    edit(first, OutgoingMessage.text("first, changed"));

    assertThat(seen()).extracting(Seen::text).containsExactly("first, changed", "second");
  }

  @Test
  void editChangesTheMessage() throws Exception {
    if (!transport().capabilities().editText()) {
      return;
    }
    MessageRef message = send(OutgoingMessage.text("before"));
    Receipt receipt = edit(message, OutgoingMessage.text("after"));

    assertThat(receipt).isInstanceOfAny(Receipt.Delivered.class, Receipt.Replaced.class);
    assertThat(seen()).extracting(Seen::text).containsExactly("after");
  }

  @Test
  void editIntoWhatItIsAlreadyIsHarmless() throws Exception {
    MessageRef message = send(OutgoingMessage.text("same"));
    Receipt receipt = edit(message, OutgoingMessage.text("same"));

    assertThat(receipt).isInstanceOfAny(Receipt.Unchanged.class, Receipt.Delivered.class);
    assertThat(seen()).extracting(Seen::text).containsExactly("same");
  }

  @Test
  void textBecomesAPicture() throws Exception {
    byte[] picture = png(40, 30);
    MessageRef message = send(OutgoingMessage.text("drawing").withProgress(Progress.of(0.5)));
    Receipt receipt =
        edit(message, OutgoingMessage.text("a fox").withImages(List.of(stored(picture))));

    assertThat(receipt).isInstanceOfAny(Receipt.Delivered.class, Receipt.Replaced.class);
    List<Seen> seen = seen();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).text()).isEqualTo("a fox");
    assertThat(seen.get(0).images()).hasSize(1);
    assertThat(seen.get(0).images().get(0)).isEqualTo(picture);
  }

  @Test
  void pictureOfTheBotIsSeenByteForByte() throws Exception {
    byte[] picture = png(64, 48);
    send(OutgoingMessage.text("look").withImages(List.of(stored(picture))));

    List<Seen> seen = seen();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).images()).hasSize(1);
    assertThat(seen.get(0).images().get(0)).isEqualTo(picture);
  }

  @Test
  void deletedMessageIsGone() throws Exception {
    MessageRef message = send(OutgoingMessage.text("secret"));
    send(OutgoingMessage.text("stays"));
    assertThat(transport().outbox().delete(message)).isInstanceOf(Receipt.Delivered.class);
    assertThat(seen()).extracting(Seen::text).containsExactly("stays");

    assertThatCode(() -> transport().outbox().delete(message)).doesNotThrowAnyException();
    assertThat(seen()).extracting(Seen::text).containsExactly("stays");
  }

  @Test
  void editOfADeletedMessageDoesNotBringItBack() throws Exception {
    MessageRef message = send(OutgoingMessage.text("secret"));
    transport().outbox().delete(message);
    Receipt receipt = edit(message, OutgoingMessage.text("secret again"));

    assertThat(receipt).isInstanceOfAny(Receipt.Gone.class, Receipt.Replaced.class);
    if (receipt instanceof Receipt.Gone) {
      assertThat(seen()).isEmpty();
    }
  }

  @Test
  void buttonsCarryTheirTokensUnchanged() throws Exception {
    String token = "~!@#$%^&*()_+{}|:\"<>?[];',./-=`aZ09".repeat(2).substring(0, 64);
    assertThat(token.getBytes(StandardCharsets.UTF_8)).hasSize(64);
    send(
        OutgoingMessage.text("choose")
            .withButtons(
                List.of(
                    List.of(new Button("Again", token), new Button("Vary", "v")),
                    List.of(new Button("Upscale ×2", "u2")))));

    List<Seen> seen = seen();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).buttons().stream().flatMap(List::stream).map(Button::label))
        .containsExactly("Again", "Vary", "Upscale ×2");
    assertThat(personPresses(seen.get(0), seen.get(0).buttons().get(0).get(0)))
        .isEqualTo(Arrival.ofTaken());
    ActionPressed event = host.await(ActionPressed.class, e -> true, PATIENCE);
    assertThat(event.token()).isEqualTo(token);
    assertThat(event.press().message().ids()).contains(seen.get(0).id());
    assertThat(event.envelope().conversation()).isEqualTo(conversation());
  }

  @Test
  void answerToAPressIsSeenOnce() throws Exception {
    ActionRef press = press();
    transport().outbox().answer(press, Notice.of("On its way"));
    transport().outbox().answer(press, Notice.of("On its way"));

    await("a notice", () -> !noticesSeen().isEmpty());
    assertThat(noticesSeen()).containsExactly("On its way");
  }

  @Test
  void emptyAnswerToAPressIsHarmless() throws Exception {
    ActionRef press = press();

    assertThatCode(() -> transport().outbox().answer(press, Notice.EMPTY))
        .doesNotThrowAnyException();
    assertThat(noticesSeen()).isEmpty();
  }

  @Test
  void longTextIsCutBetweenCharacters() throws Exception {
    int limit = transport().capabilities().maxText();
    String text = "x" + "😀".repeat(limit);
    send(OutgoingMessage.text(text));

    String shown = String.join("", seen().stream().map(Seen::text).toList());
    assertThat(shown).startsWith("x😀😀");
    assertThat(text).startsWith(shown.substring(0, Math.min(shown.length(), limit) - 20));
    assertWholeCharacters(shown);
  }

  @Test
  void longCaptionIsCutBetweenCharacters() throws Exception {
    int limit = transport().capabilities().maxCaption();
    send(OutgoingMessage.text("x" + "😀".repeat(limit)).withImages(List.of(stored(png(9, 9)))));

    List<Seen> seen = seen();
    assertThat(seen.stream().flatMap(s -> s.images().stream())).hasSize(1);
    for (Seen message : seen) {
      assertWholeCharacters(message.text());
    }
  }

  @Test
  void indicatingNeverFails() {
    for (Activity activity : Activity.values()) {
      assertThatCode(() -> transport().outbox().indicate(conversation(), activity))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void outboxWorksAfterReceivingStopped() throws Exception {
    MessageRef message = send(OutgoingMessage.text("working"));
    transport().stopReceiving();
    transport().stopReceiving();

    assertThat(edit(message, OutgoingMessage.text("I am being restarted")))
        .isInstanceOfAny(Receipt.Delivered.class, Receipt.Replaced.class);
    assertThat(seen()).extracting(Seen::text).containsExactly("I am being restarted");
  }

  @Test
  void nothingIsTakenInAfterReceivingStopped() throws Exception {
    transport().stopReceiving();

    assertThat(personSends("too late").taken()).isFalse();
    assertThat(host.events()).isEmpty();
  }

  @Test
  void isHealthyWhileItRuns() throws Exception {
    await("health", () -> transport().health().status() == Health.Status.UP);
  }

  @Test
  void closingTwiceIsFineAndLeavesNoThread() throws Exception {
    personSends("hello");
    send(OutgoingMessage.text("hello yourself"));
    transport().close(PATIENCE);
    transport().close(PATIENCE);

    await("threads to end: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  @Test
  void closingBeforeStartIsFine() throws Exception {
    transport().close(PATIENCE);
    Transport second = newTransport();

    assertThatCode(() -> second.close(PATIENCE)).doesNotThrowAnyException();
    assertThatCode(() -> second.close(PATIENCE)).doesNotThrowAnyException();
  }

  private Transport transport() {
    return requireNonNull(running, "not started");
  }

  private ActionRef press() throws Exception {
    send(OutgoingMessage.text("choose").withButtons(List.of(List.of(new Button("Again", "t1")))));
    Seen message = seen().get(0);
    personPresses(message, message.buttons().get(0).get(0));
    return host.await(ActionPressed.class, e -> true, PATIENCE).press();
  }

  private MessageRef send(OutgoingMessage message) {
    return refOf(transport().outbox().send(conversation(), message, newOperation()));
  }

  private Receipt edit(MessageRef which, OutgoingMessage message) {
    return transport().outbox().edit(which, message, newOperation());
  }

  private static MessageRef refOf(Receipt receipt) {
    assertThat(receipt).isInstanceOf(Receipt.Delivered.class);
    return ((Receipt.Delivered) receipt).message();
  }

  private OperationId newOperation() {
    return OperationId.of("contract-" + operations.incrementAndGet());
  }

  private OutgoingImage stored(byte[] picture) {
    ImageRef ref =
        host.images().put(new ByteArrayInputStream(picture), MediaType.PNG, Duration.ofHours(1));
    return new OutgoingImage(ref, Optional.empty(), true);
  }

  private List<Seen> seen() throws Exception {
    return whatPersonSees();
  }

  private List<String> threadsLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !threadsBefore.contains(t) && t.isAlive() && !isOfTheTest(t))
        .filter(t -> t.getThreadGroup() != null && !t.getThreadGroup().getName().equals("system"))
        .map(Thread::getName)
        .toList();
  }

  private static void assertWholeCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)) {
        assertThat(i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1)))
            .as("a whole character at " + i)
            .isTrue();
        i++;
      } else {
        assertThat(Character.isLowSurrogate(c)).as("half a character at " + i).isFalse();
      }
    }
  }

  /** Something that may fail. */
  protected interface Act<T> {
    T run() throws Exception;
  }

  /** Waits for what is expected to become so; fails after half a minute. */
  protected static void await(String what, Act<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.run()) {
      assertThat(System.nanoTime()).as("in vain: " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static <T> CompletableFuture<T> inBackground(Act<T> act) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return act.run();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  /** A small valid PNG of one colour, with nothing but what a PNG must have. */
  protected static byte[] png(int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer head = ByteBuffer.allocate(13).putInt(width).putInt(height);
    head.put((byte) 8).put((byte) 2); // 8 bits, RGB
    chunk(out, "IHDR", head.array());
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
      for (int y = 0; y < height; y++) {
        deflater.write(0); // no filter
        for (int x = 0; x < width; x++) {
          deflater.write(new byte[] {(byte) (x * 7), (byte) (y * 5), (byte) 0x80});
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(out, "IDAT", pixels.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
