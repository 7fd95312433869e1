package dev.easel.telegram;

import java.time.Duration;

/**
 * How long things take. Tests make it shorter.
 *
 * @param chat between two messages to one person, after a few at once
 * @param patience of what is final: it may stand in line this long
 * @param pause before something that failed is tried again for the first time; it grows from there
 * @param lease of the one front that polls
 * @param album how long nothing more of an album came before it is taken for complete
 * @param press how long a press waits for the bot's answer
 * @param maxBackoff between tries while nobody is reached
 * @param stall how long a download may bring nothing
 * @param farewell what a call on the way out may take
 */
record Timing(
    Duration chat,
    Duration patience,
    Duration pause,
    Duration lease,
    Duration album,
    Duration press,
    Duration maxBackoff,
    Duration stall,
    Duration farewell) {
  static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofMillis(300),
          Duration.ofSeconds(15),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofMillis(500));

  /** Twice as long, up to the most. */
  Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(maxBackoff) > 0 ? maxBackoff : twice;
  }
}
