package dev.easel.fakes.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * ComfyUI: a queue of prompts that one thread works on, history, uploads, pictures, and the socket
 * with progress and previews. A prompt whose text has the word {@code broken} fails while it runs.
 */
public final class FakeComfyUi extends FakeService {
  private record Prompt(
      long number, String id, JsonNode nodes, JsonNode extra, @Nullable String clientId) {}

  private final Object lock = new Object();
  private final Deque<Prompt> pending = new ArrayDeque<>();
  private final Map<String, ObjectNode> history = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final ComfyUiSockets sockets = new ComfyUiSockets(this::queueLength);
  private final AtomicLong numbers = new AtomicLong();
  private final Thread worker = new Thread(this::work, "fake-comfyui");
  private @Nullable Prompt running;
  private boolean interrupted;
  private volatile boolean old;
  private volatile boolean nothingSaved;
  private volatile boolean waitForSockets;
  private volatile long stepMillis = 2;
  private volatile CountDownLatch open = new CountDownLatch(0);

  private FakeComfyUi() {}

  /** Starts on a free port. */
  public static FakeComfyUi start() {
    return start(0);
  }

  public static FakeComfyUi start(int port) {
    FakeComfyUi fake = new FakeComfyUi();
    fake.startOn(port);
    fake.worker.setDaemon(true);
    fake.worker.start();
    return fake;
  }

  /** Whether it is one from before clients could name their prompts and cancel them by name. */
  public void old(boolean yes) {
    old = yes;
  }

  /** Which of the two forms of previews it sends. */
  public void previewsWithMetadata(boolean yes) {
    sockets.previewsWithMetadata(yes);
  }

  /**
   * Whether a run begins only when the client that ordered it listens on its socket, so that it
   * misses nothing. The real server waits for nobody. Default no.
   */
  public void waitForSockets(boolean yes) {
    waitForSockets = yes;
  }

  /** Whether it has nothing to do. */
  public boolean isIdle() {
    return queueLength() == 0;
  }

  /** Whether runs end without a picture, as a wholly cached one does. */
  public void savesNothing(boolean yes) {
    nothingSaved = yes;
  }

  /** Whether each socket ends with its first message. */
  public void dropSockets(boolean yes) {
    sockets.drop(yes);
  }

  /** How long one step takes. */
  public void stepMillis(long millis) {
    stepMillis = millis;
  }

  /** From now on, a run stands still after its first step until this is open. */
  public void hold(CountDownLatch until) {
    open = until;
  }

  /** Forgets queue and history, as a restart does. */
  public void restart() {
    synchronized (lock) {
      pending.clear();
      history.clear();
      interrupted = running != null;
      running = null;
    }
  }

  @Override
  void routes(JavalinConfig config) {
    config.routes.post("/prompt", ctx -> answer(ctx, () -> prompt(ctx)));
    config.routes.get("/history/{id}", ctx -> answer(ctx, () -> historyOf(ctx)));
    config.routes.get("/history", ctx -> answer(ctx, () -> allHistory(ctx)));
    config.routes.get("/queue", ctx -> answer(ctx, () -> queue(ctx)));
    config.routes.post("/queue", ctx -> answer(ctx, () -> deleteQueued(ctx)));
    config.routes.post("/interrupt", ctx -> answer(ctx, () -> interrupt(ctx)));
    config.routes.post("/api/jobs/{id}/cancel", ctx -> answer(ctx, () -> cancelJob(ctx)));
    config.routes.get("/view", ctx -> answer(ctx, () -> view(ctx)));
    config.routes.post("/upload/image", ctx -> answer(ctx, () -> upload(ctx)));
    config.routes.get("/object_info/{class}", ctx -> answer(ctx, () -> objectInfo(ctx)));
    config.routes.get("/system_stats", ctx -> answer(ctx, () -> systemStats(ctx)));
    config.routes.ws("/ws", sockets::open);
  }

  private interface Handling {
    void run() throws IOException, Refusal;
  }

  private static void answer(Context ctx, Handling handling) throws Exception {
    try {
      if (ctx.header("Origin") != null) { // a page of another site
        reply(ctx, 403, "text/plain", new byte[0]);
        return;
      }
      handling.run();
    } catch (Refusal e) {
      reply(ctx, e.status(), e.body());
    }
  }

  private int queueLength() {
    synchronized (lock) {
      return pending.size() + (running == null ? 0 : 1);
    }
  }

