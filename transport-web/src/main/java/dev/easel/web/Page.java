package dev.easel.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the chat page, read once. */
final class Page {
  private record File(String type, byte[] bytes, String tag) {}

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "webmanifest", "application/manifest+json");

  private static final String[] NAMES = {
    "chat.html",
    "signin.html",
    "easel.css",
    "chat.js",
    "messages.js",
    "composer.js",
    "api.js",
    "words.js",
    "signin.js",
    "theme.js",
    "icon.svg"
  };

  private final Map<String, File> files = new LinkedHashMap<>();

  Page() {
    for (String name : NAMES) {
      byte[] bytes = read(name);
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
      String tag = '"' + HexFormat.of().formatHex(Ids.sha256(bytes), 0, 8) + '"';
      files.put(name, new File(type, bytes, tag));
    }
  }

  /** {@code GET /assets/…}. */
  void asset(Context ctx) {
    String name = ctx.pathParam("name");
    if (name.endsWith(".html") || !files.containsKey(name)) {
      throw Problem.of(Problem.Kind.NOT_FOUND);
    }
    show(ctx, name);
  }

  void show(Context ctx, String name) {
    File file =
        Optional.ofNullable(files.get(name)).orElseThrow(() -> Problem.of(Problem.Kind.NOT_FOUND));
    ctx.header("Cache-Control", "no-cache"); // asked for each time, sent only when it changed
    ctx.header("ETag", file.tag());
    if (Guard.header(ctx, "If-None-Match").filter(t -> t.contains(file.tag())).isPresent()) {
      ctx.status(304);
      return;
    }
    ctx.contentType(file.type());
    ctx.result(file.bytes());
  }

  private static byte[] read(String name) {
    try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("a file of the page is missing: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
