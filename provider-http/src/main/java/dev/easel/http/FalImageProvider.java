package dev.easel.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.http.FalModel.Field;
import dev.easel.http.RemoteState.Failed;
import dev.easel.http.RemoteState.Ready;
import dev.easel.http.RemoteState.Working;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import dev.easel.image.Usage;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * The models of fal.ai, through its queue. Each kind of task is served by the model that was named
 * for it.
 *
 * <p>A picture is paid when it is ordered. The request's id is checkpointed as soon as it is known,
 * so that an attempt that follows a crash goes on with the same request.
 */
public final class FalImageProvider extends QueuedImageProvider {
  private static final Set<MediaType> INPUTS =
      Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);

  private final Map<TaskKind, FalModel> models;
  private final HttpAccess access;
  private final Capabilities capabilities;
  private final Caller caller;
  private final FalQueue queue;
  private final Pictures pictures;

  private FalImageProvider(Builder b) {
    super(b.firstLook, b.slowestLook, b.maxAge);
    if (b.models.isEmpty()) {
      throw new IllegalArgumentException("name at least one model");
    }
    models = Map.copyOf(b.models);
    access = b.access;
    capabilities = capabilitiesOf(b);
    caller = new Caller(b.name, access.client(), access.listener());
    queue = new FalQueue(b.name, b.queue, b.rest, b.key, b.maxDataUri, access, caller);
    pictures = new Pictures(caller.failures(), access);
  }

  private static Capabilities capabilitiesOf(Builder b) {
    Optional<FalModel> generate = Optional.ofNullable(b.models.get(TaskKind.GENERATE));
    Optional<FalModel> edit = Optional.ofNullable(b.models.get(TaskKind.EDIT));
    Capabilities.Builder can =
        Capabilities.builder(b.name)
            .tasks(b.models.keySet().toArray(TaskKind[]::new))
            .sizes(new SizeRule.Within(256, 2048, 8, 2048L * 2048, 4))
            .defaultSize(new Size(1024, 768))
            .maxN(1) // for each order, so that each picture has a seed of its own
            .maxInputImages(maxInputs(b.models.keySet(), edit))
            .seed(generate.flatMap(m -> m.field(Field.SEED)).isPresent())
            .negativePrompt(generate.flatMap(m -> m.field(Field.NEGATIVE_PROMPT)).isPresent())
            .mask(edit.flatMap(m -> m.field(Field.MASK)).isPresent())
            .cancelQueued(true)
            .cancelRunning(true)
            .repeat(Repeat.RESUMES)
            .maxConcurrent(b.maxConcurrent)
            .outputFormats(MediaType.PNG, MediaType.JPEG);
    if (b.models.containsKey(TaskKind.UPSCALE)) {
      can.upscaleFactors(2, 4);
    }
    return can.build();
  }

  private static int maxInputs(Set<TaskKind> kinds, Optional<FalModel> edit) {
    if (edit.flatMap(m -> m.field(Field.IMAGES)).isPresent()) {
      return 4;
    }
    if (kinds.contains(TaskKind.SWAP_FACES)) {
      return 2;
    }
    return kinds.stream().anyMatch(k -> k != TaskKind.GENERATE) ? 1 : 0;
  }

  public static Builder builder(String key) {
    return new Builder(OpenAiImageProvider.requireSecret(key));
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void verify() throws InterruptedException {
    queue.check(models.values().iterator().next().endpoint());
  }

  @Override
  protected void validate(ImageTask task) {
    caller.failures().requireSupported(task, capabilities);
    inputOf(task);
  }

  private FalInput inputOf(ImageTask task) {
    return new FalInput(requireNonNull(models.get(task.kind())), capabilities, task);
  }

  private String endpointOf(ImageTask task) {
    return task.options()
        .model()
        .filter(FalModel::isEndpoint)
        .orElseGet(() -> requireNonNull(models.get(task.kind())).endpoint());
  }

  @Override
  protected Prepared prepare(ImageTask task, RenderContext context) throws InterruptedException {
    FalInput input = inputOf(task);
    Work work = workOf(context);
    for (Map.Entry<String, List<ImageRef>> field : input.pictures().entrySet()) {
      List<String> addresses = new ArrayList<>();
      for (ImageRef picture : field.getValue()) {
        addresses.add(queue.addressOf(pictures.input(context, picture, INPUTS), work));
      }
      input.put(field.getKey(), addresses);
    }
    String endpoint = endpointOf(task);
    return () -> queue.submit(endpoint, input.fields(), workOf(context));
  }

  /** A person's cancel ends a call; a worker that is being stopped waits for the order's name. */
  private Work workOf(RenderContext context) {
    Work work = Work.within(access.shortCallTime());
    context.onCancel(
        () -> {
          if (context.endAsked()) {
            work.cancel();
          }
        });
    return work;
  }

  @Override
  protected RemoteState ask(RemoteOrder order) throws InterruptedException {
    JsonNode reply = queue.status(order);
    return switch (reply.path("status").asText("")) {
      case "COMPLETED" -> {
        if (Json.text(reply, "error").isPresent()) {
          queue.requireResult(order, reply);
        }
        yield new Ready(
            Json.number(reply.path("metrics"), "inference_time").map(Number::doubleValue));
      }
      case "IN_QUEUE", "IN_PROGRESS" -> new Working(Optional.empty());
      default ->
          new Failed(
              caller
                  .failures()
                  .builder(Kind.PROTOCOL, "the order is in a state that nobody knows")
                  .requestId(order.id())
                  .mayBeBilled(true)
                  .build());
    };
  }

  @Override
  protected Rendered fetch(ImageTask task, RemoteOrder order, Ready state, RenderContext context)
      throws InterruptedException {
    JsonNode result = queue.result(order, Work.within(access.downloadTime()));
    List<JsonNode> found = imagesOf(result);
    Optional<Long> seed =
        found.size() == 1 ? Json.number(result, "seed").map(Number::longValue) : Optional.empty();
    Harvest harvest = new Harvest(task.options().n());
    for (int i = 0; i < found.size(); i++) {
      String url = found.get(i).path("url").asText("");
      boolean filtered = result.path("has_nsfw_concepts").path(i).asBoolean();
      harvest.takeOrComeAgain(
          () ->
              pictures.accept(
                  queue.download(url, Work.within(access.downloadTime())),
                  seed,
                  Optional.empty(),
                  filtered));
    }
    FalInput input = inputOf(task);
    List<RenderedImage> images = harvest.images(input.wishes(), caller.failures());
    return Rendered.of(capabilities.provider() + " " + queue.modelOf(order), images)
        .withWarnings(input.warnings(images))
        .withUsage(state.seconds().map(Usage::ofSeconds).orElse(Usage.UNKNOWN))
        .withRequestId(order.id());
  }

  private static List<JsonNode> imagesOf(JsonNode result) {
    List<JsonNode> images = new ArrayList<>();
    result.path("images").forEach(images::add);
    if (images.isEmpty() && result.path("image").isObject()) {
      images.add(result.path("image"));
    }
    return images;
  }

  @Override
  protected boolean cancel(RemoteOrder order) throws InterruptedException {
    return queue.cancel(order);
  }

  @Override
  public String toString() {
    return "FalImageProvider[" + capabilities.provider() + " " + models.values() + "]";
  }

  /** Starts with fal's addresses and the defaults that each method names. */
  public static final class Builder {
    private final String key;
    private final Map<TaskKind, FalModel> models = new EnumMap<>(TaskKind.class);
    private String name = "fal";
    private HttpUrl queue = HttpUrl.get("https://queue.fal.run");
    private HttpUrl rest = HttpUrl.get("https://rest.alpha.fal.ai");
    private int maxDataUri = 1 << 20;
    private int maxConcurrent = 16;
    private Duration firstLook = Duration.ofSeconds(1);
    private Duration slowestLook = Duration.ofSeconds(5);
    private Duration maxAge = Duration.ofHours(1);
    private HttpAccess access = HttpAccess.shared();

    private Builder(String key) {
      this.key = key;
    }

    /** Serves a kind of task by this model. At least one is needed. */
    public Builder model(FalModel model) {
      models.put(model.kind(), model);
      return this;
    }

    /** The provider's name in captions, logs and metrics. Default {@code fal}. */
    public Builder name(String provider) {
      name = requireNonNull(provider, "provider");
      return this;
    }

    /** Default {@code https://queue.fal.run}. */
    public Builder queueUrl(String url) {
      queue = OpenAiImageProvider.baseOf(url);
      return this;
    }

    /** Where uploads begin. Default {@code https://rest.alpha.fal.ai}. */
    public Builder restUrl(String url) {
      rest = OpenAiImageProvider.baseOf(url);
      return this;
    }

    /** The largest picture that travels inside a request, in bytes. Default 1 MiB. */
    public Builder maxDataUri(int bytes) {
      maxDataUri = bytes;
      return this;
    }

    /** Calls at once; orders that wait at the service hold none. Default 16. */
    public Builder maxConcurrent(int calls) {
      maxConcurrent = calls;
      return this;
    }

    /** How soon, and later how often, to ask for a result. Default 1 s and 5 s. */
    public Builder lookEvery(Duration first, Duration slowest) {
      firstLook = requireNonNull(first, "first");
      slowestLook = requireNonNull(slowest, "slowest");
      return this;
    }

    /** When an order is given up. Default 1 h. */
    public Builder maxAge(Duration age) {
      maxAge = requireNonNull(age, "age");
      return this;
    }

    /** Default {@link HttpAccess#shared}. */
    public Builder access(HttpAccess how) {
      access = requireNonNull(how, "how");
      return this;
    }

    public FalImageProvider build() {
      return new FalImageProvider(this);
    }
  }
}
