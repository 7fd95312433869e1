package dev.easel.fakes.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * fal's queue: submit, status, result, cancel, the stream of states, uploads, and the proxy
 * protocol of its clients. A request completes after it was looked at a few times, so tests need
 * not wait. Prompts with the word {@code forbidden} complete with a refusal as their result.
 */
public final class FakeFal extends FakeService {
  /** The one key that is right. */
  public static final String KEY = "fal-id:fal-secret-0123456789";

  private enum State {
    IN_QUEUE,
    IN_PROGRESS,
    COMPLETED,
    CANCELLED
  }

  private static final class Order {
    final String endpoint;
    final JsonNode input;
    final long number;
    int looks;
    State state = State.IN_QUEUE;

    Order(String endpoint, JsonNode input, long number) {
      this.endpoint = endpoint;
      this.input = input;
      this.number = number;
    }
  }

  private final Map<String, Order> orders = new ConcurrentHashMap<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile int looksUntilReady = 2;
  private volatile boolean lateCancel;

  private FakeFal() {}

  /** Starts on a free port. */
  public static FakeFal start() {
    return start(0);
  }

  public static FakeFal start(int port) {
    FakeFal fake = new FakeFal();
    fake.startOn(port);
    return fake;
  }

  /** How often a request is looked at before it is complete. Default 2. */
  public void looksUntilReady(int looks) {
    looksUntilReady = looks;
  }

  /** Whether requests complete at the very moment they are cancelled. */
  public void cancelComesTooLate(boolean yes) {
    lateCancel = yes;
  }

  /** Forgets the pictures it gave addresses for. */
  public void expireUrls() {
    files.clear();
  }

  @Override
  void routes(JavalinConfig config) {
    config.routes.post("/storage/upload/initiate", ctx -> answer(ctx, () -> initiate(ctx)));
    config.routes.put("/upload/{name}", this::upload);
    config.routes.get("/files/{name}", this::file);
    config.routes.post("/proxy", ctx -> answer(ctx, () -> proxied(ctx)));
    config.routes.get("/proxy", ctx -> answer(ctx, () -> proxied(ctx)));
    config.routes.put("/proxy", ctx -> answer(ctx, () -> proxied(ctx)));
    config.routes.get("/<path>", ctx -> answer(ctx, () -> route(ctx, ctx.pathParam("path"))));
    config.routes.put("/<path>", ctx -> answer(ctx, () -> route(ctx, ctx.pathParam("path"))));
    config.routes.post("/<path>", ctx -> answer(ctx, () -> route(ctx, ctx.pathParam("path"))));
  }

  private interface Handling {
    void run() throws IOException, Refusal;
  }

  private static void answer(Context ctx, Handling handling) throws Exception {
    ctx.header("x-fal-request-id", UUID.randomUUID().toString());
    try {
      handling.run();
    } catch (Refusal e) {
      reply(ctx, e.status(), e.body());
    }
  }

  /** What fal's clients send to a proxy, which would add the key. */
  private void proxied(Context ctx) throws IOException, Refusal {
    String target = ctx.header("x-fal-target-url");
    if (target == null) {
      throw refusal(400, "Missing the x-fal-target-url header");
    }
    URI url = URI.create(target);
    String path = url.getPath().substring(1);
    if ("fal.run".equals(url.getHost())) {
      Order order = new Order(path, bodyOf(ctx), numbers.incrementAndGet());
      countRun();
      reply(ctx, 200, resultOf(order));
    } else {
      serve(ctx, path);
    }
  }

  private void route(Context ctx, String path) throws IOException, Refusal {
    String given = ctx.header("Authorization");
    if (given == null || !given.equals("Key " + KEY)) {
      throw refusal(401, "Cannot access application '" + path + "'. Authentication is required.");
    }
    serve(ctx, path);
  }

