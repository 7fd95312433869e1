package dev.easel.http;

import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.image.ImageProvider;
import dev.easel.testkit.ImageProviderContract;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

class ComfyUiImageProviderContractTest extends ImageProviderContract {
  private final FakeComfyUi service = FakeComfyUi.start();

  @AfterEach
  void close() {
    service.close();
  }

  @Override
  protected ImageProvider newProvider() {
    service.waitForSockets(true); // or a slow machine connects when the run is over
    service.stepMillis(10);
    return ComfyUiImageProvider.builder(service.url().toString())
        .lookEvery(Duration.ofMillis(50))
        .build();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    service.hold(new CountDownLatch(1));
    return newProvider();
  }
}
