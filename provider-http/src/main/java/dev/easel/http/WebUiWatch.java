package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.ProviderException;
import dev.easel.image.RenderContext;
import dev.easel.job.Progress;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how far one picture is while another thread waits for it, and interrupts it when asked. One
 * thread; servers that cannot say anything are left in peace.
 */
final class WebUiWatch implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebUiWatch.class);
  private static final Duration CALL_TIME = Duration.ofSeconds(5);

  /** How long an interrupted run may take to answer. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Caller caller;
  private final Function<String, Request.Builder> requests;
  private final String taskId;
  private final Duration pause;
  private final Work order;
  private final Previews previews;
  private final RenderContext context;
  private final Thread thread = new Thread(this, "easel-webui-watch");
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch cancelAsked = new CountDownLatch(1);
  private volatile boolean interrupted;
  private double best;
  private int lastPreview = -1;

  WebUiWatch(
      Caller caller,
      Function<String, Request.Builder> requests,
      String taskId,
      Duration pause,
      Work order,
      RenderContext context) {
    this.caller = caller;
    this.requests = requests;
    this.taskId = taskId;
    this.pause = pause;
    this.order = order;
    this.context = context;
    this.previews = new Previews(context);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Asks for the end of the work. */
  void cancel() {
    cancelAsked.countDown();
  }

  /** Whether the work was stopped, so that what the answer holds is not whole. */
  boolean interrupted() {
    return interrupted;
  }

  @Override
  public void run() {
    try {
      while (!cancelAsked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!look()) {
          break;
        }
      }
      cancelAsked.await();
      stop();
    } catch (InterruptedException e) {
      log.trace("Watch closed: task={}", taskId, e); // close() interrupts us
    }
  }

  /** Returns whether it is worth looking again. */
  private boolean look() throws InterruptedException {
    try {
      JsonNode now = progress();
      double fraction = now.path("progress").asDouble(0);
      if (now.path("active").asBoolean() && fraction > best) {
        best = Math.min(1, fraction);
        context.progress(Progress.of(best));
      }
      showPreview(now);
      return true;
    } catch (ProviderException e) {
      if (e.kind() == ProviderException.Kind.UNAVAILABLE) {
        return true;
      }
      log.debug("The server does not tell progress: task={}", taskId, e);
      return false;
    }
  }

  private JsonNode progress() throws InterruptedException {
    ObjectNode question =
        Json.object()
            .put("id_task", taskId)
            .put("id_live_preview", lastPreview)
            .put("live_preview", true);
    return caller.once(
        requests.apply("internal/progress").post(Json.body(question)).build(),
        Purpose.ASK,
        Work.within(CALL_TIME),
        CALL_TIME,
        Caller.SMALL,
        caller::tree);
  }

  private void showPreview(JsonNode now) {
    String uri = now.path("live_preview").asText("");
    int comma = uri.indexOf(',');
    if (!uri.startsWith("data:image/") || comma < 0) {
      return;
    }
    lastPreview = now.path("id_live_preview").asInt(lastPreview);
    try {
      previews.show(Base64.getDecoder().decode(uri.substring(comma + 1)));
    } catch (IllegalArgumentException e) {
      log.debug("A preview is no base64: task={}", taskId, e);
    }
  }

  /**
   * Interrupts the run if it is ours, since the server's interrupt names none. Either way the order
   * ends.
   */
  private void stop() throws InterruptedException {
    try {
      JsonNode now = progress();
      if (now.path("completed").asBoolean() && answeredSoon()) {
        return; // the cancel came too late: the picture is whole
      }
      if (now.path("active").asBoolean()) {
        interrupted = true;
        caller.once(
            requests.apply("sdapi/v1/interrupt").post(Json.body(Json.object())).build(),
            Purpose.ASK,
            Work.within(CALL_TIME),
            CALL_TIME,
            Caller.SMALL,
            answer -> answer.status());
        if (answeredSoon()) {
          return;
        }
      }
    } catch (ProviderException e) {
      log.debug("The run could not be interrupted: task={}", taskId, e);
    }
    interrupted = true;
    order.cancel();
  }

  private boolean answeredSoon() throws InterruptedException {
    return closed.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
