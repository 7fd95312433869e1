package dev.easel.chat;

import dev.easel.health.Health;
import java.time.Duration;

/** A way in which people reach the bot. Thread-safe. */
public interface Transport {
  TransportId id();

  TransportCapabilities capabilities();

  /**
   * Begins to hand events to the host's inbox. Called once.
   *
   * @throws TransportException if it cannot work as it is set up
   */
  void start(Host host);

  /** Usable from {@link #start} until {@link #close}. */
  Outbox outbox();

  Health health();

  /**
   * Takes nothing more in, at once; the outbox works on until {@link #close}, so that owners can be
   * told. Calling it twice is fine.
   */
  void stopReceiving();

  /**
   * Ends what {@link #start} began and waits for it. Calling it twice, or before start, is fine.
   *
   * @param deadline for waiting; what is not done by then is interrupted
   */
  void close(Duration deadline);
}
