package dev.easel.http;

import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.Fault;
import dev.easel.image.ImageProvider;
import dev.easel.testkit.ImageProviderContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class FalImageProviderContractTest extends ImageProviderContract {
  private final FakeFal service = FakeFal.start();

  @AfterEach
  void close() {
    service.close();
  }

  static FalImageProvider.Builder builder(FakeFal service) {
    return FalImageProvider.builder(FakeFal.KEY)
        .queueUrl(service.url().toString())
        .restUrl(service.url().toString())
        .lookEvery(Duration.ofMillis(5), Duration.ofMillis(20))
        .model(FalModel.generate("fal-ai/flux/dev"))
        .model(FalModel.edit("fal-ai/flux-general/inpainting"))
        .model(FalModel.upscale("fal-ai/esrgan"))
        .model(FalModel.removeBackground("fal-ai/imageutils/rembg"))
        .model(FalModel.swapFaces("fal-ai/face-swap"));
  }

  @Override
  protected ImageProvider newProvider() {
    return builder(service).build();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    service.next("flux", Fault.hang());
    return newProvider();
  }
}
