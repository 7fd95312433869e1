package dev.easel.web;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands before every route: who may come in, by which name, and with which headers it answers. */
final class Guard {
  static final String COOKIE = "easel-session";
  private static final Duration COOKIE_TIME = Duration.ofDays(30);

  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** On every answer. */
  static final Map<String, String> HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Content-Security-Policy", CONTENT_POLICY,
          "Referrer-Policy", "no-referrer",
          "X-Frame-Options", "DENY",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Permissions-Policy", "camera=(), microphone=(), geolocation=()");

  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  private final Set<String> allowedHosts = new HashSet<>();
  private final Optional<String> token;
  private final boolean publicAccess;
  private final Addresses addresses;
  private final Bodies bodies;
  private final Consumer<String> wrongToken;

  /**
   * @param wrongToken told the address of whoever offers a token that is none; throws a {@link
   *     Problem} once these are too many
   */
  Guard(
      Set<String> allowedHosts,
      Optional<String> token,
      boolean publicAccess,
      Addresses addresses,
      Bodies bodies,
      Consumer<String> wrongToken) {
    allowedHosts.forEach(h -> this.allowedHosts.add(hostName(h)));
    this.token = token;
    this.publicAccess = publicAccess;
    this.addresses = addresses;
    this.bodies = bodies;
    this.wrongToken = wrongToken;
  }

  /** For everyone who may talk to this server at all. */
  Handler open(Handler handler) {
    return answering(
        ctx -> {
          requireHost(ctx);
          requireSheltered(ctx);
          requireOwnOrigin(ctx);
          handler.handle(ctx);
        });
  }

  /** For those who also have the token, where there is one. */
  Handler closed(Handler handler) {
    return open(
        ctx -> {
          if (!isSignedIn(ctx)) {
            throw Problem.of(Problem.Kind.UNAUTHORIZED);
          }
          handler.handle(ctx);
        });
  }

  /** For probes, which come by any name. Adds headers and words what goes wrong. */
  Handler answering(Handler handler) {
    return ctx -> {
      secure(ctx);
      try {
        handler.handle(ctx);
      } catch (Problem problem) {
        answer(ctx, problem);
      } catch (HttpResponseException e) {
        throw e;
      } catch (Exception e) {
        log.error("Answered 500: method={} route={}", ctx.method(), ctx.endpoint().path, e);
        answer(ctx, Problem.of(Problem.Kind.FAILED));
      }
    };
  }

  static void secure(Context ctx) {
    HEADERS.forEach(ctx::header);
  }

  void answer(Context ctx, Problem problem) {
    problem
        .retryAfter()
        .ifPresent(time -> ctx.header("Retry-After", Long.toString(Problems.seconds(time))));
    if (problem.kind() == Problem.Kind.UNAUTHORIZED) {
      ctx.header("WWW-Authenticate", "Bearer");
    }
    if (problem.kind().status() == 413 || problem.kind().status() == 408) {
      ctx.header("Connection", "close"); // no more than the rest below is waited for
    }
    try {
      bodies.drop(ctx, address(ctx));
    } catch (IOException | Problem e) {
      log.debug("Cut off a client that goes on sending what was refused", e);
    }
    ctx.header("Cache-Control", "no-store");
    ctx.status(problem.kind().status());
    ctx.contentType("application/problem+json");
    ctx.result(Problems.json(problem, Languages.of(ctx)));
  }

  /** The client as limits know it. */
  String address(Context ctx) {
    return addresses.client(ctx.req().getRemoteAddr(), headers(ctx, "X-Forwarded-For"));
  }

  /**
   * Whether the request may come in.
   *
   * @throws Problem as {@link #isToken} does
   */
  boolean isSignedIn(Context ctx) {
    if (token.isEmpty()) {
      return true;
    }
    String authorization = header(ctx, "Authorization").orElse("");
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      String offered = authorization.substring(7).strip();
      // a header's bytes come as Latin 1, whatever the client meant
      String asUtf8 =
          new String(offered.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      return isToken(ctx, offered, asUtf8);
    }
    String cookie = ctx.cookie(COOKIE);
    return cookie != null && same(cookie, session(token.get()));
  }

