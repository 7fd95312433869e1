package dev.easel.examples;

import dev.easel.chat.TransportException;
import dev.easel.telegram.TelegramWebhook;
import dev.easel.web.WebTransport;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;

/** One server for the chat page and for what Telegram pushes. */
final class PushServer implements AutoCloseable {
  private final TelegramWebhook webhook;
  private final Javalin server;

  private PushServer(WebTransport web, TelegramWebhook webhook, String path) {
    this.webhook = webhook;
    server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              web.mount(config);
              config.routes.post(path, this::pushed);
            });
  }

  static PushServer of(WebTransport web, TelegramWebhook webhook, String path) {
    return new PushServer(web, webhook, path);
  }

  /** Begins to listen, and says where. */
  URI start(String host, int port) {
    try {
      server.start(host, port);
    } catch (RuntimeException e) {
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE,
          "cannot listen on " + host + " port " + port + ": is another program there?",
          e);
    }
    return address(host, server.port());
  }

  /** What a browser on this machine can open. */
  static URI address(String host, int port) {
    String bare = host.replaceAll("[\\[\\]]", "");
    String name = bare.equals("0.0.0.0") || bare.equals("::") ? "localhost" : bare;
    return URI.create(
        "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + "/");
  }

  private void pushed(Context ctx) throws IOException {
    TelegramWebhook.Reply reply = webhook.handle(ctx::header, ctx.bodyInputStream());
    reply.headers().forEach(ctx::header);
    ctx.status(reply.status());
  }

  @Override
  public void close() {
    server.stop();
  }
}
