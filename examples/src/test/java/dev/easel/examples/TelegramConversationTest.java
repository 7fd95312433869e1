package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.fakes.telegram.PressAnswer;
import dev.easel.fakes.telegram.RemoteFakeBot;
import dev.easel.fakes.telegram.SentMessage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people do with the complete bot; bot and platform are processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class TelegramConversationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String TOKEN = "78:AAF-conversation_secret";

  private final List<Process> processes = new ArrayList<>();
  private final AtomicLong people = new AtomicLong(1_000);
  private RemoteFakeBot telegram = new RemoteFakeBot(URI.create("http://127.0.0.1:9"), TOKEN);
  private Path data = Path.of("");

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    data = folder;
    String port = Integer.toString(FreePort.find());
    URI api = URI.create("http://127.0.0.1:" + port);
    run("platform", java(FakeBotApi.class, "--port", port));
    telegram = new RemoteFakeBot(api, TOKEN);
    telegram.awaitServer(PATIENCE);
    ProcessBuilder bot = java(BotProgram.class, "--http-port=0", "--workers=1");
    bot.environment().put("EASEL_DATA_DIR", data.toString());
    bot.environment().put("EASEL_LIMIT_JOBS_PER_MINUTE", "0");
    bot.environment().put("TELEGRAM_BOT_TOKEN", TOKEN);
    bot.environment().put("TELEGRAM_API_URL", api.toString());
    run("bot", bot);
  }

  private static ProcessBuilder java(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private void run(String name, ProcessBuilder program) throws IOException {
    processes.add(
        program
            .redirectErrorStream(true)
            .redirectOutput(data.resolve(name + ".log").toFile())
            .start());
  }

  /** SIGTERM ends the bot, with a poll under way; and what it wrote down bears no token. */
  @AfterAll
  void end() throws Exception {
    Process bot = processes.get(1);
    bot.destroy();
    boolean ended = bot.waitFor(30, TimeUnit.SECONDS);
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    assertThat(ended).as("ended by itself").isTrue();
    assertThat(Files.readString(data.resolve("bot.log")))
        .contains("Connected to Telegram")
        .doesNotContain("conversation_secret");
  }

  private long person() {
    return people.incrementAndGet();
  }

  private static boolean isPicture(SentMessage message) {
    return message.kind() != SentMessage.Kind.TEXT;
  }

  private SentMessage awaitsPicture(long chat) throws Exception {
    return telegram.awaits(chat, PATIENCE, TelegramConversationTest::isPicture);
  }

  private SentMessage awaitsPictureAfter(SentMessage first) throws Exception {
    return telegram.awaits(first.chat(), PATIENCE, m -> isPicture(m) && m.id() > first.id());
  }

  /** In the answer to a press; what the bot says after five seconds is a message instead. */
  private void awaitsNotice(long chat, String press, String part) throws Exception {
    PressAnswer answer = telegram.awaitsAnswer(press, PATIENCE);
    if (answer.text().isEmpty()) {
      telegram.awaits(chat, PATIENCE, m -> m.text().contains(part));
    } else {
      assertThat(answer.text()).contains(part);
    }
  }

  private static byte[] photo() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void startGreets() throws Exception {
    long ann = person();
    telegram.says(ann, "/start");

    telegram.awaits(ann, PATIENCE, m -> m.text().contains("a lighthouse by the sea"));
  }

  @Test
  void wordsBecomeAPictureInTheMessageThatSaidSo() throws Exception {
    long ann = person();
    telegram.says(ann, "a lighthouse at dusk");
    SentMessage picture = awaitsPicture(ann);

    assertThat(picture.kind()).isEqualTo(SentMessage.Kind.PHOTO);
    assertThat(picture.text()).contains("seed");
    assertThat(telegram.messages(ann)).hasSize(1);
    assertThat(telegram.content(picture)).isNotEmpty();
  }

  @Test
  void photoWithACaptionIsEdited() throws Exception {
    long ann = person();
    telegram.sendsPhoto(ann, photo(), "make it night");

    assertThat(awaitsPicture(ann).text()).doesNotContain("did not work");
  }

  @Test
  void photoWithoutACaptionIsAskedAboutAndThenEdited() throws Exception {
    long ann = person();
    telegram.sendsPhoto(ann, photo(), "");
    telegram.awaits(ann, PATIENCE, m -> !m.buttons().isEmpty());
    telegram.says(ann, "make it red");

    awaitsPicture(ann);
  }

  @Test
  void replyToAPictureEditsIt() throws Exception {
    long ann = person();
    telegram.says(ann, "mountains at dawn");
    SentMessage first = awaitsPicture(ann);
    telegram.says(ann, ann, first.id(), "make it sepia");
    SentMessage second = awaitsPictureAfter(first);

    assertThat(telegram.content(second)).isNotEqualTo(telegram.content(first));
  }

  @Test
  void buttonsVaryUpscaleAndGiveTheOriginalFile() throws Exception {
    long ann = person();
    telegram.says(ann, "blue origami");
    SentMessage first = awaitsPicture(ann);
    awaitsNotice(ann, telegram.presses(ann, first, "Vary"), "variation");
    SentMessage varied = awaitsPictureAfter(first);
    telegram.presses(ann, first, "Upscale");
    SentMessage larger = awaitsPictureAfter(varied);
    assertThat(larger.fileBytes()).isGreaterThan(first.fileBytes());
    telegram.presses(ann, first, "Original");

    SentMessage original =
        telegram.awaits(ann, PATIENCE, m -> m.kind() == SentMessage.Kind.DOCUMENT);
    assertThat(telegram.content(original)).as("as it was made").startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void whoWaitsInLineCanCancel() throws Exception {
    long bob = person();
    long ann = person();
    SentMessage ended;
    int tries = 0;
    do { // again if it was made before it could be cancelled
      assertThat(++tries).isLessThan(10);
      ended = asksAndCancels(bob, ann);
    } while (isPicture(ended));

    assertThat(ended.text()).contains("Stopped");
  }

  private SentMessage asksAndCancels(long bob, long ann) throws Exception {
    for (int i = 0; i < 3; i++) {
      telegram.says(bob, "a foggy forest, number " + i);
    }
    int asked = telegram.says(ann, "a garden in summer");
    telegram.says(ann, "a garden in winter");
    SentMessage waiting =
        telegram.awaits(
            ann, PATIENCE, m -> m.id() > asked && (isPicture(m) || m.button("Cancel").isPresent()));
    telegram.says(ann, "/cancel");
    return telegram.awaits(
        ann,
        PATIENCE,
        m -> m.id() == waiting.id() && (isPicture(m) || m.text().contains("Stopped")));
  }

  @Test
  void groupIsAnsweredThereAndOthersCannotPress() throws Exception {
    long group = telegram.group("Cats");
    long bob = person();
    telegram.says(bob, group, 0, "just talking");
    int asked = telegram.says(bob, group, 0, "@" + telegram.username() + " a golden cat");
    SentMessage picture = awaitsPicture(group);

    assertThat(picture.replyTo()).isEqualTo(asked);
    awaitsNotice(group, telegram.presses(person(), picture, "Again"), "Only the person who asked");
  }

  @Test
  void albumIsOneOrder() throws Exception {
    long ann = person();
    telegram.sendsAlbum(ann, List.of(photo(), photo()), "make it warm");

    telegram.awaits(ann, PATIENCE, m -> isPicture(m) || m.text().contains("one picture"));
    assertThat(telegram.messages(ann)).hasSize(1);
  }

  @Test
  void whoBlocksTheBotHoldsUpNobody() throws Exception {
    long eve = person();
    telegram.says(eve, "stained glass");
    telegram.blocks(eve);
    long ann = person();
    telegram.says(ann, "a mandala");

    awaitsPicture(ann);
    telegram.awaits(ann, PATIENCE, m -> telegram.pending() == 0);
  }
}