  private void serve(Context ctx, String path) throws IOException, Refusal {
    int at = path.indexOf("/requests/");
    if (at < 0) {
      if (!ctx.method().name().equals("POST")) {
        throw refusal(405, "Method Not Allowed");
      }
      submit(ctx, path);
      return;
    }
    String rest = path.substring(at + "/requests/".length());
    int slash = rest.indexOf('/');
    String id = slash < 0 ? rest : rest.substring(0, slash);
    String what = slash < 0 ? "" : rest.substring(slash + 1);
    Order order = orders.get(id);
    if (order == null) {
      throw refusal(404, "Request not found");
    }
    switch (what) {
      case "status" -> status(ctx, id, order);
      case "status/stream" -> stream(ctx, id, order);
      case "cancel" -> cancel(ctx, order);
      case "" -> result(ctx, order);
      default -> throw refusal(404, "Not found");
    }
  }

  private static JsonNode bodyOf(Context ctx) throws Refusal {
    try {
      return JSON.readTree(ctx.bodyAsBytes());
    } catch (IOException e) {
      throw refusal(400, "Invalid JSON");
    }
  }

  private void submit(Context ctx, String endpoint) throws IOException, Refusal {
    JsonNode input = bodyOf(ctx);
    String id = UUID.randomUUID().toString();
    orders.put(id, new Order(endpoint, input, numbers.incrementAndGet()));
    countRun();
    ObjectNode reply = addresses(endpoint, id).put("status", "IN_QUEUE").put("queue_position", 0);
    reply(ctx, 200, reply);
  }

  /** The part of the model's name behind the second slash is not in the addresses. */
  private ObjectNode addresses(String endpoint, String id) {
    String[] parts = endpoint.split("/", -1);
    String base = url() + "/" + parts[0] + "/" + parts[1] + "/requests/" + id;
    return JSON.createObjectNode()
        .put("request_id", id)
        .put("response_url", base)
        .put("status_url", base + "/status")
        .put("cancel_url", base + "/cancel");
  }

  private ObjectNode stateOf(String id, Order order) {
    synchronized (order) {
      if (order.state == State.IN_QUEUE || order.state == State.IN_PROGRESS) {
        order.looks++;
        order.state = order.looks >= looksUntilReady ? State.COMPLETED : State.IN_PROGRESS;
      }
      ObjectNode reply = addresses(order.endpoint, id);
      boolean ended = order.state == State.COMPLETED || order.state == State.CANCELLED;
      reply.put("status", ended ? "COMPLETED" : order.state.name());
      if (ended) {
        reply.putArray("logs");
        reply.putObject("metrics").put("inference_time", 1.25);
      }
      return reply;
    }
  }

  private void status(Context ctx, String id, Order order) throws IOException {
    ObjectNode state = stateOf(id, order);
    reply(ctx, state.path("status").asText().equals("COMPLETED") ? 200 : 202, state);
  }

