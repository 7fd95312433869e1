package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.easel.fakes.images.TestPicture;
import dev.easel.http.RemoteState.Ready;
import dev.easel.http.RemoteState.Working;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.job.JobId;
import dev.easel.job.Progress;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import dev.easel.testkit.SettableClock;
import dev.easel.testkit.TestRenderContext;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is paid is delivered, however the orders of one task end. */
class QueuedImageProviderTest {
  private static final RemoteState READY = new Ready(Optional.empty());
  private static final RemoteState WORKING = new Working(Optional.empty());

  private final SettableClock clock = new SettableClock();
  private final Service service = new Service();
  private final TestRenderContext context = new TestRenderContext().withClock(clock);

  /** Does what a test says, for each order by its name: order-0, order-1 and so on. */
  private final class Service extends QueuedImageProvider {
    final List<String> placed = new ArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final Map<String, Supplier<RemoteState>> states = new HashMap<>();
    final Map<String, Kind> lost = new HashMap<>();
    boolean cancelIsTooLate;
    Runnable whenCancelled = () -> {};
    Runnable whenPrepared = () -> {};
    Runnable whenPlaced = () -> {};

    Service() {
      super(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1));
    }

    @Override
    public Capabilities capabilities() {
      return Capabilities.builder("queued").repeat(Repeat.RESUMES).build();
    }

    @Override
    public void verify() {}

    @Override
    protected void validate(ImageTask task) {}

    @Override
    protected Prepared prepare(ImageTask task, RenderContext with) {
      whenPrepared.run();
      return () -> {
        String id = "order-" + placed.size();
        placed.add(id);
        whenPlaced.run();
        return RemoteOrder.now(id, Map.of()); // by this machine's clock, which is far off
      };
    }

    @Override
    protected RemoteState ask(RemoteOrder order) {
      return states.getOrDefault(order.id(), () -> READY).get();
    }

    @Override
    protected Rendered fetch(ImageTask task, RemoteOrder order, Ready state, RenderContext with) {
      if (lost.containsKey(order.id())) {
        throw billed(lost.get(order.id()));
      }
      byte[] picture = TestPicture.png(64, 64, 1);
      return Rendered.of("queued", List.of(RenderedImage.of(picture, Optional.empty())));
    }

