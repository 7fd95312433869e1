package dev.easel.chat;

/** What the bot is seen doing. */
public enum Activity {
  TYPING,
  SENDING_IMAGE
}
