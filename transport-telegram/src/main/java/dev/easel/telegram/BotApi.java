package dev.easel.telegram;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.methods.botapimethods.PartialBotApiMethod;

/**
 * Calls the Bot API, once per call, and says what is known of its fate. Thread-safe.
 *
 * <p>Not the library's client: that one reads each answer into its own classes, so an answer with
 * something new in it would make a message that was sent look as if it had not been.
 */
final class BotApi implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final long MAX_ANSWER = 64L << 20;
  private static final int MAX_WHY = 300;

  /** How long a call may take. */
  enum Kind {
    QUICK,
    UPLOAD
  }

  private final Token token;
  private final HttpUrl base;
  private final boolean ownPool;
  private final OkHttpClient quick;
  private final OkHttpClient uploads;
  private final OkHttpClient polls;
  private final OkHttpClient downloads;
  private volatile @Nullable Call poll;

  BotApi(
      Token token,
      HttpUrl base,
      Optional<OkHttpClient> shared,
      Duration pollTimeout,
      Duration stall) {
    this.token = token;
    this.base = base;
    this.ownPool = shared.isEmpty();
    OkHttpClient.Builder common =
        shared
            .map(OkHttpClient::newBuilder)
            .orElseGet(BotApi::own)
            // calls are made on their callers' threads; the dispatcher only knows them, to end them
            .dispatcher(new Dispatcher())
            .followRedirects(false)
            // it would send a message twice
            .retryOnConnectionFailure(false)
            .connectTimeout(Duration.ofSeconds(10));
    this.quick =
        common
            .readTimeout(Duration.ofSeconds(20))
            .writeTimeout(Duration.ofSeconds(20))
            .callTimeout(Duration.ofSeconds(45))
            .build();
    this.uploads =
        quick
            .newBuilder()
            .readTimeout(Duration.ofSeconds(60))
            .writeTimeout(Duration.ofSeconds(60))
            .callTimeout(Duration.ofMinutes(3))
            .build();
    this.polls =
        quick
            .newBuilder()
            .readTimeout(pollTimeout.plusSeconds(15))
            .callTimeout(pollTimeout.plusSeconds(40))
            .build();
    this.downloads =
        quick.newBuilder().readTimeout(stall).callTimeout(Duration.ofMinutes(2)).build();
  }

  private static OkHttpClient.Builder own() {
    return new OkHttpClient.Builder().connectionPool(new ConnectionPool(32, 1, TimeUnit.MINUTES));
  }

  /** Makes a call that has no files. */
  Answer call(PartialBotApiMethod<?> method) {
    return call(method.getMethod(), json(method), Kind.QUICK);
  }

  Answer call(String method, RequestBody body, Kind kind) {
    return run((kind == Kind.UPLOAD ? uploads : quick).newCall(post(method, body)));
  }

  /** Makes a call that nobody waits long for. */
  Answer callBriefly(String method, RequestBody body, Duration atMost) {
    Call call = quick.newCall(post(method, body));
    call.timeout().timeout(atMost.toMillis(), TimeUnit.MILLISECONDS);
    return run(call);
  }

  /**
   * Waits for updates; one poll at a time.
   *
   * @param still asked once {@link #endPoll} would find the poll, which may have come just before
   */
  Answer poll(RequestBody body, BooleanSupplier still) {
    Call call = polls.newCall(post("getUpdates", body));
    poll = call;
    if (!still.getAsBoolean()) {
      call.cancel();
    }
    try {
      return run(call);
    } finally {
      poll = null;
    }
  }

  /** Ends a poll that waits. */
  void endPoll() {
    Call current = poll;
    if (current != null) {
      current.cancel();
    }
  }

  /** Begins to fetch a file; whoever gets the response closes it. */
  Response download(String path) throws IOException {
    HttpUrl url =
        base.newBuilder()
            .addPathSegment("file")
            .addPathSegment("bot" + token.value())
            .addPathSegments(path)
            .build();
    return downloads.newCall(new Request.Builder().url(url).build()).execute();
  }

  /** The text without the token. */
  String clean(@Nullable String text) {
    String known = text == null ? "" : token.hiddenIn(text);
    return known.length() > MAX_WHY ? known.substring(0, MAX_WHY) : known;
  }

  static RequestBody json(Object value) {
    try {
      return RequestBody.create(JSON.writeValueAsBytes(value), JSON_TYPE);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  private Request post(String method, RequestBody body) {
    HttpUrl url =
        base.newBuilder().addPathSegment("bot" + token.value()).addPathSegment(method).build();
    return new Request.Builder().url(url).post(new Witnessed(body)).build();
  }

  private Answer run(Call call) {
    Witnessed witness = (Witnessed) requireNonNull(call.request().body());
    try (Response response = call.execute()) {
      return read(response);
    } catch (StoredPicture.Gone e) {
      return new Answer.Refused(410, clean(e.getMessage()), Duration.ZERO, Optional.empty(), true);
    } catch (IOException | RuntimeException e) {
      // an interceptor that is not ours may throw anything, also after the call
      String why = clean(e.toString());
      return witness.written ? new Answer.Unknown(why) : new Answer.NotSent(why);
    }
  }

  private Answer read(Response response) throws IOException {
    ResponseBody body = response.body();
    BufferedSource source = body.source();
    if (source.request(MAX_ANSWER + 1)) {
      return new Answer.Unknown("the answer is larger than " + MAX_ANSWER + " bytes");
    }
    byte[] bytes = source.readByteArray();
    JsonNode json = parse(bytes);
    if (json.path("ok").asBoolean(false)) {
      return new Answer.Ok(json.path("result"));
    }
    if (response.isSuccessful()) {
      return new Answer.Unreadable(bytes);
    }
    Answer.Refused refused = refused(response, json);
    // a gateway that gave up waiting does not know what became of it
    return refused.code() >= 500 && !refused.isServerError()
        ? new Answer.Unknown(refused.why())
        : refused;
  }

  private Answer.Refused refused(Response response, JsonNode json) {
    JsonNode parameters = json.path("parameters");
    long seconds = parameters.path("retry_after").asLong(secondsOf(response.header("Retry-After")));
    JsonNode migrate = parameters.path("migrate_to_chat_id");
    return new Answer.Refused(
        json.path("error_code").asInt(response.code()),
        clean(json.path("description").asText("HTTP " + response.code())),
        Duration.ofSeconds(Math.max(0, Math.min(seconds, 86_400))),
        migrate.isIntegralNumber() ? Optional.of(migrate.asLong()) : Optional.empty(),
        json.has("error_code"));
  }

  private static long secondsOf(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,6}") ? Long.parseLong(header) : 0;
  }

  private static JsonNode parse(byte[] bytes) throws IOException {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Ends what is under way; nothing can be called afterwards. */
  @Override
  public void close() {
    quick.dispatcher().cancelAll();
    quick.dispatcher().executorService().shutdown();
    if (ownPool) {
      quick.connectionPool().evictAll();
    }
  }

  /** Knows whether a request went out as a whole: what did not cannot have been acted on. */
  private static final class Witnessed extends RequestBody {
    private final RequestBody body;
    volatile boolean written;

    Witnessed(RequestBody body) {
      this.body = body;
    }

    @Override
    public @Nullable MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return body.contentLength();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      body.writeTo(sink);
      written = true;
    }
  }
}
