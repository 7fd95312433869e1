package dev.easel.http;

import dev.easel.health.Health;
import dev.easel.image.ImageProvider;
import dev.easel.image.ProviderException;

/** A provider whose service can be asked whether key and address are right. */
public interface HttpImageProvider extends ImageProvider {
  /**
   * Asks the service, without paying; within a few seconds.
   *
   * @throws ProviderException {@code AUTHENTICATION} or {@code PERMISSION_DENIED} if the key is
   *     wrong, which no waiting mends; {@code UNAVAILABLE} if the service cannot be reached now
   */
  void verify() throws InterruptedException;

  @Override
  default Health check() {
    try {
      verify();
      return Health.up();
    } catch (ProviderException e) {
      return e.kind() == ProviderException.Kind.RATE_LIMITED
          ? Health.degraded(String.valueOf(e.getMessage()))
          : Health.down(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Health.down("the check was interrupted");
    }
  }
}
