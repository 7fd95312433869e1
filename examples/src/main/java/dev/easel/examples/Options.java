package dev.easel.examples;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Reads settings from the command line. */
final class Options {
  private Options() {}

  /**
   * What the command line sets; empty if it asked for help, which was then given.
   *
   * @throws BadSetting if an option is not known or not complete
   */
  static Optional<Map<Setting, String>> parse(String[] args) {
    CommandLine command = new CommandLine(spec());
    try {
      ParseResult parsed =
          command.parseArgs(Arrays.stream(args).map(Options::name).toArray(String[]::new));
      if (CommandLine.printHelpIfRequested(parsed)) {
        return Optional.empty();
      }
      Map<Setting, String> given = new EnumMap<>(Setting.class);
      for (Setting setting : Setting.values()) {
        String value = parsed.matchedOptionValue(setting.option(), "");
        if (!value.isBlank()) {
          given.put(setting, value);
        }
      }
      return Optional.of(given);
    } catch (CommandLine.ParameterException e) {
      throw new BadSetting(e.getMessage() + " (--help lists all options)");
    }
  }

  private static CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create().name("java -jar easel.jar").mixinStandardHelpOptions(false);
    spec.usageMessage()
        .description(
            "A bot that makes pictures. Without any option it serves a chat page on this machine.",
            "Each option can also be given by the variable of the environment behind it.")
        .width(100);
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("say this").build());
    for (Setting setting : Setting.values()) {
      String otherwise = setting.otherwise().isEmpty() ? "" : ", default " + setting.otherwise();
      spec.addOption(
          OptionSpec.builder(setting.option())
              .type(String.class)
              .paramLabel("VALUE")
              .description(setting.description() + " (" + setting + otherwise + ")")
              .build());
    }
    return spec;
  }

  /** {@code --EASEL_HTTP_PORT=1} and {@code --easel-http-port=1} are {@code --http-port=1}. */
  private static String name(String argument) {
    int end = argument.indexOf('=') < 0 ? argument.length() : argument.indexOf('=');
    String name = argument.substring(0, end).toLowerCase(Locale.ROOT).replace('_', '-');
    for (Setting setting : Setting.values()) {
      String whole = "--" + setting.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(whole) || name.equals(setting.option())) {
        return setting.option() + argument.substring(end);
      }
    }
    return argument;
  }
}
