package dev.easel.fakes.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * AUTOMATIC1111's WebUI with its API on: one run at a time, one progress and one interrupt for all
 * clients, an interrupted run that answers with what it has.
 */
public final class FakeWebUi extends FakeService {
  /** In whose words errors are said. */
  public enum Dialect {
    /** {@code {"error", "detail", "body", "errors"}}. */
    AUTOMATIC1111,
    /** {@code {"detail"}}. */
    FORGE
  }

  private static final Set<String> UPSCALERS = Set.of("None", "Lanczos", "R-ESRGAN 4x+");

  private final ReentrantLock gpu = new ReentrantLock(true);
  private final Set<String> queued = ConcurrentHashMap.newKeySet();
  private final Set<String> completed = ConcurrentHashMap.newKeySet();
  private volatile Dialect dialect = Dialect.AUTOMATIC1111;
  private volatile Optional<String> basicAuth = Optional.empty();
  private volatile boolean tellsProgress = true;
  private volatile boolean gridFirst;
  private volatile long stepMillis = 2;
  private volatile int looksToWaitFor;
  private volatile CountDownLatch open = new CountDownLatch(0);
  private volatile @Nullable Running running;

  /** What the one GPU does now. */
  private static final class Running {
    final String task;
    final int jobs;
    final int steps;
    volatile int job;
    volatile int step;
    final AtomicInteger looks = new AtomicInteger();
    volatile boolean interrupted;

    Running(String task, int jobs, int steps) {
      this.task = task;
      this.jobs = jobs;
      this.steps = steps;
    }

    double progress() {
      return Math.min(1, 0.01 + (double) job / jobs + (double) step / steps / jobs);
    }
  }

  private FakeWebUi() {}

  /** Starts on a free port. */
  public static FakeWebUi start() {
    return start(0);
  }

  public static FakeWebUi start(int port) {
    FakeWebUi fake = new FakeWebUi();
    fake.startOn(port);
    return fake;
  }

  public void dialect(Dialect words) {
    dialect = words;
  }

  /** Asks everyone for {@code user:password} from now on. */
  public void requireAuth(String userAndPassword) {
    basicAuth = Optional.of(userAndPassword);
  }

  /** Whether it has the routes of progress and interrupt, as some of its kind do not. */
  public void tellsProgress(boolean yes) {
    tellsProgress = yes;
  }

  /** Whether a grid stands before several pictures. */
  public void gridFirst(boolean yes) {
    gridFirst = yes;
  }

  /** How long one step takes. */
  public void stepMillis(long millis) {
    stepMillis = millis;
  }

  /** From now on, a run stands still after its first step until this is open. */
  public void hold(CountDownLatch until) {
    open = until;
  }

  /**
   * How many of its first steps a run that has a task's name does not take before somebody looks
   * how far it is, so that nobody comes too late. The real server waits for nobody. Default 0.
   */
  public void waitForLooks(int looks) {
    looksToWaitFor = looks;
  }

  /** Whether it works now. */
  public boolean isBusy() {
    return running != null;
  }

  @Override
  void routes(JavalinConfig config) {
    config.routes.post("/sdapi/v1/txt2img", ctx -> answer(ctx, () -> generate(ctx, false)));
    config.routes.post("/sdapi/v1/img2img", ctx -> answer(ctx, () -> generate(ctx, true)));
    config.routes.post("/sdapi/v1/extra-single-image", ctx -> answer(ctx, () -> upscale(ctx)));
    config.routes.get("/sdapi/v1/progress", ctx -> answer(ctx, () -> progress(ctx)));
    config.routes.post("/internal/progress", ctx -> answer(ctx, () -> taskProgress(ctx)));
    config.routes.post("/sdapi/v1/interrupt", ctx -> answer(ctx, () -> interrupt(ctx)));
    config.routes.get(
        "/sdapi/v1/samplers", ctx -> answer(ctx, () -> names(ctx, "Euler", "DPM++ 2M")));
    config.routes.get(
        "/sdapi/v1/upscalers", ctx -> answer(ctx, () -> names(ctx, "None", "R-ESRGAN 4x+")));
    config.routes.get("/sdapi/v1/options", ctx -> answer(ctx, () -> options(ctx)));
  }

  private interface Handling {
    void run() throws IOException, Refusal, InterruptedException;
  }

