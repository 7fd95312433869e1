package dev.easel.telegram;

import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one front polls and the others stand by: a second poller would end the first
 * one's polls. It is for peace only: repeated updates do no harm.
 */
final class Leadership implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  private final StateStore store;
  private final Key key;
  private final Duration lease;
  private final LongSupplier nanos;
  private final Runnable onLost;
  private final byte[] name = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Long version;
  private long heldUntil;
  private long since;

  Leadership(
      StateStore store,
      TransportId transport,
      Duration lease,
      LongSupplier nanos,
      Runnable onLost) {
    this.store = store;
    this.key = new Key(transport.toString(), "leader");
    this.lease = lease;
    this.nanos = nanos;
    this.onLost = onLost;
  }

  @Override
  public void run() {
    try {
      boolean wasHeld = false;
      do {
        look();
        boolean isHeld = isHeld(); // it may also have run out while the store was away
        if (wasHeld && !isHeld && stop.getCount() > 0) {
          log.warn("Lost the lease to poll, standing by");
          onLost.run();
        }
        wasHeld = isHeld;
      } while (!stop.await(pause().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() wants the end
    }
  }

  private Duration pause() {
    // once a second: so much later than the lease's end a front takes over at most
    return isHeld() ? lease.dividedBy(3) : lease.dividedBy(15);
  }

  private void look() {
    long now = nanos.getAsLong();
    try {
      Optional<Long> written = store.put(key, name, lease, expectation());
      synchronized (this) {
        boolean begins = written.isPresent() && version == null;
        version = written.orElse(null);
        if (begins) {
          since = now;
          log.info("This front polls now");
        }
        if (written.isPresent()) {
          // a little shorter than the store's, and counted from before the write
          heldUntil = now + lease.toNanos() * 14 / 15;
        }
        notifyAll();
      }
      if (stop.getCount() == 0) {
        release(); // what was being written while it was given back
      }
    } catch (StoreException e) {
      log.warn("The lease to poll cannot be renewed now, trying again: held={}", isHeld(), e);
    } catch (RuntimeException e) {
      // without this thread the front would stand by for ever, and say that all is well
      log.error("Looking after the lease to poll failed, trying again: held={}", isHeld(), e);
    }
  }

  private synchronized Expect expectation() {
    return version == null ? Expect.absent() : Expect.version(version);
  }

  synchronized boolean isHeld() {
    return version != null && nanos.getAsLong() - heldUntil < 0;
  }

  /** How long this front has been the one that polls. */
  synchronized Duration heldFor() {
    return Duration.ofNanos(nanos.getAsLong() - since);
  }

  /** Waits until this front is the one. */
  synchronized boolean await(Duration atMost) throws InterruptedException {
    if (!isHeld()) {
      wait(Math.max(1, atMost.toMillis()));
    }
    return isHeld();
  }

  /** Lets another one take over at once. */
  void release() {
    stop.countDown();
    Long mine;
    synchronized (this) {
      mine = version;
      version = null;
    }
    if (mine != null) {
      try {
        store.remove(key, Expect.version(mine));
      } catch (StoreException e) {
        log.info("The lease to poll was not given back, it will run out", e);
      }
    }
  }
}
