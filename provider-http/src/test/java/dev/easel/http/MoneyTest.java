package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.FakeWebUi;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.testkit.TestRenderContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker dies at each of ten points between submit and delivery: before and after each call that
 * it makes. Death is simulated by stopping the thread forever where it is, so that nothing it would
 * have done afterwards happens; a fresh provider then goes on from the checkpoint, by the rule that
 * the bot keeps: who began and left no text is not called again.
 */
class MoneyTest {
  private static final ImageTask TASK = ImageTask.Generate.of("a lighthouse");
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private FakeService service = FakeOpenAi.start();

  @AfterEach
  void close() {
    service.close();
  }

  /** Stops the process's thread before call k (point 2k) or behind it (point 2k + 1). */
  private static final class Death implements Interceptor {
    private final int point;
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch happened = new CountDownLatch(1);

    Death(int point) {
      this.point = point;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
      String path = chain.request().url().encodedPath();
      if (path.equals("/internal/progress") || path.equals("/ws")) {
        return chain.proceed(chain.request()); // beside the work, not part of it
      }
      int call = calls.getAndIncrement();
      dieAt(2 * call);
      Response response = chain.proceed(chain.request());
      dieAt(2 * call + 1);
      return response;
    }

    private void dieAt(int here) {
      if (here != point) {
        return;
      }
      happened.countDown();
      boolean dead = true;
      while (dead) {
        try {
          NEVER.await();
        } catch (InterruptedException e) {
          dead = true; // the dead do not hear
        }
      }
    }
  }

  private static HttpAccess dying(Death death) {
    return HttpAccess.builder()
        .client(new OkHttpClient.Builder().addInterceptor(death).build())
        .build();
  }

  private interface Make {
    ImageProvider with(HttpAccess access);
  }

  /** What became of the job, as its owner sees it. */
  private enum End {
    PICTURE,
    TOLD
  }

  private End live(int point, Make make) throws Exception {
    TestRenderContext first = new TestRenderContext();
    Death death = new Death(point);
    ImageProvider doomed = make.with(dying(death));
    CountDownLatch finished = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () -> {
              try {
                while (!(doomed.render(TASK, first) instanceof Rendered)) {
                  Thread.onSpinWait();
                }
                finished.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "doomed-worker");
    worker.setDaemon(true);
    worker.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (death.happened.getCount() > 0 && finished.getCount() > 0) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
    if (finished.getCount() == 0) {
      return End.PICTURE; // it made fewer calls than that
    }
    return nextAttempt(first, make.with(HttpAccess.shared()));
  }

  private static End nextAttempt(TestRenderContext first, ImageProvider fresh)
      throws InterruptedException {
    TestRenderContext next = first.nextAttempt();
    if (next.checkpoint().isEmpty()) {
      return End.TOLD; // begun, and nothing says where it is: the person decides
    }
    for (int looks = 0; looks < 100; looks++) {
      try {
        RenderOutcome outcome = fresh.render(TASK, next);
        if (outcome instanceof Rendered rendered) {
          assertThat(rendered.images()).hasSize(1);
          return End.PICTURE;
        }
      } catch (ProviderException e) {
        assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        return End.TOLD;
      }
    }
    throw new AssertionError("still pending");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void openAiIsPaidAtMostOnce(int point) throws Exception {
    FakeOpenAi fake = (FakeOpenAi) service;
    fake.answerWithUrls(true); // so that there is a download to die in
    End end =
        live(
            point,
            access ->
                OpenAiImageProvider.builder(FakeOpenAi.KEY)
                    .baseUrl(fake.baseUrl())
                    .access(access)
                    .build());
    assertThat(service.runs()).isLessThanOrEqualTo(1);
    assertThat(end).isEqualTo(point < 4 ? End.TOLD : End.PICTURE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void webUiRunsAtMostOnce(int point) throws Exception {
    service.close();
    service = FakeWebUi.start();
    End end =
        live(
            point,
            access -> WebUiImageProvider.builder(service.url().toString()).access(access).build());
    assertThat(service.runs()).isLessThanOrEqualTo(1);
    assertThat(end).isEqualTo(point < 2 ? End.TOLD : End.PICTURE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void falIsPaidAtMostOnceAndThePictureArrives(int point) throws Exception {
    service.close();
    FakeFal fake = FakeFal.start();
    service = fake;
    End end =
        live(point, access -> FalImageProviderContractTest.builder(fake).access(access).build());
    assertThat(service.runs()).isLessThanOrEqualTo(1);
    assertThat(end)
        .as("only inside the submit is it not known")
        .isEqualTo(point < 2 ? End.TOLD : End.PICTURE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void comfyUiRunsAtMostOnceAndThePictureAlwaysArrives(int point) throws Exception {
    service.close();
    service = FakeComfyUi.start();
    End end =
        live(
            point,
            access ->
                ComfyUiImageProvider.builder(service.url().toString())
                    .model("fake-xl.safetensors") // so that the first call is the submit
                    .lookEvery(Duration.ofMillis(5))
                    .access(access)
                    .build());
    assertThat(service.runs()).isLessThanOrEqualTo(1);
    assertThat(end).isEqualTo(End.PICTURE);
  }
}
