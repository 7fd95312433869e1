package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.http.OpenAiProfile.Edits;
import dev.easel.http.OpenAiProfile.Extra;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import dev.easel.image.TaskKind;
import dev.easel.image.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okio.Buffer;

/**
 * OpenAI's Images API, and the many servers that speak it, each through its {@link OpenAiProfile}.
 *
 * <p>A picture is paid when it is ordered, and cannot be asked for again: after an order that went
 * out and brought no answer the outcome is unknown, and nothing is repeated.
 */
public final class OpenAiImageProvider implements HttpImageProvider {
  private static final Duration CHECK_TIME = Duration.ofSeconds(5);

  private final OpenAiProfile profile;
  private final HttpUrl base;
  private final Headers headers;
  private final String model;
  private final int partialImages;
  private final HttpAccess access;
  private final Capabilities capabilities;
  private final Caller caller;
  private final Downloads downloads;
  private final Pictures pictures;
  private final PictureBytes bytes;

  private OpenAiImageProvider(Builder b) {
    profile = b.profile;
    base = b.base;
    model = b.model;
    access = b.access;
    headers = headersOf(b);
    OpenAiModel rules = profile.rules(model);
    partialImages = rules.streams() ? b.partialImages : 0;
    capabilities = capabilitiesOf(b, rules);
    caller = new Caller(b.name, access.client(), access.listener());
    downloads = new Downloads(b.name, access, base, headers);
    pictures = new Pictures(caller.failures(), access);
    bytes = new PictureBytes(access.maxPictureBytes());
  }

  private static Headers headersOf(Builder b) {
    Headers.Builder all = new Headers.Builder();
    b.key.ifPresent(key -> all.add(b.profile.keyHeader(), b.profile.keyPrefix() + key));
    b.organization.ifPresent(id -> all.add("OpenAI-Organization", id));
    b.project.ifPresent(id -> all.add("OpenAI-Project", id));
    return all.build();
  }

  private static Capabilities capabilitiesOf(Builder b, OpenAiModel rules) {
    OpenAiProfile profile = b.profile;
    Set<TaskKind> tasks = new HashSet<>(Set.of(TaskKind.GENERATE));
    if (rules.editImages() > 0) {
      tasks.add(TaskKind.EDIT);
      if (profile.edits() == Edits.IMAGES_EDITS) {
        tasks.add(TaskKind.VARY);
      }
    }
    return Capabilities.builder(b.name)
        .tasks(tasks.toArray(TaskKind[]::new))
        .sizes(rules.sizes())
        .defaultSize(rules.usual())
        .maxN(rules.maxN())
        .maxInputImages(rules.editImages())
        .seed(profile.extra(Extra.SEED).isPresent())
        .negativePrompt(profile.extra(Extra.NEGATIVE_PROMPT).isPresent())
        .mask(rules.editImages() > 0)
        .previews(rules.streams() && b.partialImages > 0)
        .repeat(profile.free() ? Repeat.SAFE : Repeat.UNSAFE)
        .maxConcurrent(b.maxConcurrent)
        .outputFormats(
            rules.formats()
                ? new dev.easel.store.MediaType[] {
                  dev.easel.store.MediaType.PNG,
                  dev.easel.store.MediaType.JPEG,
                  dev.easel.store.MediaType.WEBP
                }
                : new dev.easel.store.MediaType[] {dev.easel.store.MediaType.PNG})
        .build();
  }

  /** For a server without a key. */
  public static Builder builder() {
    return new Builder(Optional.empty());
  }

  /** For OpenAI, or another server that wants a key. */
  public static Builder builder(String key) {
    return new Builder(Optional.of(requireSecret(key)));
  }

