package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the bot answered a press.
 *
 * @param text empty: it only stopped the waiting sign
 * @param after how long the person waited
 */
public record PressAnswer(String text, boolean alert, Duration after) {
  public PressAnswer {
    requireNonNull(text, "text");
    requireNonNull(after, "after");
  }
}
