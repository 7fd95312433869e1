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

  /**
   * What Telegram would leave out without a word.
   *
   * @see <a href="https://core.telegram.org/bots/api#update">Update</a>
   */
  private static final Pattern UPDATE =
      Pattern.compile(
          "(edited_)?(message|channel_post|business_message)|deleted_business_messages"
              + "|business_connection|message_reaction(_count)?|inline_query|chosen_inline_result"
              + "|callback_query|shipping_query|pre_checkout_query|purchased_paid_media"
              + "|poll(_answer)?|(my_)?chat_member|chat_join_request|(removed_)?chat_boost"
              + "|subscription|managed_bot|guest_message");

  /** Segments that no server takes for anything else. */
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-][A-Za-z0-9._~:@-]*)+/?");

  private static final Pattern PATH_OF_THE_PAGE =
      Pattern.compile("/(api|assets|signin|healthz)(/.*)?");

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
    try {
      return Optional.of(builder.apiUrl(api).pollTimeout(poll).allowedUpdates(updates).build());
    } catch (IllegalArgumentException e) {
      throw noAddress(TELEGRAM_API_URL);
    }
  }

  static URI webhookUrl(Values values) {
    URI url = address(values, TELEGRAM_WEBHOOK_URL);
    String path = url.getRawPath();
    String wrong = "";
    if (path.length() < 2) {
      wrong = "has no path";
    } else if (!PATH.matcher(path).matches()) {
      wrong = "has a path of more than letters, digits and . _ ~ : @ -";
    } else if (PATH_OF_THE_PAGE.matcher(path).matches()) {
      wrong = "has a path that the chat page needs";
    }
    if (!wrong.isEmpty()) {
      throw new BadSetting(
          TELEGRAM_WEBHOOK_URL, wrong, "give one such as https://bot.example.org/telegram");
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
      boolean port = uri.getPort() == -1 || uri.getPort() > 0 && uri.getPort() < 65_536;
      boolean bare = uri.getQuery() == null && uri.getFragment() == null;
      if (web && port && bare && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // the sentence below is the same
    }
    throw noAddress(setting);
  }

  private static BadSetting noAddress(Setting setting) {
    return new BadSetting(setting, "is no address", "give one such as https://bot.example.org");
  }
}
