package dev.easel.bot;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** States in a map; a test lets their time pass. */
final class MapStates implements StateStore {
  private final Map<Key, Versioned> states = new HashMap<>();
  private long lastVersion;

  /** The time of all states of this space is over. */
  synchronized void expire(String space) {
    states.keySet().removeIf(key -> key.space().equals(space));
  }

  @Override
  public synchronized Optional<Versioned> get(Key key) {
    return Optional.ofNullable(states.get(key));
  }

  @Override
  public synchronized Optional<Long> put(
      Key key, byte[] value, Duration timeToLive, Expect expect) {
    if (!holds(key, expect)) {
      return Optional.empty();
    }
    states.put(key, new Versioned(value, ++lastVersion));
    return Optional.of(lastVersion);
  }

  @Override
  public synchronized boolean remove(Key key, Expect expect) {
    return states.containsKey(key) && holds(key, expect) && states.remove(key) != null;
  }

  private boolean holds(Key key, Expect expect) {
    if (expect instanceof Expect.Absent) {
      return !states.containsKey(key);
    }
    return !(expect instanceof Expect.Version version)
        || states.containsKey(key) && states.get(key).version() == version.number();
  }
}
