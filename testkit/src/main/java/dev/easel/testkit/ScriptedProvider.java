package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.MediaType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An {@link ImageProvider} that does what a test says: waits for a latch, reports progress, fails,
 * parks, hangs, crashes. Thread-safe.
 *
 * <p>A run takes its steps from the first of: {@link #forJob} of its job, {@link #next}, {@link
 * #always}. A run whose steps end without an outcome, and any run without steps, gives small PNGs
 * of one colour, in the size that was asked for, made from prompt and seed.
 *
 * <pre>{@code
 * CountDownLatch goOn = new CountDownLatch(1);
 * ScriptedProvider provider = new ScriptedProvider();
 * provider.next(progress(0.5), await(goOn));                    // the first run
 * provider.next(fail(Kind.UNAVAILABLE));                        // the second
 * provider.next(checkpoint("remote-1"), park(Duration.ofSeconds(5)));
 * }</pre>
 */
public final class ScriptedProvider implements ImageProvider {
  /** One thing that happens in a run. */
  @FunctionalInterface
  public interface Step {
    /**
     * @return what ends the run; empty to go on with the next step
     */
    Optional<RenderOutcome> run(ImageTask task, RenderContext context) throws InterruptedException;
  }

  /** Thrown by {@link #crash()}: an error that no program foresees. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
      super("the script says: crash");
    }
  }

  private final Capabilities capabilities;
  private final Map<JobId, Deque<List<Step>>> byJob = new HashMap<>();
  private final Deque<List<Step>> next = new ArrayDeque<>();
  private final List<ImageTask> tasks = new ArrayList<>();
  private final Map<JobId, Integer> runs = new HashMap<>();
  private List<Step> always = List.of();
  private Health health = Health.up();
  private int running;
  private int mostAtOnce;

  /** Can do everything, in up to 64 runs at once, and is safe to repeat. */
  public ScriptedProvider() {
    this(everything().build());
  }

  /** Says these capabilities, and keeps to them in what it makes by itself. */
  public ScriptedProvider(Capabilities capabilities) {
    this.capabilities = requireNonNull(capabilities, "capabilities");
  }

  /** The capabilities of {@link #ScriptedProvider()}, to start from. */
  public static Capabilities.Builder everything() {
    return Capabilities.builder("scripted")
        .tasks(TaskKind.values())
        .defaultSize(new Size(64, 64))
        .sizes(new SizeRule.Within(8, 1024, 1, 1 << 20, 16))
        .maxN(ImageOptions.MAX_PICTURES)
        .maxInputImages(ImageTask.MAX_INPUTS)
        .upscaleFactors(2, 3, 4)
        .seed(true)
        .mask(true)
        .progress(true)
        .previews(true)
        .cancelQueued(true)
        .cancelRunning(true)
        .repeat(Capabilities.Repeat.SAFE)
        .maxConcurrent(64);
  }

  /** What one later run does. Runs without a job of their own take these in order. */
  public synchronized ScriptedProvider next(Step... steps) {
    next.add(List.of(steps));
    return this;
  }

  /** What one later run of this job does; runs of one job take these in order. */
  public synchronized ScriptedProvider forJob(JobId job, Step... steps) {
    byJob.computeIfAbsent(job, j -> new ArrayDeque<>()).add(List.of(steps));
    return this;
  }

  /** What every run does that nothing else was said for. */
  public synchronized ScriptedProvider always(Step... steps) {
    always = List.of(steps);
    return this;
  }

  /** What {@link #check} answers; up by default. */
  public synchronized void health(Health answer) {
    health = requireNonNull(answer, "answer");
  }

  /** Tells a fraction. */
  public static Step progress(double fraction) {
    return step((task, context) -> context.progress(Progress.of(fraction)));
  }

  /** Shows a small PNG. */
  public static Step preview() {
    return step(
        (task, context) -> context.preview(TestPictures.png(32, 32, 0x808080), MediaType.PNG));
  }

  public static Step checkpoint(String text) {
    return step((task, context) -> context.checkpoint(text));
  }

  /** Waits until the latch is open; ends as {@code CANCELLED} if that is asked for meanwhile. */
  public static Step await(CountDownLatch latch) {
    return step(
        (task, context) -> {
          CountDownLatch either = new CountDownLatch(1);
          context.onCancel(either::countDown);
          Thread waiter = Thread.currentThread();
          Thread watch =
              new Thread(
                  () -> {
                    try {
                      latch.await();
                      either.countDown();
                    } catch (InterruptedException e) {
                      // the run is over
                    }
                  },
                  waiter.getName() + "-latch");
          watch.setDaemon(true);
          watch.start();
          try {
            either.await();
          } finally {
            watch.interrupt();
          }
          stopIfCancelled(context);
        });
  }

  /** Takes so long; a cancel ends it early, as {@code CANCELLED}. Prefer {@link #await}. */
  public static Step pause(Duration time) {
    return step(
        (task, context) -> {
          CountDownLatch cancelled = new CountDownLatch(1);
          context.onCancel(cancelled::countDown);
          boolean early = cancelled.await(time.toMillis(), TimeUnit.MILLISECONDS);
          if (early) {
            stopIfCancelled(context);
          }
        });
  }

  /** Waits for the latch and for nothing else but an interrupt: a cancel is not heard. */
  public static Step awaitDeaf(CountDownLatch latch) {
    return step((task, context) -> latch.await());
  }

  /** Waits until it is cancelled, and ends as {@code CANCELLED}. */
  public static Step hangUntilCancelled() {
    return await(new CountDownLatch(1));
  }

  /** Never ends, unless it is interrupted. */
  public static Step hang() {
    return awaitDeaf(new CountDownLatch(1));
  }

  /** Fails in this way; hints such as retry-after are in an exception that the test makes. */
  public static Step fail(Kind kind) {
    return fail(ProviderException.of(kind, "the script says: " + kind.code()));
  }

  public static Step fail(RuntimeException failure) {
    return step(
        (task, context) -> {
          throw failure;
        });
  }

  /** Throws an error that no program foresees. */
  public static Step crash() {
    return step(
        (task, context) -> {
          throw new Crash();
        });
  }

  /** Does something: opens a latch, loses a lease, ends the process. */
  public static Step run(Runnable what) {
    return step((task, context) -> what.run());
  }

  /** Ends the run as {@code Pending}; let a {@link #checkpoint} stand before it. */
  public static Step park(Duration checkAfter) {
    return (task, context) -> Optional.of(new Pending(checkAfter));
  }

  /** Ends the run with an outcome of the test's own. */
  public static Step answer(RenderOutcome outcome) {
    return (task, context) -> Optional.of(outcome);
  }

  /** Ends the run with an outcome that has no picture, which no provider should do. */
  public static Step nothing() {
    return answer(Rendered.of("scripted", List.of()));
  }

  /** Ends the run with one picture of so many bytes: a valid small PNG, and zeros after it. */
  public static Step huge(int bytes) {
    return (task, context) -> {
      byte[] small = TestPictures.png(8, 8, 0x336699);
      byte[] large = Arrays.copyOf(small, Math.max(bytes, small.length));
      return Optional.of(
          Rendered.of("scripted", List.of(RenderedImage.of(large, Optional.empty()))));
    };
  }

  /** How often a job was run. */
  public synchronized int runs(JobId job) {
    return runs.getOrDefault(job, 0);
  }

  /** How often anything was run. */
  public synchronized int runs() {
    return tasks.size();
  }

  /** The tasks of all runs, in order. */
  public synchronized List<ImageTask> tasks() {
    return List.copyOf(tasks);
  }

  /** How many runs there were at the same time, at most. */
  public synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  /** How many runs there are now. */
  public synchronized int running() {
    return running;
  }

  /**
   * Waits until so many runs have begun.
   *
   * @return whether they did in time
   */
  public synchronized boolean awaitRuns(int count, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (tasks.size() < count) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public synchronized Health check() {
    return health;
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    List<Step> steps = begin(task, context.job());
    try {
      stopIfCancelled(context);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      for (Step step : steps) {
        Optional<RenderOutcome> outcome = step.run(task, context);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      return new ScriptedPictures(capabilities).make(task, context);
    } finally {
      end();
    }
  }

  private synchronized List<Step> begin(ImageTask task, JobId job) {
    tasks.add(requireNonNull(task, "task"));
    runs.merge(job, 1, Integer::sum);
    running++;
    mostAtOnce = Math.max(mostAtOnce, running);
    notifyAll();
    Deque<List<Step>> own = byJob.getOrDefault(job, new ArrayDeque<>());
    if (!own.isEmpty()) {
      return own.remove();
    }
    return next.isEmpty() ? always : next.remove();
  }

  private synchronized void end() {
    running--;
    notifyAll();
  }

  static void stopIfCancelled(RenderContext context) {
    if (context.cancelled()) {
      throw ProviderException.of(Kind.CANCELLED, "stopped as asked");
    }
  }

  private static Step step(Plain what) {
    return (task, context) -> {
      what.run(task, context);
      return Optional.empty();
    };
  }

  /** A step that never ends the run. */
  @FunctionalInterface
  private interface Plain {
    void run(ImageTask task, RenderContext context) throws InterruptedException;
  }
}
