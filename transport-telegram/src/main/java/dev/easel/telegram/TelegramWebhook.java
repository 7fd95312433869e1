package dev.easel.telegram;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what Telegram pushes, under any HTTP server: mount it for POST at the path of the webhook's
 * address. Thread-safe.
 *
 * <pre>{@code
 * app.post("/telegram", ctx -> {
 *   TelegramWebhook.Reply reply = webhook.handle(ctx::header, ctx.bodyInputStream());
 *   reply.headers().forEach(ctx::header);
 *   ctx.status(reply.status());
 * });
 * }</pre>
 */
public final class TelegramWebhook {
  /** The header that proves where a request comes from. */
  public static final String SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token";

  private static final Logger log = LoggerFactory.getLogger(TelegramWebhook.class);

  /** Of one update; the platform's are a few kilobytes. */
  private static final int MAX_BODY = 1 << 20;

  /** What to answer; the body is empty. */
  public record Reply(int status, Map<String, String> headers) {
    public Reply {
      headers = Map.copyOf(headers);
    }

    static Reply of(int status) {
      return new Reply(status, Map.of());
    }

    static Reply later(Duration after) {
      long seconds = Math.max(1, Math.min(600, after.plusMillis(999).toSeconds()));
      return new Reply(503, Map.of("Retry-After", Long.toString(seconds)));
    }
  }

  private final byte[] secret;
  private volatile @Nullable Intake intake;
  private boolean closed;

  TelegramWebhook(String secret) {
    this.secret = secret.getBytes(StandardCharsets.US_ASCII);
  }

  synchronized void open(Intake to) {
    if (!closed) {
      intake = to;
    }
  }

  synchronized void close() {
    closed = true;
    intake = null;
  }

  /**
   * Handles one request. Answers 200 once the update is in the inbox, 503 with {@code Retry-After}
   * when it cannot be now, 401 for a wrong secret, 413 for a body above 1 MB.
   *
   * @param headers gives the value of a header, or null
   * @param body is read to its end, but not beyond the limit; not closed
   * @throws IOException if the body cannot be read
   */
  public Reply handle(Function<String, @Nullable String> headers, InputStream body)
      throws IOException {
    requireNonNull(body, "body");
    String given = headers.apply(SECRET_HEADER);
    if (given == null || !MessageDigest.isEqual(secret, given.getBytes(StandardCharsets.UTF_8))) {
      log.debug("A request without the webhook's secret");
      return Reply.of(401);
    }
    Intake open = intake;
    if (open == null) {
      return Reply.later(Duration.ofSeconds(5));
    }
    byte[] bytes = body.readNBytes(MAX_BODY + 1);
    if (bytes.length > MAX_BODY) {
      log.warn("Telegram pushed more than {} bytes, refused", MAX_BODY);
      return Reply.of(413);
    }
    return take(open, bytes);
  }

  private static Reply take(Intake open, byte[] bytes) throws IOException {
    JsonNode update;
    try {
      update = BotApi.JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      log.warn("Left out a pushed update that is not JSON: bytes={}", bytes.length);
      return Reply.of(200); // or it would come again for a day
    }
    Intake.Outcome outcome = open.take(update);
    if (outcome instanceof Intake.Outcome.Later later) {
      return Reply.later(later.after());
    }
    // Telegram holds back what follows in this conversation, and nobody else's
    return outcome instanceof Intake.Outcome.Busy busy ? Reply.later(busy.after()) : Reply.of(200);
  }
}
