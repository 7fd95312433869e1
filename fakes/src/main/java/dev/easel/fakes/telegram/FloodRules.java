package dev.easel.fakes.telegram;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The platform's limits, as its FAQ words them: about 30 messages a second in all, one a second in
 * a chat where short bursts pass, 20 a minute in a group. Whoever goes over is told to wait, and
 * refused until then. Counted in sliding windows, not in the way in which a client would plan.
 *
 * @see <a
 *     href="https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this">FAQ</a>
 */
final class FloodRules {
  static final int PER_SECOND = 30;
  static final int PER_GROUP_MINUTE = 20;

  /** A burst passes as long as no more than this many come in {@link #CHAT_WINDOW}. */
  static final int PER_CHAT_WINDOW = 10;

  static final Duration CHAT_WINDOW = Duration.ofSeconds(7);

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private static final class Window {
    final Deque<Long> times = new ArrayDeque<>();
    long refusedUntil = Long.MIN_VALUE;
  }

  private final Window all = new Window();
  private final Map<Long, Window> chats = new HashMap<>();

  /** Counts messages, or says how long to wait; all times in nanoseconds of one clock. */
  synchronized void count(long chat, boolean group, int messages, long now) throws Refusal {
    Window mine = chats.computeIfAbsent(chat, c -> new Window());
    check(all, now);
    check(mine, now);
    if (group) {
      add(mine, messages, PER_GROUP_MINUTE, MINUTE, now, 30);
    } else {
      add(mine, messages, PER_CHAT_WINDOW, CHAT_WINDOW.toNanos(), now, 5);
    }
    add(all, messages, PER_SECOND, SECOND, now, 3);
  }

  private static void check(Window w, long now) throws Refusal {
    if (w.refusedUntil != Long.MIN_VALUE && now - w.refusedUntil < 0) {
      throw Refusal.tooMany((int) Math.max(1, (w.refusedUntil - now + SECOND - 1) / SECOND));
    }
  }

  private static void add(Window w, int messages, int max, long length, long now, int penalty)
      throws Refusal {
    while (!w.times.isEmpty() && now - w.times.getFirst() >= length) {
      w.times.removeFirst();
    }
    if (w.times.size() + messages > max) {
      w.refusedUntil = now + penalty * SECOND;
      throw Refusal.tooMany(penalty);
    }
    for (int i = 0; i < messages; i++) {
      w.times.addLast(now);
    }
  }
}
