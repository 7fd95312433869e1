package dev.easel.http;

import dev.easel.fakes.images.FakeWebUi;
import dev.easel.image.ImageProvider;
import dev.easel.testkit.ImageProviderContract;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

class WebUiImageProviderContractTest extends ImageProviderContract {
  private final FakeWebUi service = FakeWebUi.start();

  @AfterEach
  void close() {
    service.close();
  }

  @Override
  protected ImageProvider newProvider() {
    service.waitForLooks(3); // or a slow machine looks when the run is over
    return WebUiImageProvider.builder(service.url().toString())
        .watchEvery(Duration.ofMillis(5))
        .build();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    service.hold(new CountDownLatch(1));
    return newProvider();
  }
}
