package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.telegram.FakeBot;
import dev.easel.fakes.telegram.FakeBotApi;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.fakes.telegram.SentMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The bot as processes of its own on Telegram, seen by people there. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
@Execution(ExecutionMode.CONCURRENT)
class TelegramProcessTest {
  /** With a start, a lease and a picture, each on a core that others use too. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final FakeBotApi api = FakeBotApi.start();
  private final String token = "77:AAF-process_test";
  private final FakeBot telegram = api.bot(token);
  private final List<Process> processes = new ArrayList<>();
  private @Nullable OwnRedis shared;
  @TempDir private Path data;

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (shared != null) {
      shared.close();
    }
    api.close();
  }

  /** What lets bots work together. */
  private OwnRedis startRedis() throws IOException {
    OwnRedis redis = OwnRedis.start();
    shared = redis;
    return redis;
  }

  /**
   * As often as it takes, as what keeps a bot running would: one that stalls while it starts takes
   * its Redis for away, and ends.
   */
  private Process start(OwnRedis redis) throws Exception {
    Process bot = start(Map.of("EASEL_BACKEND", redis.uri()));
    telegram.await(PATIENCE, () -> !bot.isAlive() || said().contains("Ready: "));
    if (bot.isAlive()) {
      return bot;
    }
    assertThat(processes).as(said()).hasSizeLessThan(10);
    return start(redis);
  }

