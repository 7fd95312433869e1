package dev.easel.examples;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The complete bot as a program: settings from the environment or from options, checked before
 * anything starts.
 */
public final class BotProgram {
  private static final Logger log = LoggerFactory.getLogger(BotProgram.class);

  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");
  private static final int BAD_USAGE = 2;
  private static final int FAILED = 1;

  private BotProgram() {}

  public static void main(String[] args) {
    // else Jetty starts all of JMX to find it out, an eighth of the whole start
    System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    System.exit(run(args, System.getenv()));
  }

  /**
   * Runs until the process is told to stop; returns at once, with what is wrong, if it cannot
   * start.
   */
  static int run(String[] args, Map<String, String> environment) {
    try {
      Map<Setting, String> given = from(environment);
      if (args.length > 0) { // most start without, and a tenth sooner without a parser
        Optional<Map<Setting, String>> options = Options.parse(args);
        if (options.isEmpty()) {
          return 0;
        }
        given.putAll(options.get());
      }
      return serve(new Values(given), environment);
    } catch (BadSetting e) {
      System.err.println(e.getMessage());
      return BAD_USAGE;
    }
  }

  private static int serve(Values values, Map<String, String> environment) {
    Logs.level(values.oneOf(Setting.EASEL_LOG_LEVEL, LEVELS));
    warnOfUnknown(environment);
    CompleteBot bot = CompleteBot.of(values);
    // a signal runs the hook, and the process ends when the hook has ended
    Runtime.getRuntime().addShutdownHook(new Thread(bot::close, "easel-stop"));
    try {
      bot.start();
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (BadSetting e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("Cannot start: {}", e.getMessage(), e);
      return FAILED;
    }
  }

  private static Map<Setting, String> from(Map<String, String> environment) {
    Map<Setting, String> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = environment.getOrDefault(setting.name(), "");
      if (!value.isBlank()) {
        given.put(setting, value);
      }
    }
    return given;
  }

  private static void warnOfUnknown(Map<String, String> environment) {
    List<String> known = Arrays.stream(Setting.values()).map(Enum::name).toList();
    environment.keySet().stream()
        .filter(name -> name.startsWith("EASEL_") && !known.contains(name))
        .sorted()
        .forEach(
            name ->
                log.warn(
                    "{} is no setting of this program and changes nothing; --help lists all",
                    name));
  }
}