  static String requireSecret(String key) {
    String trimmed = key.trim();
    if (!trimmed.matches("[!-~]{1,1000}")) {
      throw new IllegalArgumentException("a key is visible ASCII without spaces");
    }
    return trimmed;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void verify() throws InterruptedException {
    try {
      caller.repeatable(
          request("models").get().build(),
          Purpose.ASK,
          Work.within(CHECK_TIME),
          CHECK_TIME,
          Caller.SMALL,
          answer -> answer.status());
    } catch (ProviderException e) {
      // no list of models, or a key that may not see it: the server is there all the same
      boolean isOnlyTheList =
          e.kind() == Kind.UNSUPPORTED
              || e.kind() == Kind.PERMISSION_DENIED && e.details().providerCode().isEmpty();
      if (!isOnlyTheList) {
        throw e;
      }
    }
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    caller.failures().requireSupported(task, capabilities);
    ImageOptions options = task.options();
    String name = options.model().orElse(model);
    OpenAiModel rules = profile.rules(name);
    Wishes wishes = new Wishes(capabilities.provider(), options);
    OpenAiOrder order = new OpenAiOrder(profile, rules, name, task, wishes, caller.failures());
    Work work = Work.of(context, options.timeout(), access.renderTime());
    work.throwIfCancelled(capabilities.provider());
    order.readInputs(pictures, context);
    Harvest harvest = new Harvest(options.n());
    Usage usage = Usage.UNKNOWN;
    Optional<String> requestId = Optional.empty();
    for (int done = 0; done < options.n(); ) {
      int n = Math.min(rules.maxN(), options.n() - done);
      try {
        Reply reply = order(order, n, done, work, context);
        requestId = requestId.or(reply::requestId);
        usage = usage.plus(usageOf(reply.content()));
        take(harvest, reply.content(), order, done);
      } catch (ProviderException e) {
        // an order before this one was taken, even if nothing came of it
        harvest.missing(withModel(e, name, e.mayBeBilled() || done > 0));
        break;
      }
      done += n;
    }
    List<RenderedImage> images = harvest.images(wishes, caller.failures());
    order.warnOfSizes(images);
    Rendered rendered =
        Rendered.of(capabilities.provider() + " " + name, images)
            .withWarnings(wishes.warnings())
            .withUsage(usage);
    return requestId.map(rendered::withRequestId).orElse(rendered);
  }

  private record Reply(OpenAiReply content, Optional<String> requestId) {}

  private Reply order(OpenAiOrder order, int n, int offset, Work work, RenderContext context)
      throws InterruptedException {
    boolean stream = partialImages > 0 && n == 1;
    Request request =
        request(order.path()).post(order.body(n, offset, stream ? partialImages : 0)).build();
    // base64 is a third longer than what it holds
    long limit = (access.maxPictureBytes() / 3 * 4 + (1 << 20)) * (stream ? partialImages + 1 : n);
    Previews previews = new Previews(context);
    return caller.once(
        request,
        profile.free() ? Purpose.FREE_ORDER : Purpose.ORDER,
        work,
        work.left(),
        limit,
        answer -> {
          String type = answer.headers().get("Content-Type");
          boolean isStream = type != null && type.startsWith("text/event-stream");
          OpenAiReply content =
              isStream ? lastOf(answer, previews) : OpenAiReply.read(answer.stream(), bytes);
          failIf(content, answer.headers());
          return new Reply(content, Failures.requestId(answer.headers()));
        });
  }

  /** Shows the pictures on the way and returns the last event. */
  private OpenAiReply lastOf(Answer answer, Previews previews) throws IOException {
    EventStream events =
        new EventStream(answer.source(), access.maxPictureBytes() / 3 * 4 + (1 << 20));
    Optional<Buffer> event = events.next();
    while (event.isPresent()) {
      OpenAiReply reply = OpenAiReply.read(event.get().inputStream(), bytes);
      if (reply.type().endsWith(".completed") || !reply.error().isMissingNode()) {
        return reply;
      }
      if (reply.type().endsWith(".partial_image") && !reply.items().isEmpty()) {
        previews.show(reply.items().get(0).bytes());
      }
      event = events.next();
    }
    throw new IOException("the stream ended before the picture");
  }

  /** Some proxies say 200 and mean an error. */
  private void failIf(OpenAiReply reply, Headers answered) {
    // pictures beside an error are paid
    if (!reply.error().isMissingNode() && reply.items().isEmpty()) {
      Problem problem = Problem.of(Json.object().set("error", reply.error()));
      throw caller.failures().of(Purpose.FOLLOW, 0, answered, problem);
    }
  }

  private void take(Harvest harvest, OpenAiReply reply, OpenAiOrder order, int offset)
      throws InterruptedException {
    int index = offset;
    for (OpenAiReply.Item item : reply.items()) {
      Optional<Long> seed = order.seedOf(index++);
      harvest.take(() -> pictures.accept(bytesOf(item), seed, item.revisedPrompt(), false));
    }
  }

  private byte[] bytesOf(OpenAiReply.Item item) throws InterruptedException {
    boolean isElsewhere = item.bytes().length == 0 && item.url().isPresent();
    // it is paid, so neither a cancel nor the end of the order's time keeps it away
    return isElsewhere
        ? downloads.fetch(item.url().get(), Work.within(access.downloadTime()))
        : item.bytes();
  }

  private static Usage usageOf(OpenAiReply reply) {
    long tokens = reply.usage().path("total_tokens").asLong();
    return tokens == 0 ? Usage.UNKNOWN : Usage.ofTokens(tokens);
  }

  private static ProviderException withModel(
      ProviderException e, String name, boolean mayBeBilled) {
    ProviderException.Builder b =
        ProviderException.builder(e.kind(), String.valueOf(e.getMessage()))
            .cause(e)
            .model(name)
            .mayBeBilled(mayBeBilled);
    ProviderException.Details d = e.details();
    d.provider().ifPresent(b::provider);
    d.httpStatus().ifPresent(b::httpStatus);
    d.providerCode().ifPresent(b::providerCode);
    d.requestId().ifPresent(b::requestId);
    d.retryAfter().ifPresent(b::retryAfter);
    d.field().ifPresent(b::field);
    return b.build();
  }

  private Request.Builder request(String path) {
    HttpUrl.Builder url = base.newBuilder().addPathSegments(path);
    profile.query().forEach(url::addQueryParameter);
    return new Request.Builder().url(url.build()).headers(headers);
  }

  @Override
  public String toString() {
    return "OpenAiImageProvider[" + capabilities.provider() + " at " + base.redact() + "]";
  }

  /** Starts with OpenAI's address and the defaults that each method names. */
  public static final class Builder {
    private final Optional<String> key;
    private OpenAiProfile profile = OpenAiProfile.OPENAI;
    private String name = "openai";
    private HttpUrl base = HttpUrl.get("https://api.openai.com/v1");
    private String model = "gpt-image-2";
    private Optional<String> organization = Optional.empty();
    private Optional<String> project = Optional.empty();
    private int partialImages;
    private int maxConcurrent = 4;
    private HttpAccess access = HttpAccess.shared();

    private Builder(Optional<String> key) {
      this.key = key;
    }

    /** How the server differs from OpenAI. Default {@link OpenAiProfile#OPENAI}. */
    public Builder profile(OpenAiProfile quirks) {
      profile = requireNonNull(quirks, "quirks");
      return this;
    }

    /** The provider's name in captions, logs and metrics. Default {@code openai}. */
    public Builder name(String provider) {
      name = requireNonNull(provider, "provider");
      return this;
    }

    /** Up to and including the version. Default {@code https://api.openai.com/v1}. */
    public Builder baseUrl(String url) {
      base = baseOf(url);
      return this;
    }

    /** Used unless a task names one. Default {@code gpt-image-2}. */
    public Builder model(String id) {
      model = requireNonNull(id, "id");
      return this;
    }

    public Builder organization(String id) {
      organization = Optional.of(id);
      return this;
    }

    public Builder project(String id) {
      project = Optional.of(id);
      return this;
    }

    /**
     * How many pictures on the way to show, 0 to 3. They are billed as output tokens, so the
     * default is 0.
     */
    public Builder previews(int pictures) {
      if (pictures < 0 || pictures > 3) {
        throw new IllegalArgumentException("previews must be 0 to 3, was " + pictures);
      }
      partialImages = pictures;
      return this;
    }

    /** Calls at once. Default 4. */
    public Builder maxConcurrent(int calls) {
      maxConcurrent = calls;
      return this;
    }

    /** Default {@link HttpAccess#shared}. */
    public Builder access(HttpAccess how) {
      access = requireNonNull(how, "how");
      return this;
    }

    public OpenAiImageProvider build() {
      return new OpenAiImageProvider(this);
    }
  }

  /** A base address without a slash at its end, so that paths can be put behind it. */
  static HttpUrl baseOf(String url) {
    HttpUrl parsed = HttpUrl.parse(url.trim());
    if (parsed == null) {
      throw new IllegalArgumentException("not an http or https address");
    }
    if (!parsed.username().isEmpty() || parsed.query() != null || parsed.fragment() != null) {
      throw new IllegalArgumentException("an address has no user, query or fragment");
    }
    int last = parsed.pathSize() - 1;
    return parsed.pathSegments().get(last).isEmpty() && last > 0
        ? parsed.newBuilder().removePathSegment(last).build()
        : parsed;
  }
}
