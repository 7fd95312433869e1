package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.bot.BotLimits;
import dev.easel.bot.ImageBot;
import dev.easel.fakes.telegram.FakeBot;
import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.fakes.telegram.SentMessage.Kind;
import dev.easel.image.ImageTask;
import dev.easel.image.TaskKind;
import dev.easel.memory.MemoryBackend;
import dev.easel.testkit.ScriptedProvider;
import dev.easel.testkit.TestPictures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a person on Telegram sees of the whole bot. */
class ConversationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final byte[] PICTURE = TestPictures.png(64, 48, 0x884422);

  private final FakeBotApi api = FakeBotApi.start();
  private final String token = "815:AAF-conversation";
  private final FakeBot bot = api.bot(token);
  private final FakePerson ann = bot.person("Ann");
  private final MemoryBackend backend = MemoryBackend.create();
  private final ScriptedProvider provider = new ScriptedProvider();
  private final TelegramTransport telegram =
      TelegramTransport.polling(token).apiUrl(api.url()).timing(Bed.paced()).build();
  private int toldToWait;
  private final ImageBot image =
      ImageBot.builder(telegram, provider, backend)
          .limits(BotLimits.DEFAULT.withJobsPerMinute(0))
          .stopTimeout(Duration.ofSeconds(20))
          .build();

  ConversationTest() {
    image.start();
  }

  @AfterEach
  void close() {
    image.close();
    backend.close();
    api.close();
    assertThat(bot.refusedForLimits()).as("told to wait by the platform").isEqualTo(toldToWait);
  }

  private SentMessage awaitsPicture(FakePerson person) throws Exception {
    return person.awaits(PATIENCE, m -> m.kind() != Kind.TEXT);
  }

  private SentMessage awaitsPictureOtherThan(SentMessage first) throws Exception {
    return ann.awaits(PATIENCE, m -> m.kind() != Kind.TEXT && m.id() != first.id());
  }

  private SentMessage awaitsText(FakePerson person, String part) throws Exception {
    return person.awaits(PATIENCE, m -> m.text().contains(part));
  }

  @Test
  void startGreetsAndTheMenuIsThere() throws Exception {
    ann.writes("/start");
    awaitsText(ann, "Tell me what you would like to see");

    bot.await(
        PATIENCE,
        () -> !bot.menu("all_private_chats", "").isEmpty() || !bot.menu("default", "").isEmpty());
  }

  @Test
  void textBecomesAPictureInOneMessage() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.progress(0.5), ScriptedProvider.await(finish));
    ann.writes("a lighthouse");
    SentMessage status = awaitsText(ann, "Making your picture");
    assertThat(status.button("Cancel")).isPresent();
    bot.await(PATIENCE, () -> !bot.calls("sendChatAction").isEmpty());
    finish.countDown();
    SentMessage picture = awaitsPicture(ann);

    assertThat(picture.id()).isEqualTo(status.id());
    assertThat(picture.kind()).isEqualTo(Kind.PHOTO);
    assertThat(picture.buttons()).isNotEmpty();
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void photoWithWordsIsEdited() throws Exception {
    ann.sendsPhoto(PICTURE, "make it night");
    awaitsPicture(ann);

    assertThat(provider.tasks()).singleElement().isInstanceOf(ImageTask.Edit.class);
  }

  @Test
  void replyToAPictureEditsIt() throws Exception {
    ann.writes("a lighthouse");
    SentMessage first = awaitsPicture(ann);
    ann.replies(first.id(), "make it night");
    awaitsPictureOtherThan(first);

    assertThat(provider.tasks())
        .extracting(ImageTask::kind)
        .containsExactly(TaskKind.GENERATE, TaskKind.EDIT);
  }

  @Test
  void buttonsVaryUpscaleAndGiveTheOriginal() throws Exception {
    ann.writes("a lighthouse");
    SentMessage first = awaitsPicture(ann);
    String press = ann.presses(first, "Vary");
    assertThat(ann.awaitsAnswer(PATIENCE, press).text()).contains("variation");
    SentMessage varied = awaitsPictureOtherThan(first);
    ann.presses(first, "Upscale");
    ann.awaits(
        PATIENCE, m -> m.kind() != Kind.TEXT && m.id() != first.id() && m.id() != varied.id());
    String taken = ann.awaitsAnswer(PATIENCE, ann.presses(first, "Original")).text();
    SentMessage original = ann.awaits(PATIENCE, m -> m.kind() == Kind.DOCUMENT);
    String answer = "";
    while (!answer.equals(taken)) { // for three seconds, a second press is a double press
      answer = ann.awaitsAnswer(PATIENCE, ann.presses(first, "Original")).text();
    }
    SentMessage again =
        ann.awaits(PATIENCE, m -> m.kind() == Kind.DOCUMENT && m.id() != original.id());

    assertThat(again.fileId()).as("not uploaded again").isEqualTo(original.fileId());
    assertThat(bot.content(first)).as("recompressed by the platform").startsWith(0xff, 0xd8);
    assertThat(bot.content(original)).as("as it was made").startsWith(0x89, 'P', 'N', 'G');
    assertThat(provider.tasks())
        .extracting(ImageTask::kind)
        .containsExactly(TaskKind.GENERATE, TaskKind.VARY, TaskKind.UPSCALE);
  }

  @Test
  void cancelStopsIt() throws Exception {
    provider.next(ScriptedProvider.hangUntilCancelled());
    ann.writes("something long");
    SentMessage status = ann.awaits(PATIENCE, m -> m.button("Cancel").isPresent());
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    String press = ann.presses(status, "Cancel");

    awaitsText(ann, "Stopped.");
    assertThat(ann.awaitsAnswer(PATIENCE, press).text()).isNotEmpty();
  }

  @Test
  void groupIsAnsweredWhereItAskedAndOthersCannotPress() throws Exception {
    long group = bot.group("Cats");
    FakePerson bob = bot.person("Bob").in(group);
    FakePerson eve = bot.person("Eve").in(group);
    bob.writes("just talking");
    int asked = bob.writes("@" + bot.username() + " a cat");
    SentMessage picture = awaitsPicture(bob);
    assertThat(picture.replyTo()).isEqualTo(asked);

    String press = eve.presses(picture, "Again");
    assertThat(eve.awaitsAnswer(PATIENCE, press).text()).contains("Only the person");
    assertThat(provider.runs()).isEqualTo(1);
  }

  /** The platform tells who presses, and not who it was that asked in another's name. */
  @Test
  void whatWasAskedInTheNameOfAGroupOrChannelAnyoneThereMayPress() throws Exception {
    long group = bot.group("Cats");
    FakePerson eve = bot.person("Eve").in(group);
    for (long name : List.of(group, bot.channel("Dogs"))) {
      int asked = eve.inTheNameOf(name).writes("@" + bot.username() + " a cat");
      SentMessage picture =
          eve.awaits(PATIENCE, m -> m.kind() != Kind.TEXT && m.replyTo() == asked);
      String press = eve.presses(picture, "Original");

      assertThat(eve.awaitsAnswer(PATIENCE, press).text()).isEqualTo("Here it comes.");
    }
  }

  @Test
  void groupThatAllowsTextsOnlyIsToldInWords() throws Exception {
    FakePerson bob = bot.person("Bob").in(bot.group("Cats"));
    Fault noPhotos = noRight("photos");
    Fault noFiles = noRight("documents");
    bot.fault("editMessageMedia", noPhotos);
    bot.fault("editMessageMedia", noFiles);
    bot.fault("sendPhoto", noPhotos);
    bot.fault("sendDocument", noFiles);
    bob.writes("@" + bot.username() + " a cat");

    awaitsText(bob, "Something went wrong");
  }

  private static Fault noRight(String toSend) {
    return Fault.error(400, "Bad Request: not enough rights to send " + toSend + " to the chat");
  }

  @Test
  void albumWithWordsIsOneEdit() throws Exception {
    ann.sendsAlbum(List.of(PICTURE, TestPictures.png(50, 50, 3)), "put them together");
    awaitsPicture(ann);

    assertThat(provider.runs()).isEqualTo(1);
    assertThat(((ImageTask.Edit) provider.tasks().get(0)).images()).hasSize(2);
  }

  @Test
  void personWhoBlocksTheBotCostsNothingMore() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(finish));
    ann.writes("a cat");
    assertThat(provider.awaitRuns(1, PATIENCE)).isTrue();
    ann.blocks();
    finish.countDown();
    FakePerson bob = bot.person("Bob");
    bob.writes("a dog");

    awaitsPicture(bob);
    assertThat(ann.sees()).allMatch(m -> m.kind() == Kind.TEXT);
  }

  @Test
  void chatThatMustWaitDoesNotHoldUpOthers() throws Exception {
    FakePerson bob = bot.person("Bob");
    bot.fault("sendMessage", ann.chat(), new Fault.TooMany(60));
    ann.writes("/help");
    bot.await(PATIENCE, () -> bot.faultsLeft() == 0);
    bob.writes("/help");
    bob.awaits(PATIENCE, m -> true);

    assertThat(ann.sees()).isEmpty();
    toldToWait = 1;
  }

  @Test
  void answerToAChatThatMustWaitComesLater() throws Exception {
    bot.fault("sendMessage", ann.chat(), new Fault.TooMany(2)); // longer than the transport waits
    ann.writes("/help");

    ann.awaits(PATIENCE, m -> true);
    assertThat(ann.sees()).hasSize(1);
    toldToWait = 1;
  }

  @Test
  void originalThatMustWaitComesLater() throws Exception {
    ann.writes("a lighthouse");
    SentMessage picture = awaitsPicture(ann);
    bot.fault("sendDocument", ann.chat(), new Fault.TooMany(2));
    ann.presses(picture, "Original");

    ann.awaits(PATIENCE, m -> m.kind() == Kind.DOCUMENT);
    toldToWait = 1;
  }

  @Test
  void picturesThatMayNotHaveArrivedCanBeFetched() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    provider.next(ScriptedProvider.await(finish));
    bot.fault("sendMediaGroup", new Fault.CutBefore()); // the request is whole, no answer comes
    ann.writes("a lighthouse --n 2");
    SentMessage status = awaitsText(ann, "Making your picture");
    finish.countDown();
    SentMessage words = awaitsText(ann, "could not see whether it arrived");
    assertThat(words.id()).isEqualTo(status.id());
    ann.presses(words, "Original");

    bot.await(
        PATIENCE, () -> ann.sees().stream().filter(m -> m.kind() == Kind.DOCUMENT).count() == 2);
    assertThat(provider.runs()).isEqualTo(1);
  }

  @Test
  void albumThatWasNotCompleteAtAStopIsStillAnswered() throws Exception {
    ann.sendsAlbum(List.of(PICTURE, PICTURE), "put them together");
    bot.await(PATIENCE, () -> bot.pending() == 0);
    image.close();

    assertThat(ann.sees()).singleElement().satisfies(m -> assertThat(m.text()).isNotEmpty());
  }

  @Test
  void russianIsAnsweredInRussian() throws Exception {
    FakePerson olga = bot.person("Olga").speaking("ru");
    olga.writes("/start");

    assertThat(olga.awaits(PATIENCE, m -> true).text()).matches("(?s).*[а-яА-Я]{3}.*");
  }
}
