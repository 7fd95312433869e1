package dev.easel.examples;

import dev.easel.health.Health;
import dev.easel.image.ImageProvider;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the provider was when somebody last looked. Who asks never waits, and however often that is,
 * the service behind the provider is asked once a minute.
 */
final class ProviderHealth implements Supplier<Health> {
  private static final Logger log = LoggerFactory.getLogger(ProviderHealth.class);
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final ImageProvider provider;
  private final LongSupplier nanos;
  private Health last = Health.unknown("nobody has looked yet");
  private boolean looking;
  private boolean looked;
  private long lookedAt;

  ProviderHealth(ImageProvider provider, LongSupplier nanos) {
    this.provider = provider;
    this.nanos = nanos;
  }

  @Override
  public synchronized Health get() {
    boolean old = !looked || nanos.getAsLong() - lookedAt >= FRESH.toNanos();
    if (old && !looking) {
      Thread thread = new Thread(this::look, "easel-provider-health");
      thread.setDaemon(true);
      thread.start();
      looking = true; // not before: there may be no thread to be had
    }
    return last;
  }

  private void look() {
    Health now = Health.down("a look at the provider failed");
    try {
      now = provider.check();
    } catch (RuntimeException e) {
      log.debug("A look at the provider failed", e);
      now = Health.down("a look at the provider failed: " + e.getClass().getSimpleName());
    } finally {
      seen(now); // after an Error too, or nobody would ever look again
    }
  }

  private synchronized void seen(Health now) {
    boolean well = now.status() == Health.Status.UP;
    if (!well && !now.equals(last)) {
      log.warn("The image provider is {}: {}", now.status(), now.detail());
    } else if (well && looked && last.status() != Health.Status.UP) {
      log.info("The image provider is well again");
    }
    last = now;
    looking = false;
    looked = true;
    lookedAt = nanos.getAsLong();
  }
}
