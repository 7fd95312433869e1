package dev.easel.memory;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.chat.Timelines;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.QueueAdmin;
import dev.easel.limit.RateLimiter;
import dev.easel.store.FolderImageStore;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everything in this process, and nothing beyond its end: for a bot of one process, for
 * trying things out, and for tests. Only pictures outlive it, if they are given a folder.
 *
 * <p>Everything is bounded. What has ended is remembered as its lane says, but at most {@link
 * #MAX_REMEMBERED} jobs with {@link #MAX_REMEMBERED_BYTES} of results, the oldest forgotten first:
 * enough for a day of one job a second. A bot that is busier all day belongs on another backend.
 */
public final class MemoryBackend implements Backend {
  /** Ended jobs remembered; together they take about 50 MB. */
  public static final int MAX_REMEMBERED = 100_000;

  /** The results of ended jobs, in bytes. */
  public static final long MAX_REMEMBERED_BYTES = 32L << 20;

  /** Pictures kept in memory, in bytes; unused with a folder. */
  public static final long MAX_IMAGE_BYTES = 128L << 20;

  /** Pictures kept in a folder, in bytes. */
  public static final long MAX_FOLDER_BYTES = 4L << 30;

  /** States, in bytes. */
  public static final long MAX_STATE_BYTES = 32L << 20;

  /** Timelines, in bytes; the conversation changed longest ago goes first. */
  public static final long MAX_TIMELINE_BYTES = 64L << 20;

  /** Keys of the rate limiter; beyond them, new ones are limited. */
  public static final int MAX_LIMITED_KEYS = 200_000;

  private final InstantSource clock;
  private final Hints<JobId> hints = new Hints<>("easel-memory-jobs");
  private final Jobs jobs;
  private final JobQueue queue;
  private final JobSource source;
  private final QueueAdmin admin;
  private final MemoryRateLimiter limiter;
  private final MemoryStateStore state;
  private final ImageStore images;
  private final MemoryTimelines timelines;

  private MemoryBackend(Builder builder) {
    clock = builder.clock;
    InstantSource steady = builder.steady;
    jobs = new Jobs(clock, steady, hints, MAX_REMEMBERED, MAX_REMEMBERED_BYTES);
    queue = new MemoryJobQueue(jobs);
    source = new MemoryJobSource(jobs);
    admin = new MemoryQueueAdmin(jobs);
    limiter = new MemoryRateLimiter(steady, MAX_LIMITED_KEYS);
    state = new MemoryStateStore(steady, MAX_STATE_BYTES);
    images =
        builder.imageFolder == null
            ? new MemoryImageStore(steady, builder.imageBytes(MAX_IMAGE_BYTES))
            : FolderImageStore.open(
                builder.imageFolder, builder.imageBytes(MAX_FOLDER_BYTES), clock);
    timelines = new MemoryTimelines(steady, Timelines.MAX_CONVERSATIONS, MAX_TIMELINE_BYTES);
  }

  /** Opens one with the system's clock, and with pictures in memory. */
  public static MemoryBackend create() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public JobQueue queue() {
    return queue;
  }

  @Override
  public JobSource source() {
    return source;
  }

  @Override
  public QueueAdmin admin() {
    return admin;
  }

  @Override
  public RateLimiter limiter() {
    return limiter;
  }

  @Override
  public StateStore state() {
    return state;
  }

  @Override
  public ImageStore images() {
    return images;
  }

  @Override
  public Timelines timelines() {
    return timelines;
  }

  @Override
  public InstantSource time() {
    return clock;
  }

  /** {@inheritDoc} Here it does not. */
  @Override
  public boolean durable() {
    return false;
  }

  /** Ends every wait, forgets everything but pictures in a folder. Closing twice is fine. */
  @Override
  public void close() {
    hints.close();
    jobs.lock.lock();
    try {
      jobs.close();
    } finally {
      jobs.lock.unlock();
    }
    limiter.close();
    state.close();
    timelines.close();
    if (images instanceof MemoryImageStore inMemory) {
      inMemory.close();
    }
  }

  /** What comes and goes. */
  long held() {
    jobs.lock.lock();
    try {
      return jobs.held() + limiter.held() + state.held() + timelines.held();
    } finally {
      jobs.lock.unlock();
    }
  }

  /** What may differ. */
  public static final class Builder {
    private InstantSource clock = InstantSource.system();
    private InstantSource steady = new SteadyClock();
    private @Nullable Path imageFolder;
    private long maxImageBytes;

    private Builder() {}

    /**
     * The system's clock by default, and then setting that while this runs changes no lease, no
     * limit and no other span.
     */
    public Builder clock(InstantSource source) {
      return clocks(source, source);
    }

    Builder clocks(InstantSource shown, InstantSource forSpans) {
      clock = requireNonNull(shown, "shown");
      steady = requireNonNull(forSpans, "forSpans");
      return this;
    }

    /** Keeps pictures as files, beyond the process's end; in memory by default. */
    public Builder imageFolder(Path folder) {
      imageFolder = requireNonNull(folder, "folder");
      return this;
    }

    /**
     * Pictures kept, in bytes; {@link #MAX_IMAGE_BYTES} in memory and {@link #MAX_FOLDER_BYTES} in
     * a folder by default.
     */
    public Builder maxImageBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes must be at least 1, was " + bytes);
      }
      maxImageBytes = bytes;
      return this;
    }

    /**
     * Opens it.
     *
     * @throws dev.easel.store.StoreException if the folder cannot be written to
     */
    public MemoryBackend build() {
      return new MemoryBackend(this);
    }

    private long imageBytes(long byDefault) {
      return maxImageBytes == 0 ? byDefault : maxImageBytes;
    }
  }
}
