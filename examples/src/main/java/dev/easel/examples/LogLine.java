package dev.easel.examples;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.util.List;

/** One event in one line: nothing that came from outside can begin a line of its own. */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private static final List<String> FRAMES = List.of("12");

  private final ThrowableProxyConverter trouble = new ThrowableProxyConverter();

  @Override
  public void start() {
    trouble.setContext(getContext());
    trouble.setOptionList(FRAMES);
    trouble.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    String line =
        "%s %-5s %s %s %s"
            .formatted(
                Instant.ofEpochMilli(event.getTimeStamp()),
                event.getLevel(),
                logger.substring(logger.lastIndexOf('.') + 1),
                event.getFormattedMessage(),
                trouble.convert(event));
    return line.strip().replaceAll("[\r\n]+", " | ") + System.lineSeparator();
  }
}
