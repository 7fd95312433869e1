package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.chat.Timelines;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.QueueAdmin;
import dev.easel.job.QueueException;
import dev.easel.limit.LimiterException;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import dev.easel.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend that can be put to sleep, as if its server were away, and woken; and that can lose
 * answers: then a call is carried out, and fails all the same. For tests of what waits for a
 * backend to come back. Thread-safe; closing it closes the one it wraps.
 *
 * <p>While it sleeps, every call of every seam throws what the seam throws when it is not
 * reachable, and hints are missed. An exchange that was waiting when it fell asleep fails when its
 * wait is over, and what it claimed is lost until the lease runs out.
 */
public final class SleepyBackend implements Backend {
  private final Backend real;
  private final JobQueue queue;
  private final JobSource source;
  private final QueueAdmin admin;
  private final RateLimiter limiter;
  private final StateStore state;
  private final ImageStore images;
  private final Timelines timelines;

  private final AtomicInteger answersToLose = new AtomicInteger();
  private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
  private volatile Set<Class<?>> asleep = Set.of();

  public SleepyBackend(Backend real) {
    this.real = requireNonNull(real, "real");
    queue = sleepy(JobQueue.class, real.queue(), SleepyBackend::noQueue);
    source = sleepy(JobSource.class, real.source(), SleepyBackend::noQueue);
    admin = sleepy(QueueAdmin.class, real.admin(), SleepyBackend::noQueue);
    limiter = sleepy(RateLimiter.class, real.limiter(), SleepyBackend::noLimiter);
    state = sleepy(StateStore.class, real.state(), SleepyBackend::noStore);
    images = sleepy(ImageStore.class, real.images(), SleepyBackend::noStore);
    timelines = sleepy(Timelines.class, real.timelines(), SleepyBackend::noStore);
  }

  /** From now on nothing is reachable. */
  public void sleep() {
    asleep =
        Set.of(
            JobQueue.class,
            JobSource.class,
            QueueAdmin.class,
            RateLimiter.class,
            StateStore.class,
            ImageStore.class,
            Timelines.class);
  }

  /** From now on one seam is not reachable, and all others are. */
  public void sleep(Class<?> seam) {
    asleep = Set.of(seam);
  }

  /** Everything is reachable again, as it was. */
  public void wake() {
    asleep = Set.of();
  }

  /** How many calls of a method, such as {@code checkpoint}, failed because it slept. */
  public int refused(String method) {
    AtomicInteger count = refused.get(method);
    return count == null ? 0 : count.get();
  }

  /** The next so many calls are carried out, and fail all the same. */
  public void loseAnswers(int calls) {
    if (calls < 0) {
      throw new IllegalArgumentException("calls must not be negative, was " + calls);
    }
    answersToLose.set(calls);
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
    return real.time();
  }

  @Override
  public boolean durable() {
    return real.durable();
  }

  @Override
  public void close() {
    real.close();
  }

  private <T> T sleepy(Class<T> seam, T awake, Supplier<RuntimeException> unavailable) {
    return seam.cast(
        Proxy.newProxyInstance(
            seam.getClassLoader(),
            new Class<?>[] {seam},
            (proxy, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? invoke(awake, method, arguments)
                    : call(seam, awake, method, arguments, unavailable)));
  }

  private @Nullable Object call(
      Class<?> seam,
      Object awake,
      Method method,
      Object @Nullable [] arguments,
      Supplier<RuntimeException> unavailable)
      throws Throwable {
    if (asleep.contains(seam)) {
      refused.computeIfAbsent(method.getName(), name -> new AtomicInteger()).incrementAndGet();
      throw unavailable.get();
    }
    if (arguments != null) {
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof Consumer<?> hint) {
          arguments[i] = missedWhileAsleep(seam, hint);
        }
      }
    }
    Object answer = invoke(awake, method, arguments);
    if (asleep.contains(seam) || answersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw unavailable.get();
    }
    return answer;
  }

  private <T> Consumer<T> missedWhileAsleep(Class<?> seam, Consumer<T> hint) {
    return told -> {
      if (!asleep.contains(seam)) {
        hint.accept(told);
      }
    };
  }

  private static @Nullable Object invoke(
      Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static RuntimeException noQueue() {
    return new QueueException(QueueException.Kind.UNAVAILABLE, "the queue sleeps");
  }

  private static RuntimeException noLimiter() {
    return new LimiterException(
        "the limiter sleeps", new IllegalStateException("put to sleep by a test"));
  }

  private static RuntimeException noStore() {
    return new StoreException(StoreException.Kind.UNAVAILABLE, "the store sleeps");
  }
}
