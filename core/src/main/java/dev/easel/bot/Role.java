package dev.easel.bot;

/** What a process does for the bot. */
public enum Role {
  /** Hosts transports, talks to people, delivers pictures. */
  FRONT,
  /** Has pictures made. */
  WORKER
}
