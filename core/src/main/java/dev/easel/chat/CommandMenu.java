package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The commands that a platform offers while one types.
 *
 * @param locale empty: for everyone whose language has no menu of its own
 * @param where empty: everywhere
 */
public record CommandMenu(
    Optional<Locale> locale, Optional<ConversationRef.Kind> where, List<Command> commands) {
  /**
   * One line of the menu.
   *
   * @param name 1 to 32 of {@code a-z 0-9 _}
   */
  public record Command(String name, String description) {
    public Command {
      requireNonNull(description, "description");
      if (!name.matches("[a-z0-9_]{1,32}")) {
        throw new IllegalArgumentException(
            "a command's name is 1 to 32 of a-z 0-9 _, was '" + name + "'");
      }
    }
  }

  public CommandMenu {
    requireNonNull(locale, "locale");
    requireNonNull(where, "where");
    commands = List.copyOf(commands);
  }
}