  /** What the newest bot said so far. */
  private String said() {
    try {
      return Files.readString(data.resolve("log-" + (processes.size() - 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(Map<String, String> settings) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            BotProgram.class.getName());
    builder.environment().put("EASEL_HTTP_PORT", "0");
    builder.environment().put("EASEL_DATA_DIR", data.toString());
    builder.environment().put("EASEL_LIMIT_JOBS_PER_MINUTE", "0");
    builder.environment().put("TELEGRAM_BOT_TOKEN", token);
    builder.environment().put("TELEGRAM_API_URL", api.url().toString());
    builder.environment().putAll(settings);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("log-" + processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private static boolean isPicture(SentMessage message) {
    return message.kind() != SentMessage.Kind.TEXT;
  }

  @Test
  void textBecomesAPictureByPolling() throws Exception {
    start(Map.of());
    FakePerson ann = telegram.person("Ann");
    ann.writes("a lighthouse at dusk");

    assertThat(ann.awaits(PATIENCE, TelegramProcessTest::isPicture).buttons()).isNotEmpty();
  }

  @Test
  void textBecomesAPictureByWebhookOnTheServerOfTheChatPage() throws Exception {
    int port = FreePort.find();
    Map<String, String> settings = new HashMap<>();
    settings.put("EASEL_HTTP_PORT", Integer.toString(port));
    settings.put("TELEGRAM_WEBHOOK_URL", "http://127.0.0.1:" + port + "/telegram");
    settings.put("TELEGRAM_WEBHOOK_SECRET", "0123456789abcdef-secret");
    start(settings);
    FakePerson ann = telegram.person("Ann");
    telegram.await(PATIENCE, () -> telegram.webhookUrl().isPresent());
    ann.writes("a lighthouse at dusk");

    ann.awaits(PATIENCE, TelegramProcessTest::isPicture);
    telegram.await(PATIENCE, () -> telegram.pending() == 0); // the picture may be there sooner
  }

  @Test
  void wrongTokenOrAddressStopsTheStartWithOneSentence() throws Exception {
    telegram.revoke();
    Process refused = start(Map.of());
    Process lost = start(Map.of("TELEGRAM_API_URL", api.url() + "/nowhere"));

    assertThat(refused.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(refused.exitValue()).isEqualTo(2);
    assertThat(lastLine(0)).startsWith("TELEGRAM_BOT_TOKEN is not known to Telegram");
    assertThat(lost.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lost.exitValue()).isEqualTo(2);
    assertThat(lastLine(1)).startsWith("TELEGRAM_API_URL names no Bot API server");
  }

  private String lastLine(int process) throws IOException {
    List<String> lines = Files.readAllLines(data.resolve("log-" + process));
    return lines.get(lines.size() - 1);
  }

  @Test
  void frontThatIsKilledIsReplacedAndNothingIsLostOrAnsweredTwice() throws Exception {
    OwnRedis redis = startRedis();
    Process first = start(redis);
    FakePerson ann = telegram.person("Ann");
    ann.writes("before");
    ann.awaits(PATIENCE, TelegramProcessTest::isPicture);
    Process second = start(redis);
    FakePerson bob = telegram.person("Bob");
    bob.writes("both are there");
    bob.awaits(PATIENCE, TelegramProcessTest::isPicture);

    List<FakePerson> people = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      people.add(telegram.person("P" + i));
    }
    people.subList(0, 5).forEach(p -> p.writes("just before"));
    first.destroyForcibly().waitFor(); // -9
    people.subList(5, 10).forEach(p -> p.writes("just after"));
    telegram.await(PATIENCE, () -> telegram.pending() == 0); // a lease of 15 s, and a slow machine
    assertThat(second.isAlive()).isTrue();

    long pictures = 0;
    for (FakePerson person : people) {
      person.awaits(PATIENCE, TelegramProcessTest::isPicture);
      pictures += person.sees().stream().filter(TelegramProcessTest::isPicture).count();
    }
    // the one that it was sending when it was killed may be there twice, and the log says so
    long onceMore = said().lines().filter(line -> line.contains("sending it once more")).count();
    assertThat(pictures).isBetween(10L, 10 + onceMore);
  }

  @Test
  void updateInTheHandsOfAKilledFrontIsNotLost() throws Exception {
    OwnRedis redis = startRedis();
    Process first = start(redis);
    FakePerson ann = telegram.person("Ann");
    ann.writes("before");
    ann.awaits(PATIENCE, TelegramProcessTest::isPicture);
    telegram.await(PATIENCE, () -> telegram.waitingPolls() == 1);
    // nothing can be accepted; a pause of ALL would hold the end of the pause back as well
    tell(redis, "CLIENT PAUSE 60000 WRITE");
    FakePerson bob = telegram.person("Bob");
    bob.writes("in its hands");
    telegram.await(PATIENCE, () -> telegram.waitingPolls() == 0);
    first.destroyForcibly().waitFor();
    tell(redis, "CLIENT UNPAUSE");
    assertThat(telegram.pending()).isEqualTo(1);

    start(redis);
    bob.awaits(PATIENCE, TelegramProcessTest::isPicture);
    assertThat(bob.sees()).hasSize(1);
  }

  @Test
  void pictureThatAKilledFrontWasSendingIsNotMadeAgain() throws Exception {
    OwnRedis redis = startRedis();
    Process first = start(redis);
    // Ann's picture replaces "in line"; Bob gets no such message, so his is one of its own
    FakePerson ann = telegram.person("Ann");
    FakePerson bob = telegram.person("Bob");
    Fault noAnswer = new Fault.LateAnswer(Duration.ofMinutes(5));
    telegram.fault("editMessageMedia", ann.chat(), noAnswer);
    for (int i = 0; i < 20; i++) {
      telegram.fault("sendMessage", bob.chat(), Fault.error(400, "Bad Request: not now"));
    }
    telegram.fault("sendPhoto", bob.chat(), noAnswer);
    ann.writes("a lighthouse");
    bob.writes("a lighthouse");
    byte[] forAnn = telegram.content(ann.awaits(PATIENCE, TelegramProcessTest::isPicture));
    byte[] forBob = telegram.content(bob.awaits(PATIENCE, TelegramProcessTest::isPicture));
    assertThat(forAnn).as("made again, a picture would be another").isNotEqualTo(forBob);
    first.destroyForcibly().waitFor(); // they are there, and it never heard so

    start(redis);
    telegram.await(
        PATIENCE,
        () ->
            !telegram.calls("editMessageMedia").isEmpty()
                && !telegram.calls("sendPhoto").isEmpty());
    assertThat(ann.sees())
        .singleElement()
        .satisfies(m -> assertThat(telegram.content(m)).isEqualTo(forAnn));
    assertThat(bob.sees())
        .as("at most one more, of the same picture")
        .hasSize(2)
        .allSatisfy(m -> assertThat(telegram.content(m)).isEqualTo(forBob));
    assertThat(said()).contains("sending it once more");
  }

  private static void tell(OwnRedis redis, String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
    }
  }
}
