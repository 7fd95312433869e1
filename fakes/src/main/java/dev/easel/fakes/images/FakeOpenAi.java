package dev.easel.fakes.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * OpenAI's Images API: generations, edits, variations, streams, and the list of models. Its facts
 * are those of the public API description. A prompt with the word {@code forbidden} is refused; the
 * word {@code silent} brings success without a picture.
 */
public final class FakeOpenAi extends FakeService {
  /** The one key that is right. */
  public static final String KEY = "sk-fake-0123456789";

  private final AtomicLong ids = new AtomicLong();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private volatile byte[] picture = new byte[0];
  private volatile boolean urls;
  private volatile boolean finalBeforePartials;
  private volatile boolean cutStream;
  private volatile boolean errorInStream;

  private FakeOpenAi() {}

  /** Starts on a free port. */
  public static FakeOpenAi start() {
    return start(0);
  }

  public static FakeOpenAi start(int port) {
    FakeOpenAi fake = new FakeOpenAi();
    fake.startOn(port);
    return fake;
  }

  /** What to give to a client as its base address. */
  public String baseUrl() {
    return url() + "/v1";
  }

  /** Answers with this picture from now on, whatever was asked for. */
  public void answerWith(byte[] image) {
    picture = image.clone();
  }

  /** Whether to answer with addresses instead of bytes, as compatible servers do. */
  public void answerWithUrls(boolean yes) {
    urls = yes;
  }

  /** Whether a stream brings the picture before the pictures on the way. */
  public void finalBeforePartials(boolean yes) {
    finalBeforePartials = yes;
  }

  /** Whether streams end in the middle of an event. */
  public void cutStreams(boolean yes) {
    cutStream = yes;
  }

  /** Whether streams bring an error instead of the picture. */
  public void errorInStreams(boolean yes) {
    errorInStream = yes;
  }

  /** Forgets the pictures that it gave addresses for. */
  public void expireUrls() {
    files.clear();
  }

  @Override
  void routes(JavalinConfig config) {
    config.routes.get("/v1/models", ctx -> answer(ctx, () -> models(ctx)));
    config.routes.get("/v1/models/{model}", ctx -> answer(ctx, () -> model(ctx)));
    config.routes.post("/v1/images/generations", ctx -> answer(ctx, () -> generate(ctx)));
    config.routes.post("/v1/images/edits", ctx -> answer(ctx, () -> edit(ctx)));
    config.routes.post("/v1/images/inpainting", ctx -> answer(ctx, () -> edit(ctx)));
    config.routes.post("/v1/images/variations", ctx -> answer(ctx, () -> vary(ctx)));
    config.routes.get("/files/{name}", this::file);
  }

  private interface Handling {
    void run() throws IOException, Refusal, InterruptedException;
  }

  private void answer(Context ctx, Handling handling) throws Exception {
    ctx.header("x-request-id", "req_" + ids.incrementAndGet());
    ctx.header("openai-processing-ms", "12");
    ctx.header("x-ratelimit-limit-requests", "500");
    ctx.header("x-ratelimit-remaining-requests", "499");
    ctx.header("x-ratelimit-reset-requests", "120ms");
    try {
      OpenAiChecks.requireKey(ctx.header("Authorization"));
      handling.run();
    } catch (Refusal e) {
      reply(ctx, e.status(), e.body());
    }
  }

