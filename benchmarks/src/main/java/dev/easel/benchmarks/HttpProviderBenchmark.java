package dev.easel.benchmarks;

import dev.easel.http.ComfyUiImageProvider;
import dev.easel.http.FalImageProvider;
import dev.easel.http.FalModel;
import dev.easel.http.HttpAccess;
import dev.easel.http.OpenAiImageProvider;
import dev.easel.http.WebUiImageProvider;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an adapter itself costs, from the task to the picture: all answers are in memory, so there
 * is no network. OpenAI and WebUI send the picture as base64 in JSON, ComfyUI and fal as it is. Run
 * with {@code -prof gc} for the allocation.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // prepare() is the constructor
public class HttpProviderBenchmark {
  private static final okhttp3.MediaType JSON = okhttp3.MediaType.get("application/json");
  private static final okhttp3.MediaType PNG = okhttp3.MediaType.get("image/png");
  private static final ImageTask TASK = ImageTask.Generate.of("a lighthouse");

  /** Which adapter. */
  @Param({"openai", "webui", "comfyui", "fal"})
  public String adapter;

  /** The picture's size in megabytes. */
  @Param({"1", "10"})
  public int megabytes;

  private ImageProvider provider;
  private byte[] picture;
  private byte[] json;

  @Setup
  public void prepare() {
    picture = picture(megabytes << 20);
    String base64 = Base64.getEncoder().encodeToString(picture);
    OkHttpClient memory =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain ->
                    new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("OK")
                        .body(answer(chain.request()))
                        .build())
            .build();
    HttpAccess access = HttpAccess.builder().client(memory).build();
    switch (adapter) {
      case "openai" -> {
        json = bytes("{\"data\":[{\"b64_json\":\"" + base64 + "\"}]}");
        provider = OpenAiImageProvider.builder("sk-none").access(access).build();
      }
      case "webui" -> {
        json = bytes("{\"images\":[\"" + base64 + "\"],\"info\":\"{}\"}");
        provider = WebUiImageProvider.builder("http://memory").access(access).build();
      }
      case "comfyui" -> {
        json = new byte[0];
        provider =
            ComfyUiImageProvider.builder("http://memory").model("any").access(access).build();
      }
      default -> {
        json = new byte[0];
        provider =
            FalImageProvider.builder("none")
                .queueUrl("http://memory")
                .model(FalModel.generate("fal-ai/flux/dev"))
                .access(access)
                .build();
      }
    }
  }

  private ResponseBody answer(Request request) {
    String path = request.url().encodedPath();
    if (path.equals("/view") || path.startsWith("/files/")) {
      return ResponseBody.create(picture, PNG);
    }
    if (path.startsWith("/history/")) {
      String id = path.substring("/history/".length());
      return small(
          "{\"%s\":{\"status\":{},\"outputs\":{\"9\":{\"images\":[{\"filename\":\"a\",\"type\":\"output\"}]}}}}"
              .formatted(id));
    }
    if (path.endsWith("/status")) {
      return small("{\"status\":\"COMPLETED\"}");
    }
    if (path.contains("/requests/")) {
      return small("{\"images\":[{\"url\":\"http://memory/files/a.png\"}]}");
    }
    if (path.equals("/prompt")) {
      return small("{}");
    }
    return path.startsWith("/fal-ai/")
        ? small("{\"request_id\":\"a\"}")
        : ResponseBody.create(json, JSON);
  }

  private static ResponseBody small(String text) {
    return ResponseBody.create(text, JSON);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Benchmark
  public RenderOutcome render() throws InterruptedException {
    RenderContext context = new BenchmarkContext(new byte[0]);
    RenderOutcome outcome = provider.render(TASK, context);
    while (outcome instanceof RenderOutcome.Pending) {
      outcome = provider.render(TASK, context);
    }
    return outcome;
  }

  /** The head of a PNG, and noise. */
  private static byte[] picture(int bytes) {
    byte[] picture = new byte[bytes];
    new Random(1).nextBytes(picture);
    ByteBuffer.wrap(picture)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(StandardCharsets.US_ASCII))
        .putInt(1024)
        .putInt(1024);
    return picture;
  }
}
