package dev.easel.fakes.images;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * A server on 127.0.0.1 that speaks the protocol of an image service, keeps the last 1,000 requests
 * and counts the runs that a real service would ask money for. Thread-safe.
 *
 * <p>Its page {@code /_fake} lists what it received.
 */
public abstract class FakeService implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final int KEPT_CALLS = 1_000;
  private static final String FAULT = "fault";
  private static final String CALL = "call";

  private record Planned(String pathPart, Fault fault) {}

  private final Deque<ReceivedCall> calls = new ArrayDeque<>();
  private final Deque<Planned> planned = new ArrayDeque<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Javalin server;

  FakeService() {}

  /** Adds what this service answers. */
  abstract void routes(JavalinConfig config);

  /** Starts on a free port, or on the given one. */
  final void startOn(int port) {
    server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.maxRequestSize = 200L << 20;
              config.http.prefer405over404 = true;
              config.routes.before(this::receive);
              config.routes.get("/_fake", this::page);
              config.routes.get("/_fake/calls", ctx -> reply(ctx, 200, callsAsJson()));
              routes(config);
            });
    server.start("127.0.0.1", port);
  }

  /** Where it is, without a path and without a slash at the end. */
  public final URI url() {
    return URI.create("http://127.0.0.1:" + requireNonNull(server, "started").port());
  }

  /** What it received so far, oldest first; its own pages are not counted. */
  public final List<ReceivedCall> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  /** What it received so far on paths that contain this. */
  public final List<ReceivedCall> calls(String pathPart) {
    return calls().stream().filter(c -> c.target().contains(pathPart)).toList();
  }

  /** How many runs it began that a real service would ask money for. */
  public final int runs() {
    return runs.get();
  }

  /** Does this to the next request whose path contains {@code pathPart}; several wait in line. */
  public final void next(String pathPart, Fault fault) {
    synchronized (planned) {
      planned.add(new Planned(pathPart, fault));
    }
  }

  @Override
  public void close() {
    closed.countDown();
    requireNonNull(server, "started").stop();
  }

  final void countRun() {
    runs.incrementAndGet();
  }

  /** Waits, and says whether it is still to go on. */
  final boolean pause(long millis) throws InterruptedException {
    return !closed.await(millis, TimeUnit.MILLISECONDS);
  }

  private void receive(Context ctx) throws Exception {
    if (ctx.path().startsWith("/_fake")) {
      return;
    }
    String query = ctx.queryString();
    ReceivedCall call =
        new ReceivedCall(
            Instant.now(),
            ctx.method().name(),
            ctx.path() + (query == null ? "" : "?" + query),
            headersOf(ctx),
            isMultipart(ctx) ? new byte[0] : ctx.bodyAsBytes(),
            isMultipart(ctx) ? partsOf(ctx) : List.of());
    ctx.attribute(CALL, call);
    synchronized (calls) {
      calls.add(call);
      if (calls.size() > KEPT_CALLS) {
        calls.remove();
      }
    }
    Fault fault = plannedFor(ctx.path());
    if (fault instanceof Fault.Answer answer) {
      answer.headers().forEach(ctx::header);
      ctx.status(answer.status()).result(answer.body());
      ctx.skipRemainingHandlers();
    } else if (fault instanceof Fault.Hang) {
      closed.await();
      hangUp(ctx);
    } else if (fault instanceof Fault.Reset reset && !reset.afterRun()) {
      hangUp(ctx);
    } else if (fault != null) {
      ctx.attribute(FAULT, fault);
    }
  }

  private @Nullable Fault plannedFor(String path) {
    synchronized (planned) {
      for (Iterator<Planned> i = planned.iterator(); i.hasNext(); ) {
        Planned p = i.next();
        if (path.contains(p.pathPart())) {
          i.remove();
          return p.fault();
        }
      }
    }
    return null;
  }

  private static Map<String, String> headersOf(Context ctx) {
    Map<String, String> headers = new HashMap<>();
    ctx.headerMap().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }

  private static List<ReceivedCall.Part> partsOf(Context ctx) throws IOException {
    List<ReceivedCall.Part> parts = new ArrayList<>();
    for (Map.Entry<String, List<String>> field : ctx.formParamMap().entrySet()) {
      for (String value : field.getValue()) {
        parts.add(
            new ReceivedCall.Part(
                field.getKey(), Optional.empty(), value.getBytes(StandardCharsets.UTF_8)));
      }
    }
    for (Map.Entry<String, List<UploadedFile>> files : ctx.uploadedFileMap().entrySet()) {
      for (UploadedFile file : files.getValue()) {
        parts.add(
            new ReceivedCall.Part(
                files.getKey(),
                Optional.of(String.valueOf(file.contentType())),
                file.content().readAllBytes()));
      }
    }
    return parts;
  }

  /** The request that is being answered, as it was recorded. */
  static ReceivedCall callOf(Context ctx) {
    return requireNonNull(ctx.attribute(CALL), "before ran first");
  }

  static boolean isMultipart(Context ctx) {
    String type = ctx.contentType();
    return type != null && type.startsWith("multipart/");
  }

  /** Ends the connection; no answer goes out. */
  private static void hangUp(Context ctx) {
    ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .close();
    ctx.skipRemainingHandlers();
  }

  static void reply(Context ctx, int status, JsonNode body) throws IOException {
    reply(ctx, status, "application/json", JSON.writeValueAsBytes(body));
  }

  /** Sends an answer, spoilt if a fault says so. */
  static void reply(Context ctx, int status, String contentType, byte[] body) throws IOException {
    Fault fault = ctx.attribute(FAULT);
    ctx.status(status).contentType(contentType);
    if (fault instanceof Fault.Reset) {
      hangUp(ctx);
    } else if (fault instanceof Fault.CutOff) {
      ctx.res().setContentLength(body.length);
      OutputStream out = ctx.outputStream();
      out.write(body, 0, body.length / 2);
      out.flush();
      hangUp(ctx);
    } else if (fault instanceof Fault.Slow slow) {
      drip(ctx, body, slow);
    } else {
      ctx.result(body);
    }
  }

  private static void drip(Context ctx, byte[] body, Fault.Slow slow) throws IOException {
    ctx.res().setContentLength(body.length);
    OutputStream out = ctx.outputStream();
    int part = Math.max(1, body.length / 10);
    try {
      for (int at = 0; at < body.length; at += part) {
        Thread.sleep(slow.pause().toMillis());
        out.write(body, at, Math.min(part, body.length - at));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode callsAsJson() {
    ObjectNode root = JSON.createObjectNode().put("runs", runs());
    var list = root.putArray("calls");
    for (ReceivedCall call : calls()) {
      ObjectNode one =
          list.addObject()
              .put("at", call.at().toString())
              .put("method", call.method())
              .put("target", call.target())
              .put("bytes", call.body().length);
      var parts = one.putArray("parts");
      for (ReceivedCall.Part part : call.parts()) {
        parts
            .addObject()
            .put("name", part.name())
            .put("type", part.contentType().orElse(""))
            .put("bytes", part.content().length);
      }
    }
    return root;
  }

  private void page(Context ctx) {
    StringBuilder html = new StringBuilder(4096);
    html.append("<!doctype html><meta charset=utf-8><title>")
        .append(getClass().getSimpleName())
        .append("</title><h1>")
        .append(getClass().getSimpleName())
        .append("</h1><p>Runs: ")
        .append(runs())
        .append("</p><table border=1><tr><th>at<th>request<th>body</tr>");
    for (ReceivedCall call : calls()) {
      html.append("<tr><td>")
          .append(call.at())
          .append("<td>")
          .append(escaped(call.method() + " " + call.target()))
          .append("<td><pre>")
          .append(escaped(beginningOf(call)))
          .append("</pre></tr>");
    }
    ctx.html(html.append("</table>").toString());
  }

  private static String beginningOf(ReceivedCall call) {
    if (!call.parts().isEmpty()) {
      return call.parts().stream()
          .map(p -> p.name() + " " + p.contentType().orElse("") + " " + p.content().length)
          .collect(Collectors.joining("\n", "parts: name, type, bytes\n", ""));
    }
    byte[] body = call.body();
    return new String(body, 0, Math.min(500, body.length), StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
