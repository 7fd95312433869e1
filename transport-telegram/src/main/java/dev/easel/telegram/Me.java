package dev.easel.telegram;

import static java.util.Objects.requireNonNull;

/** Who the bot is on the platform. */
record Me(long id, String username) {
  Me {
    requireNonNull(username, "username");
  }
}
