package dev.easel.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.chat.Host;
import dev.easel.health.Health;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which path leads where. */
final class Routes {
  private static final int MAX_FORM = 4 * 1024;

  /** What works once there is a host. */
  record Open(Host host, Intake intake, Streams streams) {}

  private final Guard guard;
  private final Bodies bodies;
  private final Supplier<Health> health;
  private final Map<String, Supplier<Health>> healthOfOthers;
  private final Page page = new Page();
  private volatile @Nullable Open open;

  Routes(
      Guard guard,
      Bodies bodies,
      Supplier<Health> health,
      Map<String, Supplier<Health>> healthOfOthers) {
    this.guard = guard;
    this.bodies = bodies;
    this.health = health;
    this.healthOfOthers = Map.copyOf(healthOfOthers);
  }

  void open(Open parts) {
    open = parts;
  }

  void addTo(RoutesConfig routes) {
    look(routes, "/healthz", guard.answering(this::health));
    look(routes, "/", guard.open(this::chat));
    routes.post("/signin", guard.open(this::signIn));
    look(routes, "/assets/{name}", guard.open(page::asset));
    String chat = "/api/chat/{conversation}";
    routes.post(chat + "/messages", guard.closed(ctx -> parts().intake().message(ctx)));
    routes.post(chat + "/actions", guard.closed(ctx -> parts().intake().action(ctx)));
    look(
        routes,
        chat + "/events",
        guard.closed(ctx -> parts().streams().open(ctx, guard.address(ctx))));
    look(routes, "/api/images/{id}", guard.closed(this::image));
  }

  /** HEAD too: Javalin would answer it by itself, with 200 and before any guard. */
  private static void look(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  private Open parts() {
    Open parts = open;
    if (parts == null) {
      throw Problem.later(Problem.Kind.UNAVAILABLE, Duration.ofSeconds(2));
    }
    return parts;
  }

  private void chat(Context ctx) {
    if (!ctx.req().getRequestURI().endsWith("/")) {
      // the page names its files from where it stands
      ctx.header("Location", ctx.contextPath() + "/");
      ctx.status(308);
      return;
    }
    boolean in = guard.isSignedIn(ctx);
    page.show(ctx, in ? "chat.html" : "signin.html");
    ctx.header("Cache-Control", "no-store"); // which of the two it is may change at any time
  }

  /** {@code POST /signin}: a form with the token, answered with a cookie. */
  private void signIn(Context ctx) throws IOException {
    byte[] body = bodies.signIn(ctx, guard.address(ctx), MAX_FORM, Duration.ofSeconds(10));
    String offered =
        Arrays.stream(new String(body, StandardCharsets.UTF_8).split("&"))
            .filter(field -> field.startsWith("token="))
            .findFirst() // one guess at a time
            .map(field -> decoded(field.substring(6)))
            .orElse("");
    boolean right = guard.isToken(ctx, offered);
    if (right) {
      guard.signIn(ctx);
    }
    String home = ctx.contextPath() + "/";
    ctx.header("Location", right ? home : home + "?wrong");
    ctx.header("Cache-Control", "no-store");
    ctx.status(303);
  }

  private static String decoded(String field) {
    try {
      return URLDecoder.decode(field, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** {@code GET /api/images/…}: whoever knows a picture's id may see it. */
  private void image(Context ctx) throws IOException {
    Optional<StoredImage> found;
    try {
      ImageId id = new ImageId(ctx.pathParam("id"));
      found = parts().host().images().open(id);
    } catch (IllegalArgumentException e) {
      throw Problem.of(Problem.Kind.NOT_FOUND);
    } catch (StoreException e) {
      throw Problem.later(Problem.Kind.UNAVAILABLE, Duration.ofSeconds(2));
    }
    StoredImage image = found.orElseThrow(() -> Problem.of(Problem.Kind.NOT_FOUND));
    ImageRef ref = image.ref();
    String name = "easel-" + ref.id().value().substring(0, 8) + "." + ref.type().extension();
    ctx.header("Cache-Control", "private, max-age=31536000, immutable");
    ctx.header("Content-Disposition", "inline; filename=\"" + name + "\"");
    ctx.contentType(ref.type().mime());
    ctx.disableCompression();
    ctx.res().setContentLengthLong(ref.bytes());
    ctx.result(image.content()); // closed when it was sent
  }

  private void health(Context ctx) {
    Health.Status own = health.get().status();
    Health.Status all = own;
    ObjectNode answer = Shown.JSON.createObjectNode();
    ObjectNode others = Shown.JSON.createObjectNode();
    for (Map.Entry<String, Supplier<Health>> part : new TreeMap<>(healthOfOthers).entrySet()) {
      Health.Status status = part.getValue().get().status();
      others.put(part.getKey(), word(status));
      if (own == Health.Status.UP && status.compareTo(Health.Status.UNKNOWN) > 0) {
        all = Health.Status.DEGRADED; // messages are taken in all the same
      }
    }
    answer.put("status", word(all));
    if (!others.isEmpty()) {
      answer.set("parts", others);
    }
    ctx.header("Cache-Control", "no-store");
    ctx.status(own == Health.Status.DOWN ? 503 : 200);
    ctx.contentType("application/json");
    ctx.result(answer.toString());
  }

  /** Details are for who runs the bot, and everybody may ask here. */
  private static String word(Health.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
