package dev.easel.image;

import dev.easel.health.Health;

/**
 * Makes pictures. Thread-safe: up to {@link Capabilities#maxConcurrent} renders at once.
 *
 * <p>Whoever made it closes what it opened; the bot does not.
 */
public interface ImageProvider {
  /** The same each time, and without a call to anyone. */
  Capabilities capabilities();

  /** Asks the service, without paying, whether it would work; within a few seconds. */
  Health check();

  /**
   * Makes the pictures, or goes on where a checkpoint says.
   *
   * @return the pictures, or {@code Pending} after the remote id was checkpointed
   * @throws ProviderException its kind decides what happens next; {@code CANCELLED} after {@link
   *     RenderContext#cancelled}
   */
  RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException;
}
