package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * AUTOMATIC1111's WebUI, Forge, and the servers that speak their {@code /sdapi}. Start the server
 * with {@code --api}.
 *
 * <p>Its interrupt stops whatever it works on, so a running picture is stopped only while the
 * server says that it is ours. A picture cannot be asked for again; unless it is said to be {@link
 * Builder#free}, one whose answer was lost is not made a second time.
 */
public final class WebUiImageProvider implements HttpImageProvider {
  private static final Duration CHECK_TIME = Duration.ofSeconds(5);

  private final HttpUrl base;
  private final Headers headers;
  private final HttpAccess access;
  private final Duration watchEvery;
  private final boolean free;
  private final WebUiOrder.Defaults defaults;
  private final Capabilities capabilities;
  private final Caller caller;
  private final Pictures pictures;

  private WebUiImageProvider(Builder b) {
    base = b.base;
    headers = b.headers;
    access = b.access;
    watchEvery = b.watchEvery;
    free = b.free;
    defaults = new WebUiOrder.Defaults(b.name, b.model, b.sampler, b.steps, b.upscaler);
    capabilities =
        Capabilities.builder(b.name)
            .tasks(TaskKind.GENERATE, TaskKind.EDIT, TaskKind.UPSCALE, TaskKind.VARY)
            .sizes(new SizeRule.Within(64, 2048, 8, 2048L * 2048, 8))
            .defaultSize(b.size)
            .maxN(10)
            .maxInputImages(1)
            .upscaleFactors(2, 3, 4)
            .seed(true)
            .negativePrompt(true)
            .mask(true)
            .progress(true)
            .previews(true)
            .cancelRunning(true)
            .repeat(b.free ? Repeat.SAFE : Repeat.UNSAFE)
            .maxConcurrent(b.maxConcurrent)
            .build();
    caller = new Caller(b.name, access.client(), access.listener());
    pictures = new Pictures(caller.failures(), access);
  }

  /**
   * @param url where the server is, such as {@code http://127.0.0.1:7860}
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void verify() throws InterruptedException {
    caller.repeatable(
        request("sdapi/v1/samplers").get().build(),
        Purpose.ASK,
        Work.within(CHECK_TIME),
        CHECK_TIME,
        Caller.SMALL,
        answer -> answer.status());
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    caller.failures().requireSupported(task, capabilities);
    Wishes wishes = new Wishes(capabilities.provider(), task.options());
    WebUiOrder order = new WebUiOrder(defaults, capabilities, task, wishes, context.job().value());
    Work work = Work.of(context, task.options().timeout(), access.renderTime());
    work.throwIfCancelled(capabilities.provider());
    order.readInputs(pictures, context);
    WebUiReply reply = order(order, work, context);
    Harvest harvest = new Harvest(order.expected());
    for (int i = 0; i < reply.images().size(); i++) {
      byte[] picture = reply.images().get(i);
      Optional<Long> seed = reply.seed(i);
      harvest.take(() -> pictures.accept(picture, seed, Optional.empty(), false));
    }
    List<RenderedImage> images = harvest.images(wishes, caller.failures());
    order.warnOfSizes(images);
    return Rendered.of(
            reply
                .model()
                .map(m -> capabilities.provider() + " " + m)
                .orElse(capabilities.provider()),
            images)
        .withWarnings(wishes.warnings());
  }

  /** Orders, and watches the work from a second thread until the answer is there. */
  private WebUiReply order(WebUiOrder order, Work work, RenderContext context)
      throws InterruptedException {
    // the order outlives a cancel for a moment: an interrupted run still has to answer
    Work call = Work.within(work.left());
    WebUiWatch watch =
        new WebUiWatch(caller, this::request, order.taskId(), watchEvery, call, context);
    Work.Registration onCancel = work.onCancel(watch::cancel);
    long limit =
        (access.maxPictureBytes() / 3 * 4 + (1 << 20)) * Math.max(1, order.expected())
            + Caller.SMALL;
    try (watch) {
      watch.start();
      WebUiReply reply =
          caller.once(
              request(order.path()).post(Json.body(order.body())).build(),
              free ? Purpose.FREE_ORDER : Purpose.ORDER,
              call,
              call.left(),
              limit,
              answer ->
                  WebUiReply.read(
                      answer.stream(),
                      new PictureBytes(access.maxPictureBytes()),
                      order.expected()));
      if (watch.interrupted()) { // what came is a half-made picture
        throw stopped();
      }
      return reply;
    } catch (ProviderException e) {
      throw watch.interrupted() ? stopped() : e;
    } finally {
      onCancel.close();
    }
  }

  private ProviderException stopped() {
    return caller.failures().builder(Kind.CANCELLED, "stopped as asked").mayBeBilled(!free).build();
  }

  private Request.Builder request(String path) {
    return new Request.Builder()
        .url(base.newBuilder().addPathSegments(path).build())
        .headers(headers);
  }

  @Override
  public String toString() {
    return "WebUiImageProvider[" + capabilities.provider() + " at " + base.redact() + "]";
  }

  /** Starts with the defaults that each method names. */
  public static final class Builder {
    private final HttpUrl base;
    private Headers headers = Headers.of();
    private String name = "webui";
    private Optional<String> model = Optional.empty();
    private Optional<String> sampler = Optional.empty();
    private Optional<Integer> steps = Optional.empty();
    private String upscaler = "R-ESRGAN 4x+";
    private Size size = new Size(512, 512);
    private int maxConcurrent = 1;
    private boolean free;
    private Duration watchEvery = Duration.ofSeconds(1);
    private HttpAccess access = HttpAccess.shared();

    private Builder(String url) {
      base = OpenAiImageProvider.baseOf(url);
    }

    /** The provider's name in captions, logs and metrics. Default {@code webui}. */
    public Builder name(String provider) {
      name = requireNonNull(provider, "provider");
      return this;
    }

    /** For a server started with {@code --api-auth}. Default none. */
    public Builder basicAuth(String user, String password) {
      headers = Headers.of("Authorization", Credentials.basic(user, password));
      return this;
    }

    /** The checkpoint's title. Default: the one that is loaded. */
    public Builder model(String checkpoint) {
      model = Optional.of(checkpoint);
      return this;
    }

    /** Default: the server's. */
    public Builder sampler(String samplerName) {
      sampler = Optional.of(samplerName);
      return this;
    }

    /** Default: the server's. */
    public Builder steps(int count) {
      steps = Optional.of(count);
      return this;
    }

    /** Default {@code R-ESRGAN 4x+}. */
    public Builder upscaler(String upscalerName) {
      upscaler = requireNonNull(upscalerName, "upscalerName");
      return this;
    }

    /** The size where a task names none. Default 512 x 512. */
    public Builder usualSize(Size usual) {
      size = requireNonNull(usual, "usual");
      return this;
    }

    /** Calls at once; the server works on one after the other. Default 1. */
    public Builder maxConcurrent(int calls) {
      maxConcurrent = calls;
      return this;
    }

    /** Whether its pictures cost nothing, so that a task may simply be run again. Default no. */
    public Builder free(boolean yes) {
      free = yes;
      return this;
    }

    /** How often to ask how far it is. Default 1 s. */
    public Builder watchEvery(Duration pause) {
      watchEvery = requireNonNull(pause, "pause");
      return this;
    }

    /** Default {@link HttpAccess#shared}. */
    public Builder access(HttpAccess how) {
      access = requireNonNull(how, "how");
      return this;
    }

    public WebUiImageProvider build() {
      return new WebUiImageProvider(this);
    }
  }
}
