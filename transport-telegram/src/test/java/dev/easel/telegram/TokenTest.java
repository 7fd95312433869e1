package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.TransportException;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.testkit.TestPictures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The token shows up nowhere, whatever goes wrong and whoever writes it down for us. */
class TokenTest {
  /** The fake platform runs in this process, and its server writes addresses down. */
  private static final List<String> OF_THE_FAKE =
      List.of("org.eclipse.jetty", "io.javalin", "dev.easel.fakes", "sun.net", "jdk.");

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final CapturedLog log = CapturedLog.of(Logger.ROOT_LOGGER_NAME);
  private final List<String> jdkLines = new CopyOnWriteArrayList<>();

  /** OkHttp and the JDK write to the JDK's own log. */
  private final Handler jdkLog =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          Throwable thrown = entry.getThrown();
          jdkLines.add(
              entry.getLoggerName()
                  + " "
                  + new SimpleFormatter().formatMessage(entry)
                  + (thrown == null ? "" : shown(thrown)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final java.util.logging.Logger jdkRoot = java.util.logging.Logger.getLogger("");
  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");
  private final String secret = bed.token.substring(bed.token.indexOf(':') + 1);

  @BeforeEach
  void listen() {
    root.setLevel(Level.TRACE);
    jdkRoot.addHandler(jdkLog);
    jdkRoot.setLevel(java.util.logging.Level.ALL);
  }

  @AfterEach
  void close() {
    bed.close();
    root.setLevel(before);
    log.close();
    jdkRoot.removeHandler(jdkLog);
    jdkRoot.setLevel(java.util.logging.Level.INFO);
  }

  private List<String> lines() {
    return Stream.concat(log.lines().stream(), jdkLines.stream())
        .filter(line -> OF_THE_FAKE.stream().noneMatch(line::startsWith))
        .toList();
  }

  private static String shown(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private String echo() {
    return "Bad Request: /bot" + bed.token + "/sendMessage and " + secret;
  }

  @Test
  void tokenIsInNoLogLineReceiptOrException() throws Exception {
    StringBuilder shown = new StringBuilder();
    bed.bot.fault("getUpdates", Fault.error(500, echo()));
    bed.bot.fault("getUpdates", Fault.error(409, echo()));
    bed.bot.fault("getUpdates", new Fault.CutBefore());
    bed.start(b -> b);
    bed.bot.fault("sendMessage", Fault.error(400, echo()));
    Receipt rejected = bed.send(ann, OutgoingMessage.text("x"));
    assertThat(rejected).isInstanceOf(Receipt.Rejected.class);
    shown.append(rejected);
    bed.bot.fault("sendMessage", Fault.error(403, echo()));
    shown.append(bed.send(ann, OutgoingMessage.text("x")));
    bed.bot.fault("sendMessage", new Fault.CutAfter());
    shown.append(bed.send(ann, OutgoingMessage.text("x")));
    for (int i = 0; i < 8; i++) {
      bed.bot.fault("sendMessage", new Fault.CutBefore());
    }
    shown.append(bed.send(ann, OutgoingMessage.text("x")));

    ann.sendsPhoto(TestPictures.png(9, 9, 1), "x");
    ImagesReceived event = bed.event(ImagesReceived.class);
    shown.append(event);
    bed.bot.fault("file", new Fault.CutBefore());
    bed.bot.fault("file", Fault.error(500, echo()));
    bed.bot.fault("file", new Fault.CutAfter());
    for (int i = 0; i < 3; i++) {
      try (var in = bed.transport().outbox().open(event.images().get(0))) {
        in.readAllBytes();
      } catch (TransportException | IOException e) {
        shown.append(shown(e));
      }
    }
    shown.append(bed.transport()).append(bed.builder()).append(bed.transport().health());
    bed.close();

    assertThat(lines()).isNotEmpty();
    assertThat(lines()).noneMatch(line -> line.contains(secret));
    assertThat(shown.toString()).doesNotContain(secret).contains("Rejected", "Gone");
  }

  @Test
  void tokenIsInNoMessageWhenNobodyIsReached() {
    TelegramTransport lost =
        TelegramTransport.polling(bed.token)
            .apiUrl(URI.create("http://no-such-host.invalid"))
            .timing(Bed.CALM)
            .build();
    lost.start(bed.host);
    assertThatThrownBy(
            () ->
                lost.outbox()
                    .send(
                        dev.easel.chat.ConversationRef.of(
                            lost.id(), "5", dev.easel.chat.ConversationRef.Kind.PRIVATE),
                        OutgoingMessage.text("x"),
                        bed.operation()))
        .isInstanceOf(TransportException.class)
        .satisfies(e -> assertThat(shown(e)).doesNotContain(secret));
    lost.close(Bed.PATIENCE);
    assertThat(lines()).isNotEmpty().noneMatch(line -> line.contains(secret));
  }

  @Test
  void wrongTokenIsNotRepeatedInTheComplaint() {
    assertThatThrownBy(() -> TelegramTransport.polling("123:bad token!"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("bad token");
  }
}
