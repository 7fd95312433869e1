package dev.easel.examples;

import dev.easel.fakes.images.FakeComfyUi;
import dev.easel.fakes.images.FakeFal;
import dev.easel.fakes.images.FakeOpenAi;
import dev.easel.fakes.images.FakeService;
import dev.easel.fakes.images.FakeWebUi;
import dev.easel.http.ComfyUiImageProvider;
import dev.easel.http.FalImageProvider;
import dev.easel.http.FalModel;
import dev.easel.http.HttpAccess;
import dev.easel.http.OpenAiImageProvider;
import dev.easel.http.WebUiImageProvider;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.store.ImageRef;
import java.time.Duration;

/** The adapters of provider-http, each with the service that it is tested against. */
enum Adapter {
  OPENAI {
    @Override
    FakeService service() {
      FakeOpenAi service = FakeOpenAi.start();
      service.answerWithUrls(true); // so that there is a download to die in
      return service;
    }

    @Override
    ImageProvider provider(String url, HttpAccess access) {
      return OpenAiImageProvider.builder(FakeOpenAi.KEY)
          .baseUrl(url + "/v1")
          .access(access)
          .build();
    }

    @Override
    String act(String method, String path) {
      return path.startsWith("/files/") ? "download" : "submit";
    }
  },
  WEBUI {
    @Override
    FakeService service() {
      FakeWebUi service = FakeWebUi.start();
      service.stepMillis(20);
      return service;
    }

    @Override
    ImageProvider provider(String url, HttpAccess access) {
      return WebUiImageProvider.builder(url)
          .watchEvery(Duration.ofMillis(20))
          .access(access)
          .build();
    }

    @Override
    String act(String method, String path) {
      return path.equals("/internal/progress") ? "look" : "submit";
    }
  },
  COMFYUI {
    @Override
    FakeService service() {
      return FakeComfyUi.start();
    }

    @Override
    ImageProvider provider(String url, HttpAccess access) {
      return ComfyUiImageProvider.builder(url)
          .lookEvery(Duration.ofMillis(20))
          .access(access)
          .build();
    }

    @Override
    String act(String method, String path) {
      return switch (path) {
        case "/prompt" -> "submit";
        case "/upload/image" -> "upload";
        case "/view" -> "download";
        case "/ws" -> "listen";
        default -> path.startsWith("/object_info") ? "ask" : "look";
      };
    }
  },
  FAL {
    @Override
    FakeService service() {
      return FakeFal.start();
    }

    @Override
    ImageProvider provider(String url, HttpAccess access) {
      return FalImageProvider.builder(FakeFal.KEY)
          .queueUrl(url)
          .restUrl(url)
          .maxDataUri(100) // so that there is an upload to die in
          .lookEvery(Duration.ofMillis(20), Duration.ofMillis(100))
          .model(FalModel.upscale("fal-ai/esrgan"))
          .model(FalModel.generate("fal-ai/flux/dev"))
          .access(access)
          .build();
    }

    @Override
    String act(String method, String path) {
      if (path.contains("/requests/")) {
        return path.endsWith("/status") ? "look" : "fetch";
      }
      if (path.startsWith("/files/")) {
        return "download";
      }
      return path.contains("/upload/") ? "upload" : "submit";
    }
  };

  abstract FakeService service();

  abstract ImageProvider provider(String url, HttpAccess access);

  /** What a call is for. */
  abstract String act(String method, String path);

  /** Those that enlarge do so, since then they also have a picture to upload. */
  ImageTask task(ImageRef photo) {
    return this == COMFYUI || this == FAL
        ? new ImageTask.Upscale(photo, 2, ImageOptions.DEFAULT)
        : ImageTask.Generate.of("a lighthouse");
  }
}