  private void answer(Context ctx, Handling handling) throws Exception {
    try {
      requireAuth(ctx);
      handling.run();
    } catch (Refusal e) {
      reply(ctx, e.status(), e.body());
    }
  }

  private void requireAuth(Context ctx) throws Refusal {
    if (basicAuth.isEmpty()) {
      return;
    }
    String right =
        "Basic "
            + Base64.getEncoder().encodeToString(basicAuth.get().getBytes(StandardCharsets.UTF_8));
    if (!right.equals(ctx.header("Authorization"))) {
      ctx.header("WWW-Authenticate", "Basic");
      throw refusal(401, "Incorrect username or password");
    }
  }

  private static JsonNode bodyOf(Context ctx) throws Refusal {
    try {
      return JSON.readTree(ctx.bodyAsBytes());
    } catch (IOException e) {
      ObjectNode root = JSON.createObjectNode();
      ObjectNode detail = root.putArray("detail").addObject();
      detail.putArray("loc").add("body").add(0);
      detail.put("msg", "JSON decode error").put("type", "json_invalid");
      throw new Refusal(422, root);
    }
  }

  private void generate(Context ctx, boolean fromImage)
      throws IOException, Refusal, InterruptedException {
    JsonNode body = bodyOf(ctx);
    if (fromImage) {
      if (body.path("init_images").isEmpty()) {
        throw refusal(404, "Init image not found");
      }
      decode(body.path("init_images").get(0).asText());
      if (body.hasNonNull("mask")) {
        decode(body.path("mask").asText());
      }
    }
    if (!body.path("width").isMissingNode() && !body.path("width").isInt()) {
      ObjectNode root = JSON.createObjectNode();
      ObjectNode detail = root.putArray("detail").addObject();
      detail.putArray("loc").add("body").add("width");
      detail.put("msg", "value is not a valid integer").put("type", "type_error.integer");
      throw new Refusal(422, root);
    }
    int n = body.path("n_iter").asInt(1) * body.path("batch_size").asInt(1);
    int steps = body.path("steps").asInt(20);
    long seed = body.path("seed").asLong(-1);
    long first = seed >= 0 ? seed : 1_000 + runs();
    int width = body.path("width").asInt(512);
    int height = body.path("height").asInt(512);
    String task = body.path("force_task_id").asText("task(none)");
    List<byte[]> images = run(task, n, steps, first, width, height);
    reply(ctx, 200, made(body, images, first, width, height, steps));
  }

  /** Makes the pictures, one after the other; an interrupted run ends with what it has. */
  private List<byte[]> run(String task, int n, int steps, long seed, int width, int height)
      throws InterruptedException {
    queued.add(task);
    gpu.lockInterruptibly();
    try {
      Running now = new Running(task, n, steps);
      running = now;
      queued.remove(task);
      countRun();
      List<byte[]> images = new ArrayList<>();
      for (; now.job < n && !now.interrupted; now.job++) {
        for (now.step = 0; now.step < steps && !now.interrupted; now.step++) {
          boolean goOn = pause(stepMillis);
          while (goOn && now.step > 0 && open.getCount() > 0 && !now.interrupted) {
            goOn = pause(5);
          }
          while (goOn && isUnseen(now) && !now.interrupted) {
            goOn = pause(1);
          }
          if (!goOn) {
            break;
          }
        }
        images.add(TestPicture.png(width, height, seed + now.job));
      }
      return images;
    } finally {
      running = null;
      completed.add(task);
      gpu.unlock();
    }
  }

  private boolean isUnseen(Running now) {
    return now.task.startsWith("task(easel")
        && now.job == 0
        && now.step < looksToWaitFor
        && now.looks.get() <= now.step;
  }

  private JsonNode made(
      JsonNode body, List<byte[]> images, long seed, int width, int height, int steps) {
    ObjectNode root = JSON.createObjectNode();
    var list = root.putArray("images");
    boolean grid = gridFirst && images.size() > 1;
    if (grid) {
      list.add(TestPicture.png(width * 2, height, 0));
    }
    images.forEach(list::add);
    root.putObject("parameters").put("prompt", body.path("prompt").asText());
    ObjectNode info =
        JSON.createObjectNode()
            .put("prompt", body.path("prompt").asText())
            .put("seed", seed)
            .put("width", width)
            .put("height", height)
            .put("steps", steps)
            .put("sd_model_name", "fake-model")
            .put("index_of_first_image", grid ? 1 : 0);
    var seeds = info.putArray("all_seeds");
    for (int i = 0; i < images.size(); i++) {
      seeds.add(seed + i);
    }
    root.put("info", info.toString()); // a text that holds JSON
    return root;
  }

