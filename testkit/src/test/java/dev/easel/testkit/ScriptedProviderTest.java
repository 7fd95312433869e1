package dev.easel.testkit;

import static dev.easel.testkit.ScriptedProvider.await;
import static dev.easel.testkit.ScriptedProvider.checkpoint;
import static dev.easel.testkit.ScriptedProvider.crash;
import static dev.easel.testkit.ScriptedProvider.fail;
import static dev.easel.testkit.ScriptedProvider.hangUntilCancelled;
import static dev.easel.testkit.ScriptedProvider.huge;
import static dev.easel.testkit.ScriptedProvider.nothing;
import static dev.easel.testkit.ScriptedProvider.park;
import static dev.easel.testkit.ScriptedProvider.preview;
import static dev.easel.testkit.ScriptedProvider.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.job.JobId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScriptedProviderTest extends ImageProviderContract {
  private static final ImageTask TASK = ImageTask.Generate.of("a boat");
  private final TestRenderContext context = new TestRenderContext();

  @Override
  protected ImageProvider newProvider() {
    return new ScriptedProvider();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    return new ScriptedProvider().always(progress(0.1), hangUntilCancelled());
  }

  @Test
  void runsFollowTheirScriptsInOrder() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider()
            .next(progress(0.25), preview(), fail(Kind.UNAVAILABLE))
            .next(checkpoint("remote-1"), park(Duration.ofSeconds(5)))
            .next(nothing())
            .next(huge(1_000_000))
            .next(crash());
    for (Kind kind : new Kind[] {Kind.UNAVAILABLE}) {
      ProviderException failed =
          catchThrowableOfType(ProviderException.class, () -> provider.render(TASK, context));
      assertThat(failed.kind()).isEqualTo(kind);
    }
    assertThat(context.fractions()).containsExactly(0.25);
    assertThat(context.previews()).hasSize(1);
    assertThat(provider.render(TASK, context)).isEqualTo(new Pending(Duration.ofSeconds(5)));
    assertThat(context.nextAttempt().checkpoint()).contains("remote-1");
    assertThat(((Rendered) provider.render(TASK, context)).images()).isEmpty();
    assertThat(((Rendered) provider.render(TASK, context)).images().get(0).bytes())
        .hasSize(1_000_000);
    assertThatThrownBy(() -> provider.render(TASK, context))
        .isInstanceOf(ScriptedProvider.Crash.class);
    assertThat(((Rendered) provider.render(TASK, context)).images()).as("unscripted").hasSize(1);
    assertThat(provider.runs()).isEqualTo(6);
    assertThat(provider.runs(context.job())).isEqualTo(6);
  }

  @Test
  void jobHasAScriptOfItsOwn() throws Exception {
    JobId poisonous = JobId.of("poisonous");
    ScriptedProvider provider =
        new ScriptedProvider().forJob(poisonous, fail(Kind.CONTENT_POLICY)).next(nothing());
    assertThatThrownBy(() -> provider.render(TASK, new TestRenderContext(poisonous)))
        .isInstanceOf(ProviderException.class);
    assertThat(((Rendered) provider.render(TASK, context)).images()).isEmpty();
    assertThat(provider.runs(poisonous)).isEqualTo(1);
  }

  @Test
  void waitsForTheTestAndCountsRunsAtOnce() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    ScriptedProvider provider = new ScriptedProvider().always(await(goOn));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> one = threads.submit(() -> provider.render(TASK, new TestRenderContext()));
      Future<?> two = threads.submit(() -> provider.render(TASK, new TestRenderContext()));
      assertThat(provider.awaitRuns(2, Duration.ofSeconds(10))).isTrue();
      assertThat(provider.running()).isEqualTo(2);
      goOn.countDown();
      one.get(10, TimeUnit.SECONDS);
      two.get(10, TimeUnit.SECONDS);
      assertThat(provider.mostAtOnce()).isEqualTo(2);
      assertThat(provider.running()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void keepsToCapabilitiesThatWereSet() throws Exception {
    Capabilities paid =
        ScriptedProvider.everything()
            .repeat(Capabilities.Repeat.UNSAFE)
            .maxConcurrent(1)
            .seed(false)
            .build();
    ScriptedProvider provider = new ScriptedProvider(paid);
    assertThat(provider.capabilities().repeat()).isEqualTo(Capabilities.Repeat.UNSAFE);
    provider.health(Health.down("the script says: down"));
    assertThat(provider.check().status()).isEqualTo(Health.Status.DOWN);
    assertThat(((Rendered) provider.render(TASK, context)).images().get(0).seed()).isEmpty();
  }
}
