package dev.easel.testkit;

import static dev.easel.job.Lane.RENDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.easel.Backend;
import dev.easel.bot.BotLimits;
import dev.easel.bot.Delivery;
import dev.easel.bot.ImageBot;
import dev.easel.bot.ImageService;
import dev.easel.bot.Order;
import dev.easel.bot.Role;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import dev.easel.health.Health;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderedImage;
import dev.easel.image.TaskKind;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.testkit.InMemoryTransport.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a person sees of the whole bot over a backend: a scripted user on a transport in memory, a
 * scripted provider, and the backend under test. Extend it once for each backend.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
public abstract class BotContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private SleepyBackend backend;
  private InMemoryTransport transport;
  private ScriptedProvider provider;
  private @Nullable ImageBot bot;
  private ScriptedUser ann;

  /** For authors of backends, who extend this. */
  protected BotContract() {}

  /** A backend of its own for each test, with the system's clock. */
  protected abstract Backend newBackend() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    backend = new SleepyBackend(newBackend());
    transport = new InMemoryTransport();
    provider = new ScriptedProvider();
    ann = new ScriptedUser(transport, "ann", Locale.ENGLISH);
  }

  @AfterEach
  final void close() {
    if (bot != null) {
      bot.close();
    }
    backend.close();
  }

  private ImageBot start() {
    return start(BotLimits.DEFAULT.withJobsPerMinute(0));
  }

  private ImageBot start(BotLimits limits) {
    return start(limits, new CopyOnWriteArrayList<>());
  }

  /**
   * @param threads gets every thread of the bot
   */
  private ImageBot start(BotLimits limits, List<Thread> threads) {
    ImageBot started =
        ImageBot.builder(transport, provider, backend)
            .limits(limits)
            .stopTimeout(Duration.ofSeconds(10))
            .threads(into(threads))
            .build();
    bot = started;
    started.start();
    return started;
  }

  private static ThreadFactory into(List<Thread> threads) {
    return task -> {
      Thread thread = new Thread(task, "easel");
      thread.setDaemon(true);
      threads.add(thread);
      return thread;
    };
  }

  private static String text(Seen seen) {
    return seen.message().text().plain();
  }

  private static List<String> labels(OutgoingMessage message) {
    return message.buttons().stream().flatMap(List::stream).map(b -> b.label()).toList();
  }

  @Test
  void textBecomesAPictureWithButtons() {
    start();
    ann.says("a lighthouse by the sea");
    Seen picture = ann.awaitsPicture();
    assertThat(labels(picture.message())).contains("Again", "Vary", "Upscale \u00d72", "Original");
    assertThat(picture.message().progress()).isEmpty();
    assertThat(provider.tasks()).singleElement().isInstanceOf(ImageTask.Generate.class);
    assertThat(provider.tasks().get(0).prompt()).isEqualTo("a lighthouse by the sea");
  }

  @Test
  void oneMessageLivesFromTheLineToThePicture() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(
        ScriptedProvider.progress(0.5), ScriptedProvider.preview(), ScriptedProvider.await(finish));
    start();
    ann.says("/imagine a slow cat");
    Seen half =
        ann.awaits(
            "half",
            seen -> seen.message().progress().flatMap(p -> p.fraction()).orElse(0.0) == 0.5);
    assertThat(labels(half.message())).containsExactly("Cancel");
    assertThat(text(half)).contains("50");
    finish.countDown();
    Seen picture = ann.awaitsPicture();
    assertThat(picture.ref()).isEqualTo(half.ref());
    assertThat(ann.sees()).hasSize(1);
    assertThat(picture.message().isFinal()).isTrue();
  }

  @Test
  void previewTravelsWithTheProgress() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(
        ScriptedProvider.progress(0.2), ScriptedProvider.preview(), ScriptedProvider.await(finish));
    start();
    ann.says("a cat");
    ann.awaits(
        "a preview", seen -> seen.message().progress().flatMap(p -> p.preview()).isPresent());
    finish.countDown();
    ann.awaitsPicture();
  }

  /** Starts the bot; Ann asks for a picture that is being made until the latch is opened. */
  private CountDownLatch asksAndIsKeptWaiting(String words) throws InterruptedException {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(finish));
    start();
    ann.says(words);
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    return finish;
  }

  @Test
  void secondInLineIsToldItsPlace() throws Exception {
    CountDownLatch finish = asksAndIsKeptWaiting("first");
    ann.says("second");
    ann.awaitsText("In line");
    finish.countDown();
    ann.awaitsPictures(2);
  }

  @Test
  void buttonsAskForMore() {
    start();
    ann.says("a lighthouse");
    ann.awaitsPicture();
    ann.presses("Again");
    ann.awaitsPictures(2);
    ann.presses("Vary");
    ann.awaitsPictures(3);
    ann.presses("Upscale \u00d72");
    ann.awaitsPictures(4);
    ann.presses("Original");
    Seen original =
        ann.awaits(
            "the original", seen -> seen.message().images().stream().anyMatch(i -> i.original()));
    assertThat(original.message().images()).hasSize(1);
    assertThat(provider.tasks())
        .extracting(ImageTask::kind)
        .containsExactly(TaskKind.GENERATE, TaskKind.GENERATE, TaskKind.VARY, TaskKind.UPSCALE);
  }

  @Test
  void cancelStopsAPictureInTheMaking() throws Exception {
    provider.next(ScriptedProvider.hangUntilCancelled());
    start();
    ann.says("something long");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.presses("Cancel");
    ann.awaitsText("Stopped.");
    ann.awaitsNotice("Stopping");
  }

  @Test
  void cancelThatIsPressedTooLateLeavesThePicture() throws Exception {
    CountDownLatch finish = asksAndIsKeptWaiting("a cat");
    Seen making = ann.awaits("Cancel", seen -> labels(seen.message()).contains("Cancel"));
    finish.countDown();
    Seen picture = ann.awaitsPicture();
    ann.presses(making, making.message().buttons().get(0).get(0).action());
    ann.awaitsNotice("It was finished before.");
    assertThat(ann.sees()).containsExactly(picture);
  }

  @Test
  void pictureThatIsFinishedInSpiteOfACancelIsDelivered() throws Exception {
    RenderedImage made = RenderedImage.of(TestPictures.png(8, 8, 0x336699), Optional.empty());
    CountDownLatch asked = new CountDownLatch(1);
    provider.next(
        (task, context) -> {
          context.onCancel(asked::countDown);
          asked.await();
          return Optional.of(RenderOutcome.Rendered.of("scripted", List.of(made)));
        });
    start();
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.presses("Cancel");
    Seen picture = ann.awaitsPicture();
    assertThat(picture.message().isFinal()).isTrue();
    assertThat(ann.sees()).containsExactly(picture);
  }

  @Test
  void cancelCommandEndsWhatWaits() throws Exception {
    CountDownLatch finish = asksAndIsKeptWaiting("first");
    ann.says("second");
    ann.awaitsText("In line");
    ann.says("/queue");
    ann.awaitsText("second");
    ann.says("/cancel");
    ann.awaitsText("Stopped 2.");
    finish.countDown();
    ann.says("/cancel");
    ann.awaitsText("There is nothing to stop.");
  }

  @Test
  void twoPressesAtOnceActOnce() {
    start();
    ann.says("a cat");
    int pictures = 1;
    while (pressesAgainTwice(pictures) == pictures + 2) {
      pictures += 2; // they were no longer at once: the machine stalled in between
      assertThat(pictures).isLessThan(10);
    }
    ann.awaitsPictures(pictures + 1);
    assertThat(provider.runs()).isEqualTo(pictures + 1);
  }

  /** Says how many pictures there are once the second press has been answered. */
  private long pressesAgainTwice(int before) {
    Seen picture = ann.awaitsPictures(before);
    String again = picture.message().buttons().get(0).get(0).action();
    ann.presses(picture, again);
    ann.presses(picture, again);
    Eventually.is(
        "both are answered",
        () ->
            pictures() == before + 2
                || transport.notices().stream().anyMatch(n -> n.text().contains("Already on it.")));
    return pictures();
  }

  private long pictures() {
    return ann.sees().stream().filter(seen -> !seen.message().images().isEmpty()).count();
  }

  @Test
  void buttonsBelongToTheirOwner() {
    start();
    ConversationRef group = ConversationRef.of(transport.id(), "group", ConversationRef.Kind.GROUP);
    ScriptedUser owner = new ScriptedUser(transport, "carl", Locale.ENGLISH, group);
    owner.says("a cat");
    Seen picture = owner.awaitsPicture();
    String again = picture.message().buttons().get(0).get(0).action();
    new ScriptedUser(transport, "bob", Locale.ENGLISH, group).presses(picture, again);
    owner.awaitsNotice("Only the person");
    new ScriptedUser(transport, "bob", Locale.ENGLISH).presses(picture, again);
    ann.says("another");
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aPrivateConversationKeepsItsButtonsWhenItsUserChanges() {
    start();
    ann.says("a cat");
    Seen picture = ann.awaitsPicture();
    ScriptedUser elsewhere =
        new ScriptedUser(transport, "ann-2", Locale.ENGLISH, ann.conversation());
    elsewhere.presses(picture, picture.message().buttons().get(0).get(0).action());
    ann.awaitsPictures(2);
  }

  @Test
  void unknownAndExpiredButtonsAreAnswered() {
    start();
    ann.says("a cat");
    Seen picture = ann.awaitsPicture();
    ann.presses(picture, "no such thing");
    ann.awaitsNotice("I do not know this button.");
    ann.presses(picture, "AAAAAAAAAAAAAAAA.again");
    ann.awaitsNotice("expired");
  }

  @Test
  void badPromptsGetAClearAnswer() {
    start();
    ann.says("   ");
    ann.awaitsText("Tell me what you would like to see");
    ann.says("x".repeat(4001));
    ann.awaitsText("4,001 characters");
    ann.says("/nosuch");
    ann.awaitsText("I do not know /nosuch");
    ann.sends(TestPictures.png(40, 30, 0x336699), "/vary " + "x".repeat(4321));
    ann.awaitsText("4,321 characters");
    ann.says("\u202E\u0007");
    assertThat(provider.runs()).isZero();
    ann.says("a \u202Ecat\u0000");
    Seen picture = ann.awaitsPicture();
    assertThat(text(picture)).contains("Hidden characters");
    assertThat(provider.tasks().get(0).prompt()).isEqualTo("a cat");
  }

  @Test
  void optionsStandBehindTheWords() {
    start();
    ann.says("a cat --n 2 --seed 7");
    Seen both = ann.awaits("two pictures", s -> s.message().images().size() == 2);
    assertThat(both.message().buttons().stream().map(row -> row.get(0).label()))
        .as("a row for each")
        .containsExactly("Again", "Vary 1", "Vary 2");
    assertThat(provider.tasks())
        .containsExactly(
            new ImageTask.Generate("a cat", ImageOptions.builder().n(2).seed(7).build()));
    ann.says("a cat --n lots");
    ann.awaitsText("I do not understand --n lots.");
  }

  @Test
  void photoWithACaptionIsEdited() {
    start();
    ann.sends(TestPictures.png(40, 30, 0x336699), "make it night");
    ann.awaitsPicture();
    assertThat(provider.tasks()).singleElement().isInstanceOf(ImageTask.Edit.class);
    assertThat(provider.tasks().get(0).inputs().get(0).width()).isEqualTo(40);
  }

  @Test
  void photoWithoutWordsWaitsForThem() {
    start();
    ann.sends(TestPictures.png(40, 30, 0x336699), "");
    ann.awaitsText("What shall I do with it?");
    ann.says("make it night");
    ann.awaitsPicture();
    assertThat(provider.tasks()).singleElement().isInstanceOf(ImageTask.Edit.class);
  }

  @Test
  void photoWaitsUntilItsWordsAreUnderstood() {
    start();
    ann.sends(TestPictures.png(40, 30, 0x336699), "");
    ann.awaitsText("What shall I do with it?");
    ann.says("make it night --n lots");
    ann.awaitsText("I do not understand");
    ann.says("make it night --n 1");
    ann.awaitsPicture();
    assertThat(provider.tasks()).singleElement().isInstanceOf(ImageTask.Edit.class);
  }

  @Test
  void replyToAPictureEditsIt() throws Exception {
    CountDownLatch finish = asksAndIsKeptWaiting("a cat");
    ann.awaitsText("picture"); // the message that becomes the picture
    finish.countDown();
    Seen picture = ann.awaitsPicture();
    ann.replies(picture, "make it night");
    ann.awaitsPictures(2);
    ImageTask.Edit edit = (ImageTask.Edit) provider.tasks().get(1);
    assertThat(edit.images().get(0)).isEqualTo(picture.message().images().get(0).image());
  }

  @Test
  void whatIsNoPictureIsRefused() {
    start();
    ann.sends(
        "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8), "edit it");
    ann.awaitsText("That is not a PNG, JPEG or WebP picture.");
    byte[] huge = TestPictures.png(10, 10, 0);
    huge[16] = 0; // width and height in the header: 30,000 x 30,000
    huge[17] = 0;
    huge[18] = 0x75;
    huge[19] = 0x30;
    System.arraycopy(huge, 16, huge, 20, 4);
    ann.sends(huge, "edit it");
    ann.awaitsText("30,000");
    assertThat(provider.runs()).isZero();
  }

  @Test
  void commandsUseTheLastPicture() {
    start();
    ann.says("/vary");
    ann.awaitsText("Which picture?");
    ann.says("a cat");
    ann.awaitsPicture();
    ann.says("/vary");
    ann.awaitsPictures(2);
    ann.says("/upscale 2");
    ann.awaitsPictures(3);
    ann.says("/upscale 7");
    ann.awaitsText("I can make a picture larger by 2");
  }

  @Test
  void limitsAreAnswersAndSomebodyElseIsServed() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.always(ScriptedProvider.await(finish));
    start(BotLimits.DEFAULT.withWaitingPerUser(1).withJobsPerMinute(0));
    ann.says("one");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.says("two");
    ann.says("three");
    ann.awaitsText("You already have 1 in line");
    ScriptedUser bob = new ScriptedUser(transport, "bob", Locale.ENGLISH);
    bob.says("mine");
    assertThat(provider.awaitRuns(2, PATIENCE)).isTrue();
    finish.countDown();
    bob.awaitsPicture();
    ann.awaitsPictures(2);
  }

  @Test
  void tooManyInAMinuteAreToldWhenTheNextMayStart() {
    start(BotLimits.DEFAULT.withJobsPerMinute(2).withWaitingPerUser(10));
    ann.says("one");
    ann.says("two");
    ann.says("three");
    ann.awaitsText("The next one can start in");
    ann.awaitsPictures(2);
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aFloodIsBoundedBeforeAnyWork() {
    start(BotLimits.DEFAULT.withEventsPerConversation(5));
    long refused = 0;
    for (int i = 0; i < 500; i++) {
      refused += ann.says("flood " + i).isPresent() ? 1 : 0;
    }
    assertThat(refused).isPositive();
    ScriptedUser bob = new ScriptedUser(transport, "bob", Locale.ENGLISH);
    bob.says("mine");
    bob.awaitsPicture();
  }

  @Test
  void refusalsAreNamedAndNotRepeated() {
    provider.next(ScriptedProvider.fail(Kind.CONTENT_POLICY));
    start();
    ann.says("something nasty");
    Seen seen = ann.awaitsText("The service does not make this.");
    assertThat(labels(seen.message())).containsExactly("Try again");
    assertThat(provider.runs()).isEqualTo(1);
    ann.presses("Try again");
    ann.awaitsPicture();
  }

  @Test
  void passingTroubleIsTriedAgain() {
    provider
        .next(ScriptedProvider.fail(Kind.UNAVAILABLE))
        .next(ScriptedProvider.fail(new IllegalStateException("bug")));
    start();
    ann.says("a cat");
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(3);
  }

  @Test
  void aProviderWithoutAPictureIsNamed() {
    provider.next(ScriptedProvider.nothing()).next(ScriptedProvider.huge(60 << 20));
    start();
    ann.says("a cat");
    ann.awaitsText("answered without a picture");
    ann.says("a huge cat");
    ann.awaitsText("something that is no picture");
  }

  @Test
  void unknownOutcomeOfAPaidCallIsThePersonsToDecide() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.UNSAFE).build());
    provider
        .next(ScriptedProvider.fail(Kind.OUTCOME_UNKNOWN))
        .next(ScriptedProvider.fail(new IllegalStateException("bug")));
    start();
    ann.says("a cat");
    Seen seen = ann.awaitsText("It may have been charged");
    assertThat(labels(seen.message())).containsExactly("Try again");
    ann.says("a dog");
    ann.awaits(
        "both",
        s ->
            ann.sees().stream().filter(m -> text(m).contains("It may have been charged")).count()
                == 2);
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aPaidCallThatRanNothingIsTriedAgain() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.UNSAFE).build());
    provider.next(ScriptedProvider.fail(Kind.UNAVAILABLE));
    start();
    ann.says("a cat");
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aParkedJobComesBackWithItsCheckpoint() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    provider.next(
        ScriptedProvider.checkpoint("remote-1"), ScriptedProvider.park(Duration.ofMillis(200)));
    start();
    ann.says("a cat");
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aBugWhileARemoteJobIsLookedAfterDoesNotGiveItUp() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    provider
        .next(
            ScriptedProvider.checkpoint("remote-1"), ScriptedProvider.park(Duration.ofMillis(100)))
        .next(ScriptedProvider.fail(new IllegalStateException("bug")));
    start();
    ann.says("a cat");
    ann.awaitsPicture();
    assertThat(provider.runs()).as("ordered, failed to look, looked").isEqualTo(3);
  }

  @Test
  void aRemoteJobIsNotGivenUpWhileTheQueueIsAway() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    provider.next(
        ScriptedProvider.checkpoint("remote-1"),
        ScriptedProvider.run(() -> backend.sleep(JobQueue.class)),
        ScriptedProvider.park(Duration.ofMillis(100)));
    start();
    ann.says("a cat");
    Eventually.is("its next attempt could not watch", () -> backend.refused("watch") > 0);
    backend.wake();
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aPaidPictureIsKeptHoweverMuchItsProviderSays() {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.UNSAFE).build());
    List<RenderedImage> talkative =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new RenderedImage(
                        TestPictures.png(8, 8, i),
                        new ImageInfo(MediaType.PNG, 8, 8),
                        Optional.empty(),
                        Optional.of("a better cat ".repeat(2000)),
                        false))
            .toList();
    RenderOutcome.Rendered rendered =
        RenderOutcome.Rendered.of("scripted", talkative)
            .withWarnings(List.of("beware ".repeat(10_000)));
    provider.next(ScriptedProvider.answer(rendered));
    start();
    ann.says("a cat --n 4");
    assertThat(ann.awaitsPicture().message().images()).hasSize(4);
    assertThat(provider.runs()).isEqualTo(1);
  }

  @Test
  void cancellingAParkedJobReachesTheProvider() throws Exception {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    provider
        .next(
            ScriptedProvider.checkpoint("remote-1"), ScriptedProvider.park(Duration.ofMinutes(10)))
        .next(ScriptedProvider.hangUntilCancelled());
    start();
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.presses("Cancel");
    ann.awaitsText("Stopped.");
    assertThat(provider.runs()).isEqualTo(2);
  }

  @Test
  void aPictureToStartFromIsReadWhenTheStoreComesBack() throws Exception {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.UNSAFE).build());
    provider.next(
        ScriptedProvider.run(() -> backend.sleep(ImageStore.class)),
        (task, context) -> {
          assertThat(context.input(((ImageTask.Edit) task).images().get(0))).isNotEmpty();
          return Optional.empty();
        });
    start();
    ann.sends(TestPictures.png(40, 30, 0x336699), "make it night");
    Eventually.is("refused twice", () -> backend.refused("open") > 1);
    backend.wake();
    ann.awaitsPicture();
    assertThat(provider.runs()).isEqualTo(1);
  }

  @Test
  void aPaidPictureOutlivesAnOutageOfTheStore() throws Exception {
    paidPictureOutlives(ImageStore.class, "put");
  }

  @Test
  void aPaidPictureOutlivesAnOutageOfTheQueue() throws Exception {
    paidPictureOutlives(JobSource.class, "checkpoint");
  }

  private void paidPictureOutlives(Class<?> seam, String refused) throws Exception {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.UNSAFE).build());
    CountDownLatch finish = asksAndIsKeptWaiting("a cat");
    backend.sleep(seam);
    finish.countDown();
    Eventually.is("refused twice", () -> backend.refused(refused) > 1);
    backend.wake();
    ann.awaitsPicture();
    assertThat(provider.runs()).as("paid for once").isEqualTo(1);
  }

  @Test
  void aRemoteIdIsKeptWhenTheQueueComesBack() throws Exception {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    CountDownLatch submit = new CountDownLatch(1);
    provider.next(
        ScriptedProvider.await(submit),
        ScriptedProvider.checkpoint("remote-1"),
        ScriptedProvider.park(Duration.ofMillis(200)));
    start();
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    backend.sleep();
    submit.countDown();
    Eventually.is("refused", () -> backend.refused("checkpoint") > 0);
    backend.wake();
    ann.awaitsPicture();
    assertThat(provider.runs()).as("submitted, then resumed").isEqualTo(2);
  }

  @Test
  void deliveryIsRepeatedUntilThePlatformTakesIt() throws Exception {
    CountDownLatch finish = asksAndIsKeptWaiting("a cat");
    ann.awaitsText("picture");
    transport.answerNext(new Receipt.Deferred(Duration.ofMillis(300)));
    transport.throwNext(new TransportException(TransportException.Kind.UNAVAILABLE, "a hiccup"));
    finish.countDown();
    ann.awaitsPicture();
    assertThat(provider.runs()).as("the picture is not made again").isEqualTo(1);
  }

  @Test
  void aMessageIsAnsweredThoughThePlatformIsAwayForLong() {
    start();
    for (int i = 0; i < 4; i++) {
      transport.throwNext(new TransportException(TransportException.Kind.UNAVAILABLE, "away"));
    }
    ann.says("/help");
    ann.awaitsText("/upscale");
  }

  @Test
  void aPictureIsFetchedOnceHoweverOftenItsMessageIsHandled() {
    start();
    transport.answerNext(new Receipt.Deferred(Duration.ofMillis(100)));
    transport.throwNext(new TransportException(TransportException.Kind.UNAVAILABLE, "away"));
    ann.sends(TestPictures.png(40, 30, 0x336699), "");
    ann.awaitsText("What shall I do with it?");
    assertThat(transport.opened()).isEqualTo(1);
  }

  @Test
  void speaksThePersonsLanguage() {
    start();
    ScriptedUser ivan = new ScriptedUser(transport, "ivan", Locale.forLanguageTag("ru-RU"));
    ivan.says("маяк у моря");
    Seen picture = ivan.awaitsPicture();
    assertThat(labels(picture.message()))
        .contains("Ещё раз", "Вариант", "Увеличить \u00d72", "Оригинал");
    ivan.says("/help");
    ivan.awaitsText("Команды");
  }

  @Test
  void greetsAndHelps() {
    start();
    ann.says("/start");
    ann.awaitsText("Tell me what you would like to see");
    ann.says("/help");
    ann.awaitsText("/upscale");
  }

  @Test
  void onlyWhatTheProviderCanIsOffered() {
    provider =
        new ScriptedProvider(
            ScriptedProvider.everything().tasks(TaskKind.GENERATE).upscaleFactors().build());
    start();
    ann.says("a cat");
    Seen picture = ann.awaitsPicture();
    assertThat(labels(picture.message())).containsExactly("Again", "Original");
    ann.says("/upscale");
    ann.awaitsText("I cannot do that here.");
    ann.sends(TestPictures.png(40, 30, 0x336699), "make it night");
    ann.awaitsText("I cannot do that here.");
  }

  @Test
  void aStopInTheMiddleFinishesWhatIsBeingMade() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(finish));
    ImageBot started = start();
    ann.says("first");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.says("second");
    ann.awaitsText("In line");
    Thread closing = new Thread(started::close, "closing");
    closing.start();
    if (!backend.durable()) {
      ann.awaitsText("I am being restarted"); // the one that waited
    }
    finish.countDown();
    closing.join(PATIENCE.toMillis());
    assertThat(closing.isAlive()).isFalse();
    if (!backend.durable()) {
      assertThat(ann.sees().stream().filter(s -> !s.message().images().isEmpty())).hasSize(1);
    }
  }

  @Test
  void aStopTellsThePersonWhosePictureIsToBeTriedAgain() throws Exception {
    CountDownLatch fail = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(fail), ScriptedProvider.fail(Kind.UNAVAILABLE));
    ImageBot started = start();
    assumeFalse(backend.durable(), "a durable backend keeps it for the next process");
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    Thread closing = Eventually.start(started::close);
    Eventually.is("stopping", () -> !transport.isReceiving());
    fail.countDown();
    ann.awaitsText("I am being restarted");
    closing.join(PATIENCE.toMillis());
    assertThat(closing.isAlive()).isFalse();
  }

  @Test
  void aStopTellsThePersonWhosePictureIsMadeElsewhereAndTheOneWhoMakesIt() throws Exception {
    provider = new ScriptedProvider(ScriptedProvider.everything().repeat(Repeat.RESUMES).build());
    provider.next(
        ScriptedProvider.checkpoint("remote-1"), ScriptedProvider.park(Duration.ofMinutes(10)));
    ImageBot started = start();
    assumeFalse(backend.durable(), "a durable backend keeps it for the next process");
    ann.says("a cat");
    Eventually.is("parked", () -> backend.admin().statistics(RENDER).parked() == 1);
    started.close();
    assertThat(ann.awaits("its end", s -> s.message().isFinal())).isNotNull();
    assertThat(text(ann.sees().get(0))).contains("I am being restarted");
    assertThat(provider.runs()).as("its provider was told").isEqualTo(2);
  }

  @Test
  void aStopThatIsInterruptedEndsEverythingAllTheSame() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    provider.next(ScriptedProvider.hang());
    ImageBot started = start(BotLimits.DEFAULT, threads);
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    Thread closing = Eventually.start(started::close);
    Eventually.is(
        "closed",
        () -> {
          closing.interrupt();
          return !closing.isAlive();
        });
    assertThat(transport.health().status()).isEqualTo(Health.Status.DOWN);
    Eventually.is("no thread left", () -> threads.stream().noneMatch(Thread::isAlive));
  }

  @Test
  void aCancelThatWasAskedForIsToldAsSuchDuringAStop() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(
        (task, context) -> {
          context.onCancel(asked::countDown);
          stop.await();
          throw ProviderException.of(Kind.CANCELLED, "stopped as asked");
        });
    ImageBot started = start();
    assumeTrue(backend.durable(), "otherwise a stop ends everything that waits");
    ann.says("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.presses("Cancel");
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    provider.next(ScriptedProvider.await(finish)); // the stop waits for Bob's: couriers still work
    new ScriptedUser(transport, "bob", Locale.ENGLISH).says("a dog");
    assertThat(provider.awaitRuns(2, PATIENCE)).isTrue();
    Thread closing = Eventually.start(started::close);
    Eventually.is("stopping", () -> !transport.isReceiving());
    stop.countDown();
    ann.awaitsText("Stopped.");
    finish.countDown();
    closing.join(PATIENCE.toMillis());
    assertThat(closing.isAlive()).isFalse();
  }

  @Test
  void aMessageIsKeptUpToDateByTheNextFront() throws Exception {
    assumeTrue(backend.durable(), "otherwise a stop ends everything that waits");
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(first));
    provider.next(ScriptedProvider.progress(0.5), ScriptedProvider.await(second));
    try (ImageBot worker =
        ImageBot.worker(provider, backend).stopTimeout(Duration.ofSeconds(10)).build()) {
      worker.start();
      ImageBot before = startFront();
      ann.says("first");
      assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
      ann.says("second");
      Seen waiting = ann.awaitsText("In line");
      before.close();
      startFront();
      first.countDown();
      Seen half =
          ann.awaits(
              "half",
              seen -> seen.message().progress().flatMap(p -> p.fraction()).orElse(0.0) == 0.5);
      assertThat(half.ref()).isEqualTo(waiting.ref());
      second.countDown();
      ann.awaitsPictures(2);
    }
  }

  private ImageBot startFront() {
    ImageBot started =
        ImageBot.builder(transport, provider, backend)
            .roles(Role.FRONT)
            .stopTimeout(Duration.ofSeconds(10))
            .build();
    bot = started;
    started.start();
    return started;
  }

  @Test
  void resultsOfAServiceThatStopsReachTheirHandler() throws Exception {
    assumeFalse(backend.durable(), "a durable backend keeps it for the next process");
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(finish));
    List<Delivery> handled = new CopyOnWriteArrayList<>();
    CompletableFuture<Thread> closing = new CompletableFuture<>();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    try (ImageService service =
        ImageService.builder(provider, backend).workers(1).threads(into(threads)).build()) {
      service.onResult(
          "shop",
          result -> {
            if (result.id().value().equals("waits")) { // keeps the other one waiting
              finish.countDown();
              Eventually.is( // which is after its renderers
                  "a heartbeat has ended",
                  () ->
                      threads.stream()
                          .anyMatch(t -> t.getName().equals("easel-heartbeat") && !t.isAlive()));
              Eventually.blocked(closing.get());
            }
            handled.add(result);
          });
      service.start();
      for (String id : List.of("made", "waits")) {
        service.submit(
            Order.of(id, ImageTask.Generate.of("a cat"), "customer").deliverTo("shop", ""));
      }
      assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
      closing.complete(Eventually.start(service::close));
      closing.get().join(PATIENCE.toMillis());
    }
    assertThat(handled).extracting(d -> d.id().value()).containsExactly("waits", "made");
  }

  @Test
  void closingTwiceIsFine() {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    ImageBot started = start(BotLimits.DEFAULT, threads);
    started.close();
    started.close();
    assertThat(threads)
        .filteredOn(Thread::isAlive)
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("easel-renderer") || name.startsWith("easel-courier"));
  }
}
