package dev.easel.testkit;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** States in a map, for tests of what uses them. */
final class InMemoryStates implements StateStore {
  private record Entry(byte[] value, long version, Instant until) {}

  private final Map<Key, Entry> entries = new HashMap<>();
  private final InstantSource time;
  private long lastVersion;

  InMemoryStates(InstantSource time) {
    this.time = time;
  }

  @Override
  public synchronized Optional<Versioned> get(Key key) {
    return entry(key).map(e -> new Versioned(e.value().clone(), e.version()));
  }

  @Override
  public synchronized Optional<Long> put(
      Key key, byte[] value, Duration timeToLive, Expect expect) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException("a state has at most " + MAX_BYTES + " bytes");
    }
    if (!holds(key, expect)) {
      return Optional.empty();
    }
    lastVersion++;
    entries.put(key, new Entry(value.clone(), lastVersion, time.instant().plus(timeToLive)));
    return Optional.of(lastVersion);
  }

  @Override
  public synchronized boolean remove(Key key, Expect expect) {
    return entry(key).isPresent() && holds(key, expect) && entries.remove(key) != null;
  }

  private boolean holds(Key key, Expect expect) {
    Optional<Entry> there = entry(key);
    if (expect instanceof Expect.Absent) {
      return there.isEmpty();
    }
    return !(expect instanceof Expect.Version version)
        || there.filter(e -> e.version() == version.number()).isPresent();
  }

  private Optional<Entry> entry(Key key) {
    return Optional.ofNullable(entries.get(key)).filter(e -> e.until().isAfter(time.instant()));
  }
}
