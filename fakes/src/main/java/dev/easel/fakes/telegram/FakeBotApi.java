package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.fakes.telegram.BotFiles.Stored;
import io.javalin.Javalin;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * A Bot API server on 127.0.0.1. Any well-formed token is a bot: it comes to be when it is first
 * asked for. Keeps the platform's limits unless told otherwise. Thread-safe.
 *
 * <p>In the same process, {@link #bot} plays the people. From another one, so do the pages below
 * {@code /control}, as {@code docs/telegram.md} lists them.
 */
public final class FakeBotApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TOKEN = Pattern.compile("[0-9]{1,18}:[A-Za-z0-9_-]{3,80}");

  private final Javalin server;
  private final boolean limits;
  private final Map<String, FakeBot> bots = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private FakeBotApi(int port, boolean limits, String prefix) {
    this.limits = limits;
    this.server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.maxRequestSize = 60L << 20;
              config.jetty.multipartConfig.maxFileSize(60, SizeUnit.MB);
              config.jetty.multipartConfig.maxTotalRequestSize(80, SizeUnit.MB);
              config.jetty.multipartConfig.maxInMemoryFileSize(60, SizeUnit.MB);
              config.routes.get(prefix + "/file/bot{token}/<path>", this::download);
              config.routes.get(prefix + "/bot{token}/{method}", this::method);
              config.routes.post(prefix + "/bot{token}/{method}", this::method);
              new ControlRoutes(this).addTo(config.routes);
            });
    server.start("127.0.0.1", port);
  }

  /** Starts on a free port. */
  public static FakeBotApi start() {
    return new FakeBotApi(0, true, "");
  }

  /** The same without limits on what a bot sends. */
  public static FakeBotApi startWithoutLimits() {
    return new FakeBotApi(0, false, "");
  }

  /**
   * Starts with everything said.
   *
   * @param port 0: a free one
   * @param limits whether it keeps the platform's limits on sending
   * @param prefix a path before all others, such as {@code /tg}; may be empty
   */
  public static FakeBotApi start(int port, boolean limits, String prefix) {
    return new FakeBotApi(port, limits, prefix);
  }

  /** Runs until it is ended: {@code [--port N] [--limits | --no-limits] [--prefix /path]}. */
  public static void main(String[] args) throws InterruptedException {
    int port = 8081;
    boolean limits = true;
    String prefix = "";
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--port" -> port = Integer.parseInt(args[++i]);
        case "--prefix" -> prefix = args[++i];
        case "--no-limits" -> limits = false;
        case "--limits" -> limits = true;
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    FakeBotApi api = new FakeBotApi(port, limits, prefix);
    System.out.println("Bot API for tests on " + api.url() + prefix);
    Runtime.getRuntime().addShutdownHook(new Thread(api::close));
    api.closed.await();
  }

  /** Where it is, without a slash at the end; the prefix is not part of it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** The bot behind a token. */
  public FakeBot bot(String token) {
    return known(token)
        .orElseThrow(() -> new IllegalArgumentException("a token is digits, a colon and a secret"));
  }

  private Optional<FakeBot> known(String token) {
    if (!TOKEN.matcher(token).matches()) {
      return Optional.empty();
    }
    return Optional.of(bots.computeIfAbsent(token, t -> new FakeBot(t, limits)));
  }

  @Override
  public void close() {
    closed.countDown();
    bots.values().forEach(FakeBot::close);
    server.stop();
  }

  private void method(Context ctx) throws Exception {
    Optional<FakeBot> bot = known(ctx.pathParam("token"));
    String method = ctx.pathParam("method").toLowerCase(Locale.ROOT);
    if (bot.isEmpty()) {
      refuse(ctx, Refusal.notFound());
      return;
    }
    long chat = 0;
    boolean worthNoting = true;
    try {
      Params params = Params.of(ctx, JSON);
      chat = params.number("chat_id", 0);
      bot.get().checkToken();
      worthNoting = answer(ctx, bot.get(), method, params);
    } catch (Refusal refusal) {
      refuse(ctx, refusal);
    } finally {
      if (worthNoting) {
        int status = Boolean.TRUE.equals(ctx.attribute("cut")) ? 0 : ctx.statusCode();
        bot.get().record(new BotCall(method, chat, status, Instant.now()));
      }
    }
  }

  /** Answers a call; false: a poll that brought nothing. */
  private boolean answer(Context ctx, FakeBot bot, String method, Params params) throws Exception {
    Fault fault = bot.faultFor(method, params.number("chat_id", 0)).orElse(null);
    if (fault instanceof Fault.Answer a) {
      ctx.status(a.status()).contentType(a.contentType()).result(a.body());
      return true;
    } else if (fault instanceof Fault.TooMany t) {
      throw Refusal.tooMany(t.retryAfterSeconds());
    } else if (fault instanceof Fault.CutBefore) {
      hangUp(ctx);
      return true;
    } else if (fault instanceof Fault.Late late) {
      closed.await(late.by().toMillis(), TimeUnit.MILLISECONDS);
    } else if (fault instanceof Fault.Held held) {
      hold(held.until());
    }
    JsonNode result = bot.call(method, params);
    ObjectNode answer = JSON.createObjectNode().put("ok", true);
    answer.set("result", result);
    byte[] body;
    synchronized (bot) {
      body = JSON.writeValueAsBytes(answer);
    }
    if (fault instanceof Fault.LateAnswer late) {
      closed.await(late.by().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (fault instanceof Fault.CutAfter) {
      hangUp(ctx);
    } else {
      ctx.contentType("application/json").result(body);
    }
    return !(method.equals("getupdates") && result.isEmpty());
  }

  /** Waits for a test, which may end before it lets go. */
  private void hold(CountDownLatch until) throws InterruptedException {
    while (!until.await(20, TimeUnit.MILLISECONDS)) {
      if (closed.getCount() == 0) {
        return;
      }
    }
  }

  private static void refuse(Context ctx, Refusal refusal) throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("ok", false);
    answer.put("error_code", refusal.code()).put("description", refusal.getMessage());
    if (refusal.retryAfter() > 0) {
      answer.putObject("parameters").put("retry_after", refusal.retryAfter());
      ctx.header("Retry-After", Integer.toString(refusal.retryAfter()));
    }
    if (refusal.migrateTo() != 0) {
      answer.putObject("parameters").put("migrate_to_chat_id", refusal.migrateTo());
    }
    ctx.status(refusal.code())
        .contentType("application/json")
        .result(JSON.writeValueAsBytes(answer));
  }

  private void download(Context ctx) throws Exception {
    Optional<FakeBot> bot = known(ctx.pathParam("token"));
    Optional<Stored> file = bot.flatMap(b -> b.files().atPath(ctx.pathParam("path")));
    if (bot.isEmpty() || file.isEmpty()) {
      refuse(ctx, Refusal.notFound());
      return;
    }
    byte[] content = file.get().content();
    Fault fault = bot.get().faultFor("file", 0).orElse(null);
    ctx.contentType("application/octet-stream");
    if (fault instanceof Fault.Answer a) {
      ctx.status(a.status()).contentType(a.contentType()).result(a.body());
    } else if (fault instanceof Fault.CutBefore) {
      hangUp(ctx);
    } else if (fault instanceof Fault.Stall || fault instanceof Fault.CutAfter) {
      ctx.res().setContentLength(content.length);
      OutputStream out = ctx.res().getOutputStream(); // Javalin's own would keep it back
      out.write(content, 0, content.length / 2);
      out.flush();
      if (fault instanceof Fault.Stall) {
        closed.await();
      }
      hangUp(ctx);
    } else if (fault instanceof Fault.Oversize) {
      OutputStream out = ctx.res().getOutputStream(); // Javalin's own would keep it back
      out.write(content);
      out.write(content);
    } else {
      ctx.result(content);
    }
  }

  /** Ends the connection; no answer goes out. */
  private static void hangUp(Context ctx) {
    ctx.attribute("cut", true);
    ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .close();
    ctx.skipRemainingHandlers();
  }
}