  private void upscale(Context ctx) throws IOException, Refusal, InterruptedException {
    JsonNode body = bodyOf(ctx);
    BufferedImage image = decode(body.path("image").asText());
    if (!UPSCALERS.contains(body.path("upscaler_1").asText("None"))) {
      throw refusal(400, "Invalid upscaler, needs to be one of these: " + UPSCALERS);
    }
    double factor = body.path("upscaling_resize").asDouble(2);
    List<byte[]> images =
        run(
            "task(upscale)",
            1,
            5,
            7,
            (int) (image.getWidth() * factor),
            (int) (image.getHeight() * factor));
    ObjectNode root = JSON.createObjectNode().put("html_info", "<p>Upscaled</p>");
    root.put("image", images.get(0));
    reply(ctx, 200, root);
  }

  private BufferedImage decode(String base64) throws Refusal {
    try {
      String raw = base64.startsWith("data:") ? base64.substring(base64.indexOf(',') + 1) : base64;
      return TestPicture.read(Base64.getDecoder().decode(raw));
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(500, "Invalid encoded image");
    }
  }

  private void progress(Context ctx) throws IOException, Refusal {
    requireProgress();
    Running now = running;
    ObjectNode root =
        JSON.createObjectNode()
            .put("progress", now == null ? 0 : now.progress())
            .put("eta_relative", 0)
            .putNull("textinfo")
            .put("current_task", now == null ? null : now.task);
    root.putObject("state")
        .put("job_count", now == null ? 0 : now.jobs)
        .put("job_no", now == null ? 0 : now.job)
        .put("sampling_step", now == null ? 0 : now.step)
        .put("sampling_steps", now == null ? 0 : now.steps);
    root.putNull("current_image");
    reply(ctx, 200, root);
  }

  private void taskProgress(Context ctx) throws IOException, Refusal {
    requireProgress();
    JsonNode body = bodyOf(ctx);
    String task = body.path("id_task").asText();
    Running now = running;
    boolean active = now != null && now.task.equals(task);
    ObjectNode root =
        JSON.createObjectNode()
            .put("active", active)
            .put("queued", queued.contains(task))
            .put("completed", completed.contains(task));
    if (active && now != null) {
      now.looks.incrementAndGet();
      root.put("progress", now.progress()).put("eta", 1.0);
      if (body.path("live_preview").asBoolean()) {
        root.put("id_live_preview", now.step)
            .put(
                "live_preview",
                "data:image/png;base64,"
                    + Base64.getEncoder().encodeToString(TestPicture.png(64, 64, now.step)));
      }
    }
    reply(ctx, 200, root);
  }

  private void interrupt(Context ctx) throws IOException, Refusal {
    requireProgress();
    Running now = running;
    if (now != null) {
      now.interrupted = true; // whoever it belongs to
    }
    reply(ctx, 200, JSON.createObjectNode());
  }

  private void requireProgress() throws Refusal {
    if (!tellsProgress) {
      throw refusal(404, "Not Found");
    }
  }

  private static void names(Context ctx, String... names) throws IOException {
    var root = JSON.createArrayNode();
    for (String name : new LinkedHashSet<>(List.of(names))) {
      root.addObject().put("name", name);
    }
    reply(ctx, 200, root);
  }

  private static void options(Context ctx) throws IOException {
    reply(
        ctx,
        200,
        JSON.createObjectNode()
            .put("samples_format", "png")
            .put("sd_model_checkpoint", "fake-model.safetensors [0123456789]"));
  }

  private Refusal refusal(int status, String message) {
    ObjectNode root = JSON.createObjectNode();
    if (dialect == Dialect.FORGE || status == 401) {
      root.put("detail", message);
    } else {
      root.put("error", "HTTPException")
          .put("detail", message)
          .put("body", "")
          .put("errors", message);
    }
    return new Refusal(status, root);
  }
}