  private void prompt(Context ctx) throws IOException, Refusal {
    JsonNode body = JSON.readTree(ctx.bodyAsBytes());
    JsonNode nodes = body.path("prompt");
    if (!nodes.isObject() || nodes.isEmpty()) {
      throw ComfyUiChecks.refusal("no_prompt", "No prompt provided", JSON.createObjectNode());
    }
    String id = UUID.randomUUID().toString();
    if (!old && body.has("prompt_id")) {
      id = body.path("prompt_id").asText();
      if (!id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
        throw ComfyUiChecks.refusal(
            "invalid_prompt_id", "Invalid prompt_id", JSON.createObjectNode());
      }
    }
    ComfyUiChecks.check(nodes, files.keySet());
    long number = numbers.incrementAndGet();
    String clientId = body.path("client_id").asText(null);
    ObjectNode extra =
        body.path("extra_data") instanceof ObjectNode given ? given : JSON.createObjectNode();
    countRun();
    synchronized (lock) {
      pending.add(new Prompt(number, id, nodes, extra, clientId));
      lock.notifyAll();
    }
    ObjectNode reply = JSON.createObjectNode().put("prompt_id", id).put("number", number);
    reply.putObject("node_errors");
    reply(ctx, 200, reply);
  }

  private void work() {
    try {
      while (pause(0)) {
        Prompt next;
        synchronized (lock) {
          next = pending.poll();
          running = next;
          interrupted = false;
          if (next == null) {
            lock.wait(20);
          }
        }
        if (next != null) {
          run(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Prompt prompt) throws InterruptedException {
    while (waitForSockets && !sockets.has(prompt.clientId()) && !isInterrupted()) {
      if (!pause(5)) {
        return;
      }
    }
    tell(prompt, "execution_start", data(prompt));
    boolean failed = prompt.nodes().toString().contains("broken");
    int steps = 20;
    for (int step = 1; step <= steps && !isInterrupted(); step++) {
      while (step > 1 && open.getCount() > 0 && !isInterrupted()) {
        tellStep(prompt, step - 1, steps); // also those who listen only now
        sockets.preview(prompt.clientId(), prompt.id(), TestPicture.jpeg(64, 64, step - 1));
        if (!pause(20)) {
          return;
        }
      }
      if (!pause(stepMillis)) {
        return;
      }
      tellStep(prompt, step, steps);
      sockets.preview(prompt.clientId(), prompt.id(), TestPicture.jpeg(64, 64, step));
    }
    String status = "success";
    ObjectNode outputs = JSON.createObjectNode();
    ObjectNode last = data(prompt);
    String event = "execution_success";
    if (isInterrupted()) {
      status = "error";
      event = "execution_interrupted";
    } else if (failed) {
      status = "error";
      event = "execution_error";
      last.put("node_id", "3")
          .put("node_type", "KSampler")
          .put("exception_type", "torch.OutOfMemoryError")
          .put("exception_message", "Allocation on device");
    } else if (!nothingSaved) {
      save(prompt, outputs);
    }
    finish(prompt, status, event, outputs, last);
    tell(prompt, event, last);
    if (status.equals("success")) {
      tell(prompt, "executing", data(prompt).putNull("node"));
    }
  }

  private void tellStep(Prompt prompt, int step, int steps) {
    tell(prompt, "progress", data(prompt).put("value", step).put("max", steps).put("node", "3"));
  }

  private void finish(
      Prompt prompt, String status, String event, ObjectNode outputs, ObjectNode last) {
    ObjectNode entry = JSON.createObjectNode();
    entry.set("prompt", row(prompt));
    entry.set("outputs", outputs);
    ObjectNode state = entry.putObject("status");
    state.put("status_str", status).put("completed", status.equals("success"));
    state.putArray("messages").addArray().add(event).add(last);
    synchronized (lock) {
      if (running == prompt) { // a restart forgets what ran
        history.put(prompt.id(), entry);
        running = null;
      }
    }
  }

  private boolean isInterrupted() {
    synchronized (lock) {
      return interrupted;
    }
  }

  private static ObjectNode data(Prompt prompt) {
    return JSON.createObjectNode().put("prompt_id", prompt.id());
  }

  private void tell(Prompt prompt, String type, ObjectNode data) {
    sockets.tell(prompt.clientId(), type, data);
  }

  private void save(Prompt prompt, ObjectNode outputs) {
    int width = 512;
    int height = 512;
    long seed = 0;
    String output = "9";
    for (var entry : prompt.nodes().properties()) {
      JsonNode inputs = entry.getValue().path("inputs");
      switch (entry.getValue().path("class_type").asText()) {
        case "EmptyLatentImage", "ImageScale" -> {
          width = inputs.path("width").asInt();
          height = inputs.path("height").asInt();
        }
        case "KSampler" -> seed = inputs.path("seed").asLong();
        case "SaveImage" -> output = entry.getKey();
        case "LoadImage" -> {
          if (!prompt.nodes().toString().contains("ImageScale")) {
            BufferedImage image = load(inputs.path("image").asText());
            width = image.getWidth();
            height = image.getHeight();
          }
        }
        default -> {}
      }
    }
    String name = "easel_%05d_.png".formatted(prompt.number());
    files.put(name, TestPicture.signedPng(width, height, seed));
    outputs
        .putObject(output)
        .putArray("images")
        .addObject()
        .put("filename", name)
        .put("subfolder", "")
        .put("type", "output");
  }

  private BufferedImage load(String name) {
    try {
      return TestPicture.read(files.getOrDefault(name, new byte[0]));
    } catch (IOException e) {
      return new BufferedImage(512, 512, BufferedImage.TYPE_INT_RGB);
    }
  }

  private static ArrayNode row(Prompt prompt) {
    ArrayNode row = JSON.createArrayNode().add(prompt.number()).add(prompt.id());
    row.add(prompt.nodes());
    ObjectNode extra = prompt.extra().deepCopy();
    row.add(extra.put("client_id", prompt.clientId()));
    row.addArray().add("9");
    return row;
  }

  private void historyOf(Context ctx) throws IOException {
    String id = ctx.pathParam("id");
    ObjectNode root = JSON.createObjectNode();
    synchronized (lock) {
      if (history.containsKey(id)) {
        root.set(id, history.get(id));
      }
    }
    reply(ctx, 200, root);
  }

  private void allHistory(Context ctx) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    synchronized (lock) {
      history.forEach(root::set);
    }
    reply(ctx, 200, root);
  }

  private void queue(Context ctx) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode runs = root.putArray("queue_running");
    ArrayNode waits = root.putArray("queue_pending");
    synchronized (lock) {
      if (running != null) {
        runs.add(row(running));
      }
      pending.forEach(p -> waits.add(row(p)));
    }
    reply(ctx, 200, root);
  }

  private void deleteQueued(Context ctx) throws IOException {
    JsonNode body = JSON.readTree(ctx.bodyAsBytes());
    synchronized (lock) {
      body.path("delete").forEach(id -> pending.removeIf(p -> p.id().equals(id.asText())));
    }
    reply(ctx, 200, "application/json", new byte[0]);
  }

  private void interrupt(Context ctx) throws IOException {
    byte[] bytes = ctx.bodyAsBytes();
    String id = bytes.length == 0 ? "" : JSON.readTree(bytes).path("prompt_id").asText("");
    synchronized (lock) {
      if (running != null && (old || id.isEmpty() || running.id().equals(id))) {
        interrupted = true;
      }
    }
    reply(ctx, 200, "application/json", new byte[0]);
  }

  private void cancelJob(Context ctx) throws IOException, Refusal {
    if (old) {
      throw new Refusal(404, JSON.createObjectNode().put("error", "Not Found"));
    }
    String id = ctx.pathParam("id");
    synchronized (lock) {
      boolean removed = pending.removeIf(p -> p.id().equals(id));
      if (running != null && running.id().equals(id)) {
        interrupted = true;
        removed = true;
      }
      if (!removed && !history.containsKey(id)) {
        throw new Refusal(404, JSON.createObjectNode().put("error", "Job not found"));
      }
      reply(ctx, 200, JSON.createObjectNode().put("cancelled", removed));
    }
  }

  private void view(Context ctx) throws IOException, Refusal {
    byte[] file = files.get(String.valueOf(ctx.queryParam("filename")));
    if (file == null) {
      throw new Refusal(404, JSON.createObjectNode());
    }
    reply(ctx, 200, "image/png", file);
  }

  private void upload(Context ctx) throws IOException, Refusal {
    for (ReceivedCall.Part part : callOf(ctx).parts()) {
      if (part.name().equals("image")) {
        String name = ctx.uploadedFiles("image").get(0).filename();
        files.put(name, part.content());
        reply(
            ctx,
            200,
            JSON.createObjectNode().put("name", name).put("subfolder", "").put("type", "input"));
        return;
      }
    }
    throw new Refusal(400, JSON.createObjectNode());
  }

  private static void objectInfo(Context ctx) throws IOException {
    String type = ctx.pathParam("class");
    ObjectNode root = JSON.createObjectNode();
    String input = ComfyUiChecks.FILE_INPUTS.get(type);
    if (input != null) {
      ArrayNode value =
          root.putObject(type).putObject("input").putObject("required").putArray(input);
      ComfyUiChecks.options(type).forEach(value.addArray()::add);
    }
    reply(ctx, 200, root);
  }

  private static void systemStats(Context ctx) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("system").put("os", "posix").put("comfyui_version", "0.3.60");
    root.putArray("devices");
    reply(ctx, 200, root);
  }
}