  /**
   * Whether what is offered, in one of its readings, is the token.
   *
   * @throws Problem once too many wrong ones came from this address; a right one never counts and
   *     is never refused, since behind a proxy others have the same address
   */
  boolean isToken(Context ctx, String... readings) {
    // hashed first, so that not even the length of the token shows in the time this takes
    boolean right =
        token.isPresent()
            && Arrays.stream(readings).anyMatch(r -> same(session(r), session(token.get())));
    if (!right) {
      wrongToken.accept(address(ctx));
    }
    return right;
  }

  /** Lets a browser in, so that its pictures and streams need no header. */
  void signIn(Context ctx) {
    boolean https =
        ctx.req().isSecure()
            || addresses.isTrusted(ctx.req().getRemoteAddr())
                && header(ctx, "X-Forwarded-Proto").filter("https"::equalsIgnoreCase).isPresent();
    String path = ctx.contextPath().isEmpty() ? "/" : ctx.contextPath();
    ctx.header(
        "Set-Cookie",
        COOKIE
            + "="
            + session(token.orElseThrow())
            + "; Path="
            + path
            + "; Max-Age="
            + COOKIE_TIME.toSeconds()
            + "; HttpOnly; SameSite=Strict"
            + (https ? "; Secure" : ""));
  }

  private void requireHost(Context ctx) {
    String name = hostName(header(ctx, "Host").orElse(""));
    boolean loopback = name.equals("localhost") || Addresses.isLoopback(name);
    if (!loopback && !allowedHosts.contains(name) && !allowedHosts.contains("*")) {
      throw Problem.of(Problem.Kind.BAD_HOST);
    }
  }

  /** On a server that somebody else opened, its address is known only now. */
  private void requireSheltered(Context ctx) {
    if (token.isEmpty() && !publicAccess && !Addresses.isLoopback(ctx.req().getLocalAddr())) {
      throw Problem.of(Problem.Kind.EXPOSED);
    }
  }

  private static void requireOwnOrigin(Context ctx) {
    if (ctx.req().getMethod().equals("GET") || ctx.req().getMethod().equals("HEAD")) {
      return;
    }
    Optional<String> origin = header(ctx, "Origin");
    if (origin.isPresent() && !isOwn(origin.get(), header(ctx, "Host").orElse(""))
        || header(ctx, "Sec-Fetch-Site").filter("cross-site"::equalsIgnoreCase).isPresent()) {
      throw Problem.of(Problem.Kind.FOREIGN_ORIGIN);
    }
  }

  private static boolean isOwn(String origin, String host) {
    String lower = origin.toLowerCase(Locale.ROOT);
    String own = host.toLowerCase(Locale.ROOT);
    return lower.equals("http://" + withoutPort(own, ":80"))
        || lower.equals("https://" + withoutPort(own, ":443"));
  }

  private static String withoutPort(String host, String port) {
    return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
  }

  /** Without port and brackets, in lower case. */
  static String hostName(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      int end = name.indexOf(']');
      return end < 0 ? name : name.substring(1, end);
    }
    int colon = name.indexOf(':');
    boolean port = colon >= 0 && colon == name.lastIndexOf(':');
    name = port ? name.substring(0, colon) : name;
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  static Optional<String> header(Context ctx, String name) {
    return Optional.ofNullable(ctx.req().getHeader(name));
  }

  private static List<String> headers(Context ctx, String name) {
    HttpServletRequest request = ctx.req();
    return Collections.list(request.getHeaders(name));
  }

  /** What the cookie says instead of the token; the same in each process that has the token. */
  private static String session(String token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Ids.sha256(token.getBytes(StandardCharsets.UTF_8)), "HmacSHA256"));
      byte[] session = mac.doFinal("easel web session".getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(session);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
