package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import dev.easel.image.RenderContext;
import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.ImageId;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A {@link RenderContext} that remembers what a provider said and can be cancelled. Thread-safe.
 *
 * <pre>{@code
 * TestRenderContext context = new TestRenderContext();
 * ImageRef photo = context.add(TestPictures.photo(64, 48));
 * provider.render(new ImageTask.Upscale(photo, 2, ImageOptions.DEFAULT), context);
 * assertThat(context.fractions()).isSorted();
 * }</pre>
 */
public final class TestRenderContext implements RenderContext {
  /** A preview as the provider gave it. */
  public record Preview(byte[] bytes, MediaType type) {}

  private final JobId job;
  private final Map<ImageRef, byte[]> inputs;
  private final List<Progress> progress = new ArrayList<>();
  private final List<Preview> previews = new ArrayList<>();
  private final List<String> checkpoints = new ArrayList<>();
  private final List<Runnable> stops = new ArrayList<>();
  private final List<ImageRef> opened = new ArrayList<>();
  private Optional<String> checkpoint = Optional.empty();
  private Duration timeLeft = Duration.ofMinutes(5);
  private InstantSource clock = InstantSource.system();
  private boolean cancelled;
  private boolean leaseLost;
  private int open;

  public TestRenderContext() {
    this(JobId.of("test-job"));
  }

  public TestRenderContext(JobId job) {
    this(job, new HashMap<>());
  }

  private TestRenderContext(JobId job, Map<ImageRef, byte[]> inputs) {
    this.job = requireNonNull(job, "job");
    this.inputs = inputs;
  }

  /** The context of the job's next attempt: same id and inputs, and the last checkpoint. */
  public synchronized TestRenderContext nextAttempt() {
    TestRenderContext next = new TestRenderContext(job, new HashMap<>(inputs));
    next.checkpoint = checkpoint;
    next.timeLeft = timeLeft;
    next.clock = clock;
    return next;
  }

  /** Adds a picture that a task may start from. */
  public synchronized ImageRef add(byte[] picture) {
    ImageInfo info =
        ImageInfo.read(picture).orElseThrow(() -> new IllegalArgumentException("no picture"));
    ImageRef ref =
        new ImageRef(ImageId.random(), info.type(), info.width(), info.height(), picture.length);
    inputs.put(ref, picture.clone());
    return ref;
  }

  /** Adds bytes that are not what their reference says. */
  public synchronized void add(ImageRef ref, byte[] bytes) {
    inputs.put(requireNonNull(ref, "ref"), bytes.clone());
  }

  /** Takes a picture away, as a store does when its time is over. */
  public synchronized void remove(ImageRef ref) {
    inputs.remove(ref);
  }

  public synchronized TestRenderContext withCheckpoint(String text) {
    checkpoint = Optional.of(text);
    return this;
  }

  public synchronized TestRenderContext withTimeLeft(Duration time) {
    timeLeft = requireNonNull(time, "time");
    return this;
  }

  /** Default the system's. */
  public synchronized TestRenderContext withClock(InstantSource source) {
    clock = requireNonNull(source, "source");
    return this;
  }

  /** Asks for the work's end. Returns at once; what was to be done then runs on another thread. */
  public void cancel() {
    List<Runnable> due;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      due = List.copyOf(stops);
      stops.clear();
      notifyAll();
    }
    due.forEach(TestRenderContext::runElsewhere);
  }

  /** As if another worker had the job now: cancels, and no checkpoint is taken any more. */
  public void loseLease() {
    synchronized (this) {
      leaseLost = true;
    }
    cancel();
  }

  @Override
  public JobId job() {
    return job;
  }

  @Override
  public synchronized InputStream input(ImageRef image) {
    byte[] bytes = inputs.get(image);
    if (bytes == null) {
      throw ProviderException.of(
          ProviderException.Kind.INVALID_REQUEST, "the picture is not there any more");
    }
    opened.add(image);
    open++;
    notifyAll();
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      private boolean closed;

      @Override
      public void close() throws IOException {
        super.close();
        synchronized (TestRenderContext.this) {
          if (!closed) {
            closed = true;
            open--;
          }
        }
      }
    };
  }

  @Override
  public synchronized Optional<String> checkpoint() {
    return checkpoint;
  }

  @Override
  public synchronized void checkpoint(String text) {
    if (text.length() > 4096) {
      throw new IllegalArgumentException("a checkpoint has at most 4096 characters");
    }
    if (leaseLost) {
      throw ProviderException.of(ProviderException.Kind.CANCELLED, "the lease is lost");
    }
    checkpoint = Optional.of(text);
    checkpoints.add(text);
    notifyAll();
  }

  @Override
  public synchronized void progress(Progress now) {
    progress.add(requireNonNull(now, "now"));
    notifyAll();
  }

  @Override
  public synchronized void preview(byte[] image, MediaType type) {
    previews.add(new Preview(image.clone(), requireNonNull(type, "type")));
    notifyAll();
  }

  @Override
  public void onCancel(Runnable stop) {
    requireNonNull(stop, "stop");
    synchronized (this) {
      if (!cancelled) {
        stops.add(stop);
        notifyAll();
        return;
      }
    }
    runElsewhere(stop);
  }

  @Override
  public synchronized boolean cancelled() {
    return cancelled;
  }

  @Override
  public synchronized boolean endAsked() {
    return cancelled && !leaseLost;
  }

  @Override
  public synchronized Duration timeLeft() {
    return timeLeft;
  }

  @Override
  public synchronized Instant now() {
    return clock.instant();
  }

  /** Everything the provider said of its progress, in order. */
  public synchronized List<Progress> progress() {
    return List.copyOf(progress);
  }

  /** The known fractions among {@link #progress()}. */
  public synchronized List<Double> fractions() {
    return progress.stream().flatMap(p -> p.fraction().stream()).toList();
  }

  public synchronized List<Preview> previews() {
    return List.copyOf(previews);
  }

  /** The checkpoints of this attempt, in order. */
  public synchronized List<String> checkpoints() {
    return List.copyOf(checkpoints);
  }

  /** The inputs that were opened, in order. */
  public synchronized List<ImageRef> opened() {
    return List.copyOf(opened);
  }

  /** How many opened inputs were not closed yet. */
  public synchronized int stillOpen() {
    return open;
  }

  /** Whether the provider did or said anything yet. */
  public synchronized boolean begun() {
    return !progress.isEmpty()
        || !previews.isEmpty()
        || !checkpoints.isEmpty()
        || !stops.isEmpty()
        || !opened.isEmpty();
  }

  /**
   * Waits until something holds of this context.
   *
   * @return whether it did in time
   */
  public synchronized boolean await(Predicate<TestRenderContext> what, Duration atMost)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!what.test(this)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private static void runElsewhere(Runnable stop) {
    Thread thread = new Thread(stop, "test-cancel");
    thread.setDaemon(true);
    thread.start();
  }
}
