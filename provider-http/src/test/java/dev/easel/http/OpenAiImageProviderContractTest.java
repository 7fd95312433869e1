package dev.easel.http;

import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.Fault;
import dev.easel.image.ImageProvider;
import dev.easel.testkit.ImageProviderContract;
import org.junit.jupiter.api.AfterEach;

class OpenAiImageProviderContractTest extends ImageProviderContract {
  private final FakeOpenAi service = FakeOpenAi.start();

  @AfterEach
  void close() {
    service.close();
  }

  @Override
  protected ImageProvider newProvider() {
    return OpenAiImageProvider.builder(FakeOpenAi.KEY).baseUrl(service.baseUrl()).build();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    service.next("generations", Fault.hang());
    return newProvider();
  }
}