  private void stream(Context ctx, String id, Order order) throws IOException {
    StringBuilder events = new StringBuilder();
    ObjectNode state;
    do {
      state = stateOf(id, order);
      events.append("data: ").append(state).append("\n\n");
    } while (!state.path("status").asText().equals("COMPLETED"));
    reply(ctx, 200, "text/event-stream", events.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void cancel(Context ctx, Order order) throws IOException, Refusal {
    synchronized (order) {
      if (lateCancel) {
        order.state = State.COMPLETED;
      }
      if (order.state == State.COMPLETED) {
        throw new Refusal(400, JSON.createObjectNode().put("status", "ALREADY_COMPLETED"));
      }
      order.state = State.CANCELLED;
    }
    reply(ctx, 202, JSON.createObjectNode().put("status", "CANCELLATION_REQUESTED"));
  }

  private void result(Context ctx, Order order) throws IOException, Refusal {
    synchronized (order) {
      if (order.state == State.CANCELLED) {
        throw refusal(499, "Request was cancelled");
      }
      if (order.state != State.COMPLETED) {
        throw refusal(400, "Request is still in progress");
      }
    }
    reply(ctx, 200, resultOf(order));
  }

  private JsonNode resultOf(Order order) throws Refusal {
    String prompt = order.input.path("prompt").asText("");
    if (prompt.contains("forbidden")) {
      throw invalid("prompt", "content_policy_violation", "The content was flagged.");
    }
    long seed = order.input.path("seed").asLong(1_000 + order.number);
    ObjectNode result = JSON.createObjectNode();
    if (order.input.has("prompt")) {
      result.put("prompt", prompt).put("seed", seed);
      int n = order.input.path("num_images").asInt(1);
      for (int i = 0; i < n && !prompt.contains("silent"); i++) {
        addImage(result.withArray("images").addObject(), order.input, seed + i);
        result.withArray("has_nsfw_concepts").add(prompt.contains("naked"));
      }
    } else {
      addImage(result.putObject("image"), order.input, seed);
    }
    return result;
  }

  private void addImage(ObjectNode image, JsonNode input, long seed) throws Refusal {
    int[] size = sizeOf(input);
    boolean jpeg = input.path("output_format").asText("").equals("jpeg");
    byte[] made =
        jpeg
            ? TestPicture.jpeg(size[0], size[1], seed)
            : TestPicture.signedPng(size[0], size[1], seed);
    String mime = jpeg ? "image/jpeg" : "image/png";
    String url;
    if (input.path("sync_mode").asBoolean()) {
      url = "data:" + mime + ";base64," + Base64.getEncoder().encodeToString(made);
    } else {
      String name = numbers.incrementAndGet() + (jpeg ? ".jpg" : ".png");
      files.put(name, made);
      url = url() + "/files/" + name;
    }
    image.put("url", url).put("width", size[0]).put("height", size[1]).put("content_type", mime);
  }

  private int[] sizeOf(JsonNode input) throws Refusal {
    for (String field : new String[] {"image_url", "base_image_url", "image_urls"}) {
      JsonNode given = input.path(field);
      if (!given.isMissingNode()) {
        BufferedImage image =
            load(given.isArray() ? given.path(0).asText() : given.asText(), field);
        double factor = input.path("scale").asDouble(input.path("upscale_factor").asDouble(1));
        return new int[] {(int) (image.getWidth() * factor), (int) (image.getHeight() * factor)};
      }
    }
    JsonNode size = input.path("image_size");
    return size.isObject()
        ? new int[] {size.path("width").asInt(), size.path("height").asInt()}
        : new int[] {1024, 768};
  }

  private BufferedImage load(String address, String field) throws Refusal {
    try {
      if (address.startsWith("data:")) {
        String base64 = address.substring(address.indexOf(',') + 1);
        return TestPicture.read(Base64.getDecoder().decode(base64));
      }
      byte[] file = files.get(address.substring(address.lastIndexOf('/') + 1));
      if (file != null) {
        return TestPicture.read(file);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw invalid(field, "image_load_error", "Failed to load the image.");
    }
    throw invalid(field, "file_download_error", "Failed to download the file.");
  }

  private void initiate(Context ctx) throws IOException, Refusal {
    if (!("Key " + KEY).equals(ctx.header("Authorization"))) {
      throw refusal(401, "Authentication is required.");
    }
    String name = numbers.incrementAndGet() + "-" + bodyOf(ctx).path("file_name").asText("file");
    reply(
        ctx,
        200,
        JSON.createObjectNode()
            .put("upload_url", url() + "/upload/" + name)
            .put("file_url", url() + "/files/" + name));
  }

  private void upload(Context ctx) throws IOException {
    files.put(ctx.pathParam("name"), ctx.bodyAsBytes());
    reply(ctx, 200, JSON.createObjectNode());
  }

  private void file(Context ctx) throws IOException {
    byte[] found = files.get(ctx.pathParam("name"));
    if (found == null) {
      reply(ctx, 404, "text/plain", "no such file".getBytes(StandardCharsets.UTF_8));
    } else {
      boolean jpeg = ctx.pathParam("name").endsWith(".jpg");
      reply(ctx, 200, jpeg ? "image/jpeg" : "image/png", found);
    }
  }

  private static Refusal invalid(String field, String type, String message) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode detail = root.putArray("detail").addObject();
    detail.putArray("loc").add("body").add(field);
    detail.put("msg", message).put("type", type).put("url", "https://docs.fal.ai/errors#" + type);
    return new Refusal(422, root);
  }

  private static Refusal refusal(int status, String message) {
    return new Refusal(status, JSON.createObjectNode().put("detail", message));
  }
}
