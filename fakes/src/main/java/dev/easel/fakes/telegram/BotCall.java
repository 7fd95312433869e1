package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A call that a bot made.
 *
 * @param method in lower case
 * @param chat 0: none
 * @param status of the answer; 0: the connection was cut
 */
public record BotCall(String method, long chat, int status, Instant at) {
  public BotCall {
    requireNonNull(method, "method");
    requireNonNull(at, "at");
  }
}
