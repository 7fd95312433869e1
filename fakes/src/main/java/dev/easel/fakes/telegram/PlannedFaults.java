package dev.easel.fakes.telegram;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;

/** What is to go wrong, each once, in the order in which tests planned it. Thread-safe. */
final class PlannedFaults {
  private record Planned(String method, long chat, Fault fault) {
    /** In no chat means in any. */
    boolean isMeantFor(String called, long in) {
      return (method.equals("*") || method.equals(called)) && (chat == 0 || chat == in);
    }
  }

  private final Deque<Planned> planned = new ArrayDeque<>();

  synchronized void add(String method, long chat, Fault fault) {
    requireNonNull(fault, "fault");
    planned.add(new Planned(method.toLowerCase(Locale.ROOT), chat, fault));
  }

  /** Takes the next one for a call. */
  synchronized Optional<Fault> next(String method, long chat) {
    for (Iterator<Planned> i = planned.iterator(); i.hasNext(); ) {
      Planned p = i.next();
      if (p.isMeantFor(method, chat)) {
        i.remove();
        return Optional.of(p.fault());
      }
    }
    return Optional.empty();
  }

  synchronized int size() {
    return planned.size();
  }
}
