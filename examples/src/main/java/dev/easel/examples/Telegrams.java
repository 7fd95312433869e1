package dev.easel.examples;

import static dev.easel.examples.Setting.TELEGRAM_ALLOWED_UPDATES;
import static dev.easel.examples.Setting.TELEGRAM_API_URL;
import static dev.easel.examples.Setting.TELEGRAM_BOT_TOKEN;
import static dev.easel.examples.Setting.TELEGRAM_POLL_TIMEOUT;
import static dev.easel.examples.Setting.TELEGRAM_WEBHOOK_SECRET;
import static dev.easel.examples.Setting.TELEGRAM_WEBHOOK_URL;

import dev.easel.telegram.TelegramTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Telegram as the settings describe it. No sentence repeats a secret. */
final class Telegrams {
  private static final Pattern TOKEN = Pattern.compile("[0-9]{1,18}:[A-Za-z0-9_-]{3,200}");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,256}");
  private static final Pattern UPDATE = Pattern.compile("[a-z_]{1,40}");

  private Telegrams() {}

  /** Empty without a token; what else is set is checked all the same. */
  static Optional<TelegramTransport> of(Values values) {
    URI api = address(values, TELEGRAM_API_URL);
    Duration poll =
        values.duration(TELEGRAM_POLL_TIMEOUT, Duration.ofSeconds(1), Duration.ofSeconds(50));
    List<String> updates =
        values.listOf(TELEGRAM_ALLOWED_UPDATES, UPDATE, "give kinds such as message");
    boolean pushed = values.isSet(TELEGRAM_WEBHOOK_URL);
    if (pushed) {
      webhookUrl(values);
    }
    if (pushed || values.isSet(TELEGRAM_WEBHOOK_SECRET)) {
      secret(values);
    }
    if (!values.isSet(TELEGRAM_BOT_TOKEN)) {
      return Optional.empty();
    }
    String token = values.text(TELEGRAM_BOT_TOKEN);
    if (!TOKEN.matcher(token).matches()) {
      throw new BadSetting(
          TELEGRAM_BOT_TOKEN,
          "is no bot token",
          "give it as @BotFather did: digits, a colon, text");
    }
    TelegramTransport.Builder builder =
        pushed
            ? TelegramTransport.webhook(token, webhookUrl(values), secret(values))
            : TelegramTransport.polling(token);
    return Optional.of(builder.apiUrl(api).pollTimeout(poll).allowedUpdates(updates).build());
  }

  static URI webhookUrl(Values values) {
    URI url = address(values, TELEGRAM_WEBHOOK_URL);
    if (url.getPath().length() < 2) {
      throw new BadSetting(
          TELEGRAM_WEBHOOK_URL, "has no path", "give one such as https://bot.example.org/telegram");
    }
    return url;
  }

  private static String secret(Values values) {
    String secret = values.text(TELEGRAM_WEBHOOK_SECRET);
    if (!SECRET.matcher(secret).matches()) {
      throw new BadSetting(
          TELEGRAM_WEBHOOK_SECRET,
          "is missing or has another form",
          "give 16 to 256 of letters, digits, _ and -");
    }
    return secret;
  }

  private static URI address(Values values, Setting setting) {
    try {
      URI uri = URI.create(values.text(setting));
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // the sentence below is the same
    }
    throw new BadSetting(setting, "is no address", "give one such as https://bot.example.org");
  }
}
