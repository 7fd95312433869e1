package dev.easel.chat;

import static java.util.Objects.requireNonNull;

/**
 * A short answer to a press.
 *
 * @param text empty: only stops the waiting sign; cut at 200 characters by platforms that want it
 * @param alert whether it is to be confirmed
 */
public record Notice(String text, boolean alert) {
  public static final Notice EMPTY = new Notice("", false);

  public Notice {
    requireNonNull(text, "text");
  }

  public static Notice of(String text) {
    return new Notice(text, false);
  }
}
