package dev.easel.fakes.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.fakes.telegram.BotFiles.Stored;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The methods of the Bot API, by their names in lower case: the platform ignores case. */
final class BotMethods {
  private static final long MAX_DOWNLOAD = 20L << 20;
  private static final Duration MAX_POLL = Duration.ofSeconds(50);
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{1,256}");
  private static final Set<Integer> WEBHOOK_PORTS = Set.of(443, 80, 88, 8443);
  private static final Set<String> ACTIONS =
      Set.of(
          "typing",
          "upload_photo",
          "record_video",
          "upload_video",
          "record_voice",
          "upload_voice",
          "upload_document",
          "choose_sticker",
          "find_location",
          "record_video_note",
          "upload_video_note");

  private final FakeBot bot;
  private final Sending sending;

  BotMethods(FakeBot bot) {
    this.bot = bot;
    this.sending = new Sending(bot);
  }

  JsonNode call(String method, Params p) throws Refusal, InterruptedException {
    if (method.equals("getupdates")) {
      return getUpdates(p); // waits, so it must not hold the lock
    }
    synchronized (bot) {
      return switch (method) {
        case "getme" -> getMe();
        case "sendmessage" -> sending.sendMessage(p);
        case "sendphoto" -> sending.sendPhoto(p);
        case "senddocument" -> sending.sendDocument(p);
        case "sendmediagroup" -> sending.sendMediaGroup(p);
        case "editmessagetext" -> sending.editMessageText(p);
        case "editmessagecaption" -> sending.editMessageCaption(p);
        case "editmessagemedia" -> sending.editMessageMedia(p);
        case "editmessagereplymarkup" -> sending.editMessageReplyMarkup(p);
        case "deletemessage" -> sending.deleteMessage(p);
        case "answercallbackquery" -> answerCallbackQuery(p);
        case "sendchataction" -> sendChatAction(p);
        case "getfile" -> getFile(p);
        case "setmycommands" -> setMyCommands(p);
        case "getmycommands" -> bot.commands(scopeOf(p));
        case "deletemycommands" -> deleteMyCommands(p);
        case "setwebhook" -> setWebhook(p);
        case "deletewebhook" -> deleteWebhook(p);
        case "getwebhookinfo" -> getWebhookInfo();
        default -> throw Refusal.notFound();
      };
    }
  }

  private JsonNode getMe() {
    return bot.asUser()
        .put("can_join_groups", true)
        .put("can_read_all_group_messages", !bot.privacy())
        .put("supports_inline_queries", false);
  }

  private JsonNode getUpdates(Params p) throws Refusal, InterruptedException {
    if (bot.webhook().isPresent()) {
      throw Refusal.conflict(
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
              + " webhook first");
    }
    allow(p);
    long seconds = Math.max(0, Math.min(MAX_POLL.toSeconds(), p.number("timeout", 0)));
    List<JsonNode> updates =
        bot.updates()
            .poll(
                p.number("offset", 0),
                bot.pageSizeFor(p.number("limit", 100)),
                Duration.ofSeconds(seconds));
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    result.addAll(updates);
    return result;
  }

  private void allow(Params p) throws Refusal {
    if (p.has("allowed_updates")) {
      List<String> types = new ArrayList<>();
      p.json("allowed_updates").forEach(t -> types.add(t.asText()));
      bot.updates().allow(types);
    }
  }

  private JsonNode answerCallbackQuery(Params p) throws Refusal {
    String text = p.text("text").orElse("");
    if (text.length() > 200) {
      throw Refusal.bad("MESSAGE_TOO_LONG");
    }
    bot.answerPress(p.text("callback_query_id").orElse(""), text, p.flag("show_alert"));
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private JsonNode sendChatAction(Params p) throws Refusal {
    Chat chat = bot.chatFor(p);
    String action = p.text("action").orElse("");
    if (!ACTIONS.contains(action)) {
      throw Refusal.bad("wrong parameter action in request");
    }
    chat.lastAction = action;
    chat.actions++;
    bot.changed();
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private JsonNode getFile(Params p) throws Refusal {
    String id = p.text("file_id").orElse("");
    Stored file =
        bot.files()
            .find(id)
            .orElseThrow(() -> Refusal.bad("wrong file_id or the file is temporarily unavailable"));
    if (file.content().length > MAX_DOWNLOAD) {
      throw Refusal.bad("file is too big");
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("file_id", id)
        .put("file_unique_id", file.unique())
        .put("file_size", file.content().length)
        .put("file_path", file.path());
  }

  private JsonNode setMyCommands(Params p) throws Refusal {
    JsonNode commands = p.json("commands");
    if (!commands.isArray() || commands.size() > 100) {
      throw Refusal.bad("BOT_COMMANDS_TOO_MUCH");
    }
    for (JsonNode c : commands) {
      if (!c.path("command").asText("").matches("[a-z0-9_]{1,32}")) {
        throw Refusal.bad("BOT_COMMAND_INVALID");
      }
      int length = c.path("description").asText("").length();
      if (length < 1 || length > 256) {
        throw Refusal.bad("BOT_COMMAND_DESCRIPTION_INVALID");
      }
    }
    bot.setCommands(scopeOf(p), commands);
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private JsonNode deleteMyCommands(Params p) throws Refusal {
    bot.setCommands(scopeOf(p), JsonNodeFactory.instance.arrayNode());
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private static String scopeOf(Params p) throws Refusal {
    String scope = p.json("scope").path("type").asText("default");
    return scope + "/" + p.text("language_code").orElse("");
  }

  private JsonNode setWebhook(Params p) throws Refusal {
    String url = p.text("url").orElse("");
    if (url.isEmpty()) {
      return deleteWebhook(p);
    }
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw Refusal.bad("invalid webhook URL specified");
    }
    boolean local = "127.0.0.1".equals(uri.getHost());
    // the platform wants https and one of four ports; tests stay on this machine, without either
    if (!local
        && (!"https".equals(uri.getScheme())
            || uri.getPort() != -1 && !WEBHOOK_PORTS.contains(uri.getPort()))) {
      throw Refusal.bad("bad webhook: HTTPS url must be provided for webhook");
    }
    String secret = p.text("secret_token").orElse("");
    if (!secret.isEmpty() && !SECRET.matcher(secret).matches()) {
      throw Refusal.bad("secret token contains unallowed characters");
    }
    int connections = (int) p.number("max_connections", 40);
    if (connections < 1 || connections > 100) {
      throw Refusal.bad("bad webhook: max_connections must be 1-100");
    }
    allow(p);
    dropIfAsked(p);
    bot.setWebhook(uri, secret, connections);
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private JsonNode deleteWebhook(Params p) {
    dropIfAsked(p);
    bot.removeWebhook();
    return JsonNodeFactory.instance.booleanNode(true);
  }

  private void dropIfAsked(Params p) {
    if (p.flag("drop_pending_updates")) {
      bot.updates().clear();
    }
  }

  private JsonNode getWebhookInfo() {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("url", bot.webhook().map(w -> w.url().toString()).orElse(""));
    info.put("has_custom_certificate", false);
    info.put("pending_update_count", bot.updates().size());
    bot.webhook()
        .ifPresent(
            w -> {
              info.put("max_connections", w.connections());
              w.lastError().ifPresent(e -> info.put("last_error_message", e));
            });
    ArrayNode allowed = info.putArray("allowed_updates");
    bot.updates().allowed().forEach(allowed::add);
    return info;
  }
}
