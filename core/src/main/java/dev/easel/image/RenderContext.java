package dev.easel.image;

import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a provider may ask and say while it works on one task. Methods may be called from any
 * thread.
 */
public interface RenderContext {
  /** A stable name of the work, the same in each attempt: good as an idempotency key. */
  JobId job();

  /**
   * Opens a picture that the task starts from; the caller closes it. Waits for a store that is
   * away.
   *
   * @throws ProviderException {@code INVALID_REQUEST} if the picture is gone
   */
  InputStream input(ImageRef image);

  /** What an earlier attempt left. */
  Optional<String> checkpoint();

  /**
   * Keeps a text for the next attempt: a remote id, before waiting for it. Durable when it returns.
   *
   * @param text at most 4,096 UTF-16 units
   * @throws ProviderException {@code CANCELLED} if the lease is lost: nothing may be submitted any
   *     more
   */
  void checkpoint(String text);

  /** Says how far it is; cheap, called as often as one likes. */
  void progress(Progress progress);

  /**
   * Shows how it looks so far: at most 512 px and 128 KB, one a second; what is more is dropped.
   */
  void preview(byte[] image, MediaType type);

  /**
   * Has something done, once, when the work is to stop; at once if it already is. Called on another
   * thread.
   */
  void onCancel(Runnable stop);

  /**
   * Whether the work is to stop, because its end was asked for, its lease is lost, or its time is
   * over.
   */
  boolean cancelled();

  /**
   * Whether the work is to stop because its owner asked for its end. Only then is work at a service
   * cancelled: after any other stop another attempt goes on with it.
   */
  default boolean endAsked() {
    return cancelled();
  }

  /** Until the attempt is stopped. */
  Duration timeLeft();

  /**
   * The time by the backend's clock. What a checkpoint keeps of it means the same to the next
   * attempt, which may be made on a machine whose clock is wrong.
   */
  default Instant now() {
    return Instant.now();
  }
}
