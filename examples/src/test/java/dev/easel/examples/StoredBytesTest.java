package dev.easel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.easel.Backend;
import dev.easel.bot.ImageService;
import dev.easel.bot.MadeImage;
import dev.easel.bot.Order;
import dev.easel.bot.Outcome;
import dev.easel.bot.Submission;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.TestPicture;
import dev.easel.http.HttpAccess;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.memory.MemoryBackend;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a service made is in the image store to the last byte, credentials included. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StoredBytesTest {
  private static final int SIDE = 512;

  /** Each fake draws the same picture for the same size and seed. */
  @ParameterizedTest
  @EnumSource(Adapter.class)
  void picturesAreKeptAsTheyCame(Adapter adapter) throws Exception {
    try (FakeService service = adapter.service()) {
      boolean hasSeeds = adapter != Adapter.OPENAI;
      if (service instanceof FakeOpenAi openAi) {
        openAi.answerWith(TestPicture.signedPng(SIDE, SIDE, 7));
      }
      ImageOptions.Builder options = ImageOptions.builder().size(SIDE, SIDE);
      MadeImage made = made(adapter, service, hasSeeds ? options.seed(7).build() : options.build());
      byte[] drawn =
          adapter == Adapter.WEBUI
              ? TestPicture.png(SIDE, SIDE, 7)
              : TestPicture.signedPng(SIDE, SIDE, 7);
      assertThat(stored).isEqualTo(sha256(drawn));
      assertThat(made.image().width()).isEqualTo(SIDE);
    }
  }

  static Stream<Arguments> signed() {
    return Stream.of(
        arguments("PNG with caBX", TestPicture.signedPng(SIDE, SIDE, 3)),
        arguments("JPEG with APP11", TestPicture.signedJpeg(SIDE, SIDE, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("signed")
  void contentCredentialsStayWhole(String name, byte[] picture) throws Exception {
    try (FakeOpenAi service = FakeOpenAi.start()) {
      service.answerWith(picture);
      made(Adapter.OPENAI, service, ImageOptions.DEFAULT);
      assertThat(stored).isEqualTo(sha256(picture));
    }
  }

  private String stored = "";

  private MadeImage made(Adapter adapter, FakeService service, ImageOptions options)
      throws Exception {
    try (Backend backend = MemoryBackend.create();
        ImageService easel =
            ImageService.builder(
                    adapter.provider(service.url().toString(), HttpAccess.shared()), backend)
                .build()) {
      easel.start();
      ImageTask task = new ImageTask.Generate("a lighthouse", options);
      Submission.InLine inLine = (Submission.InLine) easel.submit(Order.of("order", task, "ann"));
      Outcome outcome = inLine.ticket().outcome().toCompletableFuture().get(30, TimeUnit.SECONDS);
      MadeImage made = ((Outcome.Made) outcome).result().images().get(0);
      try (InputStream in = easel.images().open(made.image().id()).orElseThrow().content()) {
        stored = sha256(in.readAllBytes());
      }
      return made;
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
