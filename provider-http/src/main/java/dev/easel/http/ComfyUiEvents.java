package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.image.RenderContext;
import dev.easel.job.Progress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import okio.Sink;
import okio.Socket;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ComfyUI says on its socket while it works: progress, previews, and that something ended.
 * Only a help: the truth is looked up in history and queue, so a socket that drops or lies harms
 * nobody.
 */
final class ComfyUiEvents extends WebSocketListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ComfyUiEvents.class);

  /** Of all messages of one attempt together; after that, looking goes on without them. */
  private static final long MAX_BYTES = 64L << 20;

  /** A text that is longer is none of those that are understood. */
  private static final int MAX_TEXT = 1 << 20;

  private static final int PREVIEW = 1;
  private static final int PREVIEW_WITH_METADATA = 4;

  private final RenderContext context;
  private final Previews previews;
  private volatile List<String> prompts;
  private final Semaphore news = new Semaphore(0);
  private @Nullable WebSocket socket;
  private volatile boolean isOpen;
  private double best;

  /**
   * @param prompts the ids of all pictures of the task, in order
   */
  ComfyUiEvents(RenderContext context, List<String> prompts) {
    this.context = context;
    this.previews = new Previews(context);
    this.prompts = prompts;
  }

  void connect(OkHttpClient client, HttpUrl url) {
    OkHttpClient bounded = client.newBuilder().addInterceptor(ComfyUiEvents::bounded).build();
    socket = bounded.newWebSocket(new Request.Builder().url(url).build(), this);
  }

  /** OkHttp takes messages of any length, and unpacks them: neither is wanted here. */
  private static Response bounded(Interceptor.Chain chain) throws IOException {
    String packing = "Sec-WebSocket-Extensions";
    Response response = chain.proceed(chain.request().newBuilder().removeHeader(packing).build());
    Socket open = response.socket();
    if (open == null) {
      return response;
    }
    return response.newBuilder().removeHeader(packing).socket(new LimitedSocket(open)).build();
  }

  private record LimitedSocket(Socket open, Source source) implements Socket {
    LimitedSocket(Socket open) {
      this(open, new LimitedSource(open.getSource(), MAX_BYTES));
    }

    @Override
    public Source getSource() {
      return source;
    }

    @Override
    public Sink getSink() {
      return open.getSink();
    }

    @Override
    public void cancel() {
      open.cancel();
    }
  }

  /** An old server gives its own ids. */
  void prompts(List<String> ids) {
    prompts = ids;
  }

  /** Waits for a sign that something ended, at most so long. */
  void await(long millis) throws InterruptedException {
    if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      news.drainPermits();
    }
  }

  /** Ends a wait. */
  void wake() {
    news.release();
  }

  @Override
  public void onOpen(WebSocket by, Response response) {
    isOpen = true;
  }

  @Override
  public void onMessage(WebSocket from, String text) {
    if (text.length() > MAX_TEXT) {
      return;
    }
    JsonNode event = Json.lenient(text);
    JsonNode data = event.path("data");
    int index = prompts.indexOf(data.path("prompt_id").asText(""));
    if (index < 0) {
      return;
    }
    switch (event.path("type").asText("")) {
      case "progress" ->
          progress(index, data.path("value").asDouble(), data.path("max").asDouble());
      case "execution_success", "execution_error", "execution_interrupted" -> wake();
      case "executing" -> {
        if (data.path("node").isNull()) {
          wake();
        }
      }
      default -> log.trace("Event: type={}", event.path("type").asText());
    }
  }

  private synchronized void progress(int index, double value, double max) {
    if (!(max > 0)) {
      return;
    }
    double fraction = (index + Math.max(0, Math.min(1, value / max))) / prompts.size();
    if (fraction > best) {
      best = fraction;
      context.progress(Progress.of(fraction));
    }
  }

  @Override
  public void onMessage(WebSocket from, ByteString bytes) {
    if (bytes.size() < 8) {
      return;
    }
    int type = bytes.asByteBuffer().getInt(0);
    int second = bytes.asByteBuffer().getInt(4);
    if (type == PREVIEW) { // then the format, which the bytes tell as well
      previews.show(bytes.substring(8).toByteArray());
    } else if (type == PREVIEW_WITH_METADATA && second >= 0 && second <= bytes.size() - 8) {
      previews.show(bytes.substring(8 + second).toByteArray());
    }
  }

  @Override
  public void onFailure(WebSocket from, Throwable t, @Nullable Response response) {
    if (response != null) {
      response.close();
    }
    log.debug("The socket ended, looking goes on: job={}", context.job(), t);
    wake();
  }

  @Override
  public void close() {
    if (socket == null) {
      return;
    }
    // a server that never lets it open would keep it, and a thread, for good
    if (!isOpen || !socket.close(1000, null)) {
      socket.cancel();
    }
  }
}
