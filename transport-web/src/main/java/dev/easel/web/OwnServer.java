package dev.easel.web;

import dev.easel.chat.TransportException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server with nothing but the chat on it. */
final class OwnServer {
  private static final int MAX_HEADERS = 16 * 1024;
  private static final Duration IDLE_WHILE_STOPPING = Duration.ofMillis(50);
  private static final Logger log = LoggerFactory.getLogger(OwnServer.class);

  private final Javalin javalin;
  private final QueuedThreadPool threads;

  OwnServer(Guard guard, Consumer<RoutesConfig> routes) {
    threads = new QueuedThreadPool(200, 4);
    threads.setName("easel-web");
    javalin = Javalin.create(config -> configure(config, guard, routes));
  }

  /**
   * @throws TransportException if the port cannot be had
   */
  void start(String host, int port) {
    try {
      javalin.start(host, port);
    } catch (RuntimeException e) {
      stop(Duration.ofSeconds(1));
      throw new TransportException(
          TransportException.Kind.UNAVAILABLE,
          "cannot listen on %s port %d: is another program there? Set another port"
              .formatted(host, port),
          e);
    }
  }

  int port() {
    return javalin.port();
  }

  void stop(Duration deadline) {
    Server server = javalin.jettyServer().server();
    server.setStopTimeout(Math.min(5_000, deadline.toMillis()));
    for (Connector connector : server.getConnectors()) {
      // everything was answered: browsers only keep the connection for later
      ((AbstractConnector) connector).setShutdownIdleTimeout(IDLE_WHILE_STOPPING.toMillis());
    }
    try {
      javalin.stop();
    } catch (JavalinException e) {
      log.debug("Cut off clients that were still being answered", e);
    }
    // Jetty does not wait for them
    try {
      threads.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void configure(JavalinConfig config, Guard guard, Consumer<RoutesConfig> routes) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.jetty.threadPool = threads;
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setSendDateHeader(true);
          http.setRequestHeaderSize(MAX_HEADERS);
        });
    config.jetty.modifyServer(server -> server.setErrorHandler(new BadRequests()));
    routes.accept(config.routes);
    config.routes.before(Guard::secure);
    config.routes.exception(
        HttpResponseException.class,
        (e, ctx) -> {
          Guard.secure(ctx);
          Problem.Kind kind =
              switch (e.getStatus()) {
                case 404 -> Problem.Kind.NOT_FOUND;
                case 405 -> Problem.Kind.METHOD_NOT_ALLOWED;
                case 413 -> Problem.Kind.TOO_LARGE;
                default -> e.getStatus() >= 500 ? Problem.Kind.FAILED : Problem.Kind.MALFORMED;
              };
          guard.answer(ctx, Problem.of(kind));
        });
  }
}