    @Override
    protected boolean cancel(RemoteOrder order) {
      cancelled.add(order.id());
      whenCancelled.run();
      return !cancelIsTooLate;
    }
  }

  private static ProviderException billed(Kind kind) {
    return ProviderException.builder(kind, "as the test says").mayBeBilled(true).build();
  }

  private static Supplier<RemoteState> failing(Kind kind) {
    return () -> {
      throw billed(kind);
    };
  }

  private static ImageTask pictures(int n) {
    return new ImageTask.Generate("a lighthouse", ImageOptions.builder().n(n).build());
  }

  private Rendered rendered(ImageTask task) throws InterruptedException {
    return (Rendered) service.render(task, context);
  }

  @Test
  void picturesThatAreReadyAreDeliveredThoughAnotherNeverIs() throws Exception {
    service.states.put("order-1", () -> WORKING);
    assertThat(service.render(pictures(3), context)).isInstanceOf(Pending.class);
    assertThat(service.render(pictures(3), context)).isInstanceOf(Pending.class);
    clock.advance(Duration.ofMinutes(61));
    Rendered rendered = rendered(pictures(3));
    assertThat(rendered.images()).hasSize(2);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("2 of 3") && w.contains("timeout"));
    assertThat(service.cancelled).containsExactly("order-1");
  }

  @Test
  void pictureThatIsReadyWhenItIsGivenUpIsDelivered() throws Exception {
    service.states.put("order-0", () -> service.cancelled.isEmpty() ? WORKING : READY);
    service.cancelIsTooLate = true;
    service.render(pictures(1), context);
    clock.advance(Duration.ofMinutes(61));
    assertThat(rendered(pictures(1)).images()).hasSize(1);
  }

  @Test
  void orderThatTheServiceForgotCostsOnlyItsOwnPicture() throws Exception {
    service.states.put("order-0", failing(Kind.OUTCOME_UNKNOWN));
    service.render(pictures(2), context);
    Rendered rendered = rendered(pictures(2));
    assertThat(rendered.images()).hasSize(1);
    assertThat(rendered.warnings()).anyMatch(w -> w.contains("outcome-unknown"));
  }

  @Test
  void pictureThatCannotBeFetchedInTimeCostsOnlyItself() throws Exception {
    service.lost.put("order-1", Kind.UNAVAILABLE);
    service.render(pictures(2), context);
    assertThat(service.render(pictures(2), context)).isInstanceOf(Pending.class);
    clock.advance(Duration.ofMinutes(61));
    assertThat(rendered(pictures(2)).images()).hasSize(1);
  }

  @Test
  void serviceThatCannotBeAskedInTimeIsATimeout() throws Exception {
    service.states.put("order-0", failing(Kind.UNAVAILABLE));
    service.render(pictures(1), context);
    assertThat(service.render(pictures(1), context)).isInstanceOf(Pending.class);
    clock.advance(Duration.ofMinutes(61));
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> service.render(pictures(1), context));
    assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(service.cancelled).containsExactly("order-0");
  }

  @Test
  @Timeout(60)
  void ordersAreCancelledThoughTheServiceTakesItsTimeForEach() throws Exception {
    service.render(pictures(10), context);
    CountDownLatch all = new CountDownLatch(10);
    service.whenCancelled =
        () -> {
          all.countDown();
          awaits(all);
        };
    context.cancel();
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> service.render(pictures(10), context));
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(service.cancelled).hasSize(10);
  }

  private static void awaits(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void modelThatIsBeingLoadedOnlyDelaysTheNextLook() throws Exception {
    service.states.put("order-0", failing(Kind.MODEL_LOADING));
    service.render(pictures(1), context);
    assertThat(service.render(pictures(1), context)).isInstanceOf(Pending.class);
  }

  @Test
  void workerThatIsToStopPlacesNoFurtherOrders() throws Exception {
    Closing closing = new Closing(context);
    service.whenPlaced = () -> closing.now = true;
    assertThat(service.render(pictures(3), closing)).isInstanceOf(Pending.class);
    assertThat(service.placed).as("an interrupt would lose the next").containsExactly("order-0");
    RenderOutcome next = service.render(pictures(3), context.nextAttempt());
    assertThat(next).as("by another worker").isInstanceOf(Pending.class);
    assertThat(service.placed).hasSize(3);
  }

  @Test
  void workerThatIsToStopDuringTheUploadsPlacesNothing() {
    ImageTask upscale =
        new ImageTask.Upscale(context.add(TestPicture.png(64, 64, 1)), 2, ImageOptions.DEFAULT);
    Closing closing = new Closing(context);
    service.whenPrepared = () -> closing.now = true;
    ProviderException e =
        catchThrowableOfType(ProviderException.class, () -> service.render(upscale, closing));
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(e.mayBeBilled()).isFalse();
    assertThat(service.placed).isEmpty();
  }

  /** A context of a worker that is stopped, while nobody asked for the end of the job. */
  private static final class Closing implements RenderContext {
    private final RenderContext job;
    private boolean now;

    Closing(RenderContext job) {
      this.job = job;
    }

    @Override
    public JobId job() {
      return job.job();
    }

    @Override
    public InputStream input(ImageRef image) {
      return job.input(image);
    }

    @Override
    public Optional<String> checkpoint() {
      return job.checkpoint();
    }

    @Override
    public void checkpoint(String text) {
      job.checkpoint(text);
    }

    @Override
    public void progress(Progress progress) {
      job.progress(progress);
    }

    @Override
    public void preview(byte[] image, MediaType type) {
      job.preview(image, type);
    }

    @Override
    public void onCancel(Runnable stop) {
      job.onCancel(stop);
    }

    @Override
    public boolean cancelled() {
      return now;
    }

    @Override
    public boolean endAsked() {
      return false;
    }

    @Override
    public Duration timeLeft() {
      return job.timeLeft();
    }

    @Override
    public Instant now() {
      return job.now();
    }
  }
}