  private static void models(Context ctx) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("object", "list");
    for (String id : List.of("gpt-image-2", "gpt-image-1.5", "dall-e-3")) {
      root.withArray("data").add(modelOf(id));
    }
    reply(ctx, 200, root);
  }

  private static void model(Context ctx) throws IOException, Refusal {
    String id = ctx.pathParam("model");
    OpenAiChecks.requireModel(id);
    reply(ctx, 200, modelOf(id));
  }

  private static ObjectNode modelOf(String id) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", 1_700_000_000)
        .put("owned_by", "system");
  }

  private void generate(Context ctx) throws IOException, Refusal, InterruptedException {
    JsonNode body;
    try {
      body = JSON.readTree(ctx.bodyAsBytes());
    } catch (IOException e) {
      throw OpenAiChecks.refusal(
          400,
          "We could not parse the JSON body of your request.",
          "invalid_request_error",
          null,
          null);
    }
    run(ctx, body, "image_generation");
  }

  private void edit(Context ctx) throws IOException, Refusal, InterruptedException {
    JsonNode body;
    if (isMultipart(ctx)) {
      body = fieldsOf(ctx);
    } else {
      body = JSON.readTree(ctx.bodyAsBytes());
      if (body.path("images").isEmpty() || body.path("images").size() > 16) {
        throw OpenAiChecks.invalid("images", "missing_required_parameter");
      }
    }
    run(ctx, body, "image_edit");
  }

  private void vary(Context ctx) throws IOException, Refusal, InterruptedException {
    ObjectNode body = fieldsOf(ctx);
    body.put("prompt", "a variation");
    if (body.path("model").isMissingNode()) {
      body.put("model", "dall-e-2");
    }
    run(ctx, body, "image_variation");
  }

  /** The fields of a multipart body; its files are checked and left out. */
  private static ObjectNode fieldsOf(Context ctx) throws Refusal {
    ObjectNode body = JSON.createObjectNode();
    int images = 0;
    for (ReceivedCall.Part part : callOf(ctx).parts()) {
      if (part.contentType().isEmpty()) {
        put(body, part);
      } else {
        OpenAiChecks.checkFile(part);
        images += part.name().startsWith("image") ? 1 : 0;
      }
    }
    if (images == 0 || images > 16) {
      throw OpenAiChecks.invalid("image", "missing_required_parameter");
    }
    return body;
  }

  private static void put(ObjectNode body, ReceivedCall.Part part) {
    if (part.text().matches("\\d{1,9}")) {
      body.put(part.name(), Integer.parseInt(part.text()));
    } else if (part.text().matches("true|false")) {
      body.put(part.name(), Boolean.parseBoolean(part.text()));
    } else {
      body.put(part.name(), part.text());
    }
  }

  private void run(Context ctx, JsonNode body, String event)
      throws IOException, Refusal, InterruptedException {
    String model = body.path("model").asText("gpt-image-1.5");
    boolean dalle = model.startsWith("dall-e");
    OpenAiChecks.check(body, model);
    int n = body.path("n").asInt(1);
    int[] size = OpenAiChecks.sizeOf(body.path("size").asText("auto"), model);
    countRun();
    if (body.path("stream").asBoolean()) {
      stream(ctx, body, size, event);
    } else {
      reply(ctx, 200, whole(ctx, body, n, size, dalle));
    }
  }

  private JsonNode whole(Context ctx, JsonNode body, int n, int[] size, boolean dalle) {
    ObjectNode root = JSON.createObjectNode().put("created", Instant.now().getEpochSecond());
    var data = root.putArray("data");
    boolean asUrl = urls || dalle && body.path("response_format").asText("url").equals("url");
    if (!body.path("prompt").asText().contains("silent")) {
      for (int i = 0; i < n; i++) {
        ObjectNode item = data.addObject();
        byte[] made = make(size, i);
        if (asUrl) {
          item.put("url", url() + "/files/" + keep(made));
        } else {
          item.put("b64_json", made); // Jackson writes bytes as base64
        }
        if (dalle) {
          item.put("revised_prompt", "revised: " + body.path("prompt").asText());
        }
      }
    }
    if (!dalle) {
      root.put("background", "opaque")
          .put("output_format", "png")
          .put("quality", "high")
          .put("size", size[0] + "x" + size[1]);
      root.set("usage", usage(n));
    }
    return root;
  }

  private static ObjectNode usage(int n) {
    ObjectNode usage =
        JSON.createObjectNode()
            .put("total_tokens", 50 + 4_160 * n)
            .put("input_tokens", 50)
            .put("output_tokens", 4_160 * n);
    usage.putObject("input_tokens_details").put("text_tokens", 50).put("image_tokens", 0);
    usage.putObject("output_tokens_details").put("text_tokens", 0).put("image_tokens", 4_160 * n);
    return usage;
  }

  private byte[] make(int[] size, int index) {
    return picture.length > 0 ? picture : TestPicture.signedPng(size[0], size[1], runs() + index);
  }

  private String keep(byte[] made) {
    String name = "img-" + ids.incrementAndGet() + ".png";
    files.put(name, made);
    return name;
  }

  private void file(Context ctx) throws IOException {
    byte[] found = files.get(ctx.pathParam("name"));
    if (found == null) {
      reply(ctx, 404, "text/plain", "no such file".getBytes(StandardCharsets.UTF_8));
    } else {
      reply(ctx, 200, "image/png", found);
    }
  }

  private void stream(Context ctx, JsonNode body, int[] size, String event) throws IOException {
    int partials = body.path("partial_images").asInt(0);
    if (partials < 0 || partials > 3) {
      reply(
          ctx,
          400,
          OpenAiChecks.error("Invalid value.", "invalid_request_error", "partial_images", null));
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] done = event(event + ".completed", make(size, 0), -1, size);
    if (finalBeforePartials) {
      out.write(done);
    }
    for (int i = 0; i < partials; i++) {
      out.write(event(event + ".partial_image", TestPicture.png(size[0], size[1], i), i, size));
    }
    if (errorInStream) {
      ObjectNode error = OpenAiChecks.error("The server had an error.", "server_error", null, null);
      out.write(("event: error\ndata: " + error + "\n\n").getBytes(StandardCharsets.UTF_8));
    } else if (cutStream) {
      out.write(done, 0, done.length / 2);
    } else if (!finalBeforePartials) {
      out.write(done);
    }
    reply(ctx, 200, "text/event-stream; charset=utf-8", out.toByteArray());
  }

  private static byte[] event(String type, byte[] image, int index, int[] size) {
    ObjectNode data =
        JSON.createObjectNode()
            .put("type", type)
            .put("b64_json", Base64.getEncoder().encodeToString(image))
            .put("created_at", Instant.now().getEpochSecond())
            .put("size", size[0] + "x" + size[1])
            .put("quality", "high")
            .put("background", "opaque")
            .put("output_format", "png");
    if (index >= 0) {
      data.put("partial_image_index", index);
    } else {
      data.set("usage", usage(1));
    }
    return ("event: " + type + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
