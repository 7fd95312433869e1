package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ProviderHealthTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();
  private final Semaphore answers = new Semaphore(0);
  private volatile Health service = Health.up();
  private volatile boolean broken;

  private final ProviderHealth health =
      new ProviderHealth(
          new ImageProvider() {
            @Override
            public Capabilities capabilities() {
              throw new UnsupportedOperationException();
            }

            @Override
            public Health check() {
              looks.incrementAndGet();
              answers.acquireUninterruptibly();
              if (broken) {
                throw new NoClassDefFoundError("as an incomplete installation has it");
              }
              return service;
            }

            @Override
            public RenderOutcome render(ImageTask task, RenderContext context) {
              throw new UnsupportedOperationException();
            }
          },
          nanos::get);

  @Test
  void nobodyWaitsForAServiceThatDoesNotAnswer() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertThat(health.get().status()).isEqualTo(Health.Status.UNKNOWN);
    }
    await(() -> looks.get() == 1);
    answers.release();
    await(() -> health.get().status() == Health.Status.UP);
  }

  @Test
  void serviceIsAskedOnceAMinuteHoweverManyAskHere() throws Exception {
    answers.release(2);
    await(() -> health.get().status() == Health.Status.UP);
    service = Health.down("away");
    for (int i = 0; i < 1_000; i++) {
      assertThat(health.get()).isEqualTo(Health.up());
    }
    assertThat(looks).hasValue(1);

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    await(() -> health.get().equals(service));
    assertThat(looks).hasValue(2);
  }

  @Test
  void anErrorIsNotTheLastLook() throws Exception {
    broken = true;
    answers.release(2);
    await(() -> health.get().status() == Health.Status.DOWN);
    broken = false;
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());

    await(() -> health.get().equals(Health.up()));
  }

  private static void await(BooleanSupplier what) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!what.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
