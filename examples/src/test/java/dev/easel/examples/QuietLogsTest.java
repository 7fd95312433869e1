package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.easel.Backend;
import dev.easel.bot.ImageService;
import dev.easel.bot.Order;
import dev.easel.bot.Outcome;
import dev.easel.bot.Submission;
import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.Fault;
import dev.easel.http.HttpAccess;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.memory.MemoryBackend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Neither key nor prompt is in any log, whatever fails and whatever the service echoes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@Isolated
class QuietLogsTest {
  private static final String PROMPT = "a very private lighthouse";
  private static final List<String> SECRETS =
      List.of(PROMPT, "private", FakeOpenAi.KEY, FakeFal.KEY, "fal-secret");

  /** What a service might say that wants to do harm, or only wants to help. */
  private static String echo() {
    return "{\"error\":{\"message\":\"%s %s\",\"type\":\"%s\",\"code\":\"%s\"},\"detail\":\"%s %s\"}"
        .formatted(PROMPT, FakeOpenAi.KEY, PROMPT, FakeFal.KEY, FakeFal.KEY, PROMPT);
  }

  @ParameterizedTest
  @EnumSource(Adapter.class)
  void secretsAreInNoLine(Adapter adapter) throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(
                event.getLoggerName()
                    + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())));
          }
        };
    Logger easel = (Logger) LoggerFactory.getLogger("dev.easel");
    appender.start();
    easel.setLevel(Level.TRACE);
    easel.addAppender(appender);
    try (FakeService service = adapter.service();
        Backend backend = MemoryBackend.create()) {
      ImageProvider provider = adapter.provider(service.url().toString(), HttpAccess.shared());
      try (ImageService bot = ImageService.builder(provider, backend).build()) {
        bot.start();
        for (Fault fault :
            List.of(
                Fault.json(400, echo()),
                Fault.json(401, echo()),
                Fault.json(500, echo()),
                Fault.json(200, "{" + echo()),
                Fault.html(502, PROMPT + FakeOpenAi.KEY),
                Fault.resetBeforeRun())) {
          service.next("", fault);
          order(bot, "order-" + lines.size());
        }
      }
      assertThat(lines).as("failures are told").isNotEmpty();
      assertThat(provider.toString()).doesNotContain(SECRETS);
    } finally {
      easel.detachAppender(appender);
      easel.setLevel(null);
    }
    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain(SECRETS));
  }

  private static void order(ImageService bot, String id) throws Exception {
    Submission.InLine inLine =
        (Submission.InLine) bot.submit(Order.of(id, ImageTask.Generate.of(PROMPT), "ann" + id));
    Outcome outcome = inLine.ticket().outcome().toCompletableFuture().get(40, TimeUnit.SECONDS);
    assertThat(outcome.toString()).doesNotContain(SECRETS);
  }
}
