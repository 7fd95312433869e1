package dev.easel.fakes.telegram;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Presses of buttons, and how the bot answered them. Guarded by its bot's lock. */
final class PressLog {
  /** How long a press waits before the platform forgets it. */
  private static final Duration LIFE = Duration.ofSeconds(15);

  /** Kept before the oldest is forgotten. */
  private static final int KEPT = 10_000;

  private static final class Press {
    final Instant at = Instant.now();
    @Nullable PressAnswer answer;
  }

  private final Map<String, Press> presses = new LinkedHashMap<>();
  private long next = 90_000_000_001L;

  /** A new press; the bot is told its name. */
  String add() {
    String name = Long.toString(next++);
    presses.put(name, new Press());
    if (presses.size() > KEPT) {
      presses.remove(presses.keySet().iterator().next());
    }
    return name;
  }

  void answer(String name, String text, boolean alert) throws Refusal {
    Press press = presses.get(name);
    Duration after = press == null ? LIFE : Duration.between(press.at, Instant.now());
    if (press == null || press.answer != null || after.compareTo(LIFE) >= 0) {
      throw Refusal.bad("query is too old and response timeout expired or query ID is invalid");
    }
    press.answer = new PressAnswer(text, alert, after);
  }

  Optional<PressAnswer> find(String name) {
    return Optional.ofNullable(presses.get(name)).map(p -> p.answer);
  }

  /** From the oldest press. */
  List<PressAnswer> answers() {
    return presses.values().stream().flatMap(p -> Optional.ofNullable(p.answer).stream()).toList();
  }
}
