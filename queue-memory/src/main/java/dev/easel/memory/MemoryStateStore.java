package dev.easel.memory;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import dev.easel.store.Versioned;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps small states until their time is over, up to so many bytes. */
final class MemoryStateStore implements StateStore {
  /** About what an entry takes beside its name and value. */
  private static final int OVERHEAD = 200;

  private final InstantSource clock;
  private final long maxBytes;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final Timers<Entry> timers = new Timers<>();
  private long bytes;
  private long lastVersion;
  private boolean closed;

  MemoryStateStore(InstantSource clock, long maxBytes) {
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized Optional<Versioned> get(Key key) {
    begin();
    return Optional.ofNullable(entries.get(key))
        .map(entry -> new Versioned(entry.value.clone(), entry.version));
  }

  @Override
  public synchronized Optional<Long> put(
      Key key, byte[] value, Duration timeToLive, Expect expect) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a state has at most " + MAX_BYTES + " bytes, this one has " + value.length);
    }
    if (timeToLive.isNegative() || timeToLive.isZero()) {
      throw new IllegalArgumentException("timeToLive must be above zero, was " + timeToLive);
    }
    long now = begin();
    Entry before = entries.get(key);
    if (!holds(expect, before)) {
      return Optional.empty();
    }
    Entry entry = new Entry(key, value.clone(), ++lastVersion);
    if (bytes - size(before) + size(entry) > maxBytes) {
      throw new StoreException(
          StoreException.Kind.FULL, "the states in memory have reached " + maxBytes + " bytes");
    }
    drop(before);
    entries.put(key, entry);
    bytes += size(entry);
    timers.set(entry, now + Jobs.millis(timeToLive));
    return Optional.of(entry.version);
  }

  @Override
  public synchronized boolean remove(Key key, Expect expect) {
    begin();
    Entry entry = entries.get(key);
    if (entry == null || !holds(expect, entry)) {
      return false;
    }
    drop(entry);
    return true;
  }

  synchronized void close() {
    closed = true;
  }

  synchronized int held() {
    return entries.size();
  }

  private long begin() {
    if (closed) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the backend is closed");
    }
    long now = clock.millis();
    Entry over = timers.pollDue(now);
    while (over != null) {
      drop(over);
      over = timers.pollDue(now);
    }
    return now;
  }

  private void drop(@Nullable Entry entry) {
    if (entry != null) {
      timers.clear(entry);
      entries.remove(entry.key);
      bytes -= size(entry);
    }
  }

  private static boolean holds(Expect expect, @Nullable Entry entry) {
    if (expect instanceof Expect.Version version) {
      return entry != null && entry.version == version.number();
    }
    return expect instanceof Expect.Any || entry == null;
  }

  private static long size(@Nullable Entry entry) {
    return entry == null ? 0 : OVERHEAD + 2L * entry.key.name().length() + entry.value.length;
  }

  private static final class Entry extends Timed {
    private final Key key;
    private final byte[] value;
    private final long version;

    private Entry(Key key, byte[] value, long version) {
      this.key = key;
      this.value = value;
      this.version = version;
    }
  }
}
