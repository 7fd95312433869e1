package dev.easel.telegram;

import dev.easel.chat.CommandMenu;
import dev.easel.chat.ConversationRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.commands.SetMyCommands;
import org.telegram.telegrambots.meta.api.objects.commands.BotCommand;
import org.telegram.telegrambots.meta.api.objects.commands.scope.BotCommandScope;
import org.telegram.telegrambots.meta.api.objects.commands.scope.BotCommandScopeAllGroupChats;
import org.telegram.telegrambots.meta.api.objects.commands.scope.BotCommandScopeAllPrivateChats;
import org.telegram.telegrambots.meta.api.objects.commands.scope.BotCommandScopeDefault;

/** Publishes the commands, again every minute until the platform took them. */
final class Menus {
  private static final Logger log = LoggerFactory.getLogger(Menus.class);
  private static final int MAX_COMMANDS = 100;
  private static final int MAX_DESCRIPTION = 256;

  private final BotApi api;
  private final ScheduledExecutorService timer;
  private volatile Set<String> names = Set.of();

  Menus(BotApi api, ScheduledExecutorService timer) {
    this.api = api;
    this.timer = timer;
  }

  /** All commands that were published. */
  Set<String> names() {
    return names;
  }

  void publish(List<CommandMenu> menus) {
    Set<String> all = new HashSet<>();
    List<SetMyCommands> calls = new ArrayList<>();
    for (CommandMenu menu : menus) {
      menu.commands().forEach(c -> all.add(c.name()));
      if (menu.where().filter(w -> w == ConversationRef.Kind.CHANNEL).isEmpty()) {
        calls.add(call(menu));
      }
    }
    names = Set.copyOf(all);
    perform(calls);
  }

  private void perform(List<SetMyCommands> calls) {
    for (int i = 0; i < calls.size(); i++) {
      Answer answer = api.call(calls.get(i));
      if (answer instanceof Answer.Refused refused
          && refused.code() != 429
          && !refused.isServerError()) {
        log.warn("Telegram did not take a command menu: because={}", refused.why());
      } else if (!(answer instanceof Answer.Ok)) {
        log.info("Command menus will be published again in a minute: answer={}", answer);
        later(calls.subList(i, calls.size()));
        return;
      }
    }
  }

  private void later(List<SetMyCommands> calls) {
    try {
      timer.schedule(() -> perform(calls), 1, TimeUnit.MINUTES);
    } catch (RejectedExecutionException e) {
      log.debug("Being closed, command menus stay as they are");
    }
  }

  private static SetMyCommands call(CommandMenu menu) {
    List<BotCommand> commands =
        menu.commands().stream()
            .limit(MAX_COMMANDS)
            .map(c -> new BotCommand(c.name(), description(c)))
            .toList();
    return SetMyCommands.builder()
        .commands(commands)
        .scope(scope(menu))
        .languageCode(menu.locale().map(Locale::getLanguage).orElse(null))
        .build();
  }

  private static String description(CommandMenu.Command command) {
    return command.description().isBlank()
        ? command.name()
        : Cut.to(command.description(), MAX_DESCRIPTION);
  }

  private static BotCommandScope scope(CommandMenu menu) {
    return menu.where()
        .<BotCommandScope>map(
            where ->
                where == ConversationRef.Kind.PRIVATE
                    ? new BotCommandScopeAllPrivateChats()
                    : new BotCommandScopeAllGroupChats())
        .orElseGet(BotCommandScopeDefault::new);
  }
}
