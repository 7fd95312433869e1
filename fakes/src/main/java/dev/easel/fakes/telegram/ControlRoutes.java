package dev.easel.fakes.telegram;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The people of another process's test: JSON over HTTP. Who acts is {@code "person"} (a number, who
 * comes to be when first named), {@code "name"} and {@code "language"}; where is {@code "chat"},
 * their private chat unless it says a group.
 */
final class ControlRoutes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeBotApi api;

  ControlRoutes(FakeBotApi api) {
    this.api = api;
  }

  void addTo(RoutesConfig routes) {
    String bot = "/control/{token}";
    routes.get(bot, ctx -> reply(ctx, describe(bot(ctx))));
    routes.post(
        bot + "/say",
        ctx -> id(ctx, person(ctx).replies(number(ctx, "replyTo"), text(ctx, "text"))));
    routes.post(
        bot + "/photo",
        ctx ->
            id(
                ctx,
                person(ctx)
                    .repliesWithPhoto(
                        number(ctx, "replyTo"),
                        base64(field(ctx, "photo")),
                        text(ctx, "caption"))));
    routes.post(
        bot + "/file",
        ctx ->
            id(
                ctx,
                person(ctx)
                    .sendsFile(
                        base64(field(ctx, "file")),
                        text(ctx, "fileName"),
                        text(ctx, "mime"),
                        text(ctx, "caption"))));
    routes.post(bot + "/crowd", this::crowd);
    routes.post(bot + "/album", this::album);
    routes.post(bot + "/press", this::press);
    routes.get(bot + "/answer/{press}", this::answer);
    routes.post(bot + "/block", ctx -> done(ctx, person(ctx)::blocks));
    routes.post(bot + "/unblock", ctx -> done(ctx, person(ctx)::unblocks));
    routes.post(
        bot + "/group",
        ctx ->
            reply(
                ctx,
                JSON.createObjectNode()
                    .put(
                        "chat",
                        field(ctx, "topics").asBoolean()
                            ? bot(ctx).forum(text(ctx, "title"))
                            : bot(ctx).group(text(ctx, "title")))));
    routes.post(
        bot + "/privacy", ctx -> done(ctx, () -> bot(ctx).privacy(field(ctx, "on").asBoolean())));
    routes.post(bot + "/revoke", ctx -> done(ctx, bot(ctx)::revoke));
    routes.post(bot + "/fault", this::fault);
    routes.get(bot + "/messages", this::messages);
    routes.get(bot + "/content/{chat}/{message}", this::content);
    routes.get(bot + "/calls", this::calls);
    routes.get(
        bot + "/menu/{scope}",
        ctx -> reply(ctx, bot(ctx).menu(ctx.pathParam("scope"), query(ctx, "language"))));
  }

  /** Many people, new ones, each of whom writes the same so many times; for load. */
  private void crowd(Context ctx) {
    int people = number(ctx, "people");
    int each = Math.max(1, number(ctx, "each"));
    long first = field(ctx, "first").asLong(1_000_000);
    String text = text(ctx, "text");
    for (int round = 0; round < each; round++) {
      for (int i = 0; i < people; i++) {
        bot(ctx).person(first + i, "Person " + i, "en").writes(text);
      }
    }
    reply(ctx, JSON.createObjectNode().put("messages", people * each));
  }

  private void album(Context ctx) {
    List<byte[]> photos = new ArrayList<>();
    field(ctx, "photos").forEach(p -> photos.add(base64(p)));
    ArrayNode ids = JSON.createArrayNode();
    person(ctx).sendsAlbum(photos, text(ctx, "caption")).forEach(ids::add);
    reply(ctx, JSON.createObjectNode().set("messages", ids));
  }

  private void press(Context ctx) {
    int message = number(ctx, "message");
    FakePerson person = person(ctx);
    String press;
    if (field(ctx, "data").isTextual()) {
      press = person.pressesRaw(message, text(ctx, "data"));
    } else {
      SentMessage target =
          person.sees().stream()
              .filter(m -> m.id() == message)
              .findFirst()
              .orElseThrow(() -> new BadRequestResponse("no message " + message));
      press = person.presses(target, text(ctx, "button"));
    }
    reply(ctx, JSON.createObjectNode().put("press", press));
  }

  private void answer(Context ctx) {
    ObjectNode result = JSON.createObjectNode();
    bot(ctx)
        .answer(ctx.pathParam("press"))
        .ifPresentOrElse(
            a ->
                result
                    .put("answered", true)
                    .put("text", a.text())
                    .put("alert", a.alert())
                    .put("millis", a.after().toMillis()),
            () -> result.put("answered", false));
    reply(ctx, result);
  }

  private void fault(Context ctx) {
    int times = Math.max(1, number(ctx, "times"));
    Fault fault =
        switch (text(ctx, "kind")) {
          case "error" -> Fault.error(number(ctx, "status"), text(ctx, "text"));
          case "html" -> Fault.html(number(ctx, "status"));
          case "tooMany" -> new Fault.TooMany(number(ctx, "seconds"));
          case "late" -> new Fault.Late(Duration.ofMillis(number(ctx, "millis")));
          case "lateAnswer" -> new Fault.LateAnswer(Duration.ofMillis(number(ctx, "millis")));
          case "cutBefore" -> new Fault.CutBefore();
          case "cutAfter" -> new Fault.CutAfter();
          case "stall" -> new Fault.Stall();
          case "oversize" -> new Fault.Oversize();
          default -> throw new BadRequestResponse("unknown kind of fault");
        };
    for (int i = 0; i < times; i++) {
      bot(ctx).fault(text(ctx, "method"), field(ctx, "chat").asLong(), fault);
    }
    reply(ctx, JSON.createObjectNode().put("planned", times));
  }

  private void messages(Context ctx) {
    String chat = query(ctx, "chat");
    List<SentMessage> sent =
        chat.isEmpty() ? bot(ctx).messages() : bot(ctx).messages(Long.parseLong(chat));
    ArrayNode all = JSON.createArrayNode();
    sent.forEach(m -> all.add(describe(m)));
    reply(ctx, all);
  }

  private void content(Context ctx) {
    int id = Integer.parseInt(ctx.pathParam("message"));
    SentMessage message =
        bot(ctx).messages(Long.parseLong(ctx.pathParam("chat"))).stream()
            .filter(m -> m.id() == id)
            .findFirst()
            .orElseThrow(() -> new BadRequestResponse("no message " + id));
    ctx.contentType("application/octet-stream").result(bot(ctx).content(message));
  }

  private void calls(Context ctx) {
    Map<String, Long> counts =
        bot(ctx).calls().stream()
            .collect(
                Collectors.groupingBy(c -> c.method() + " " + c.status(), Collectors.counting()));
    reply(ctx, JSON.valueToTree(counts));
  }

  private static ObjectNode describe(FakeBot bot) {
    return JSON.createObjectNode()
        .put("id", bot.id())
        .put("username", bot.username())
        .put("pending", bot.pending())
        .put("refusedForLimits", bot.refusedForLimits())
        .put("messages", bot.messages().size());
  }

  private static ObjectNode describe(SentMessage m) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("chat", m.chat())
            .put("id", m.id())
            .put("kind", m.kind().name())
            .put("text", m.text())
            .put("bytes", m.fileBytes())
            .put("replyTo", m.replyTo())
            .put("thread", m.thread())
            .put("edits", m.edits())
            .put("sentAt", m.sentAt().toString())
            .put("changedAt", m.changedAt().toString());
    m.fileId().ifPresent(f -> json.put("fileId", f));
    m.fileName().ifPresent(n -> json.put("fileName", n));
    m.mime().ifPresent(t -> json.put("mime", t));
    m.album().ifPresent(a -> json.put("album", a));
    ArrayNode rows = json.putArray("buttons");
    for (List<SentMessage.Button> row : m.buttons()) {
      ArrayNode buttons = rows.addArray();
      row.forEach(b -> buttons.addObject().put("label", b.label()).put("data", b.data()));
    }
    return json;
  }

  private FakeBot bot(Context ctx) {
    try {
      return api.bot(ctx.pathParam("token"));
    } catch (IllegalArgumentException e) {
      throw new BadRequestResponse("not a token");
    }
  }

  private FakePerson person(Context ctx) {
    long who = field(ctx, "person").asLong(1);
    String name = text(ctx, "name").isEmpty() ? "Person " + who : text(ctx, "name");
    String language = text(ctx, "language").isEmpty() ? "en" : text(ctx, "language");
    FakePerson person = bot(ctx).person(who, name, language);
    long chat = field(ctx, "chat").asLong(who);
    FakePerson there = chat == who ? person : person.in(chat);
    int topic = number(ctx, "topic");
    return topic == 0 ? there : there.inTopic(topic);
  }

  private static void id(Context ctx, int message) {
    reply(ctx, JSON.createObjectNode().put("message", message));
  }

  private static void done(Context ctx, Runnable what) {
    what.run();
    reply(ctx, JSON.createObjectNode().put("done", true));
  }

  private static void reply(Context ctx, JsonNode json) {
    ctx.contentType("application/json").result(json.toString());
  }

  private static JsonNode field(Context ctx, String name) {
    try {
      return JSON.readTree(ctx.bodyAsBytes()).path(name);
    } catch (JsonProcessingException e) {
      throw new BadRequestResponse("not JSON");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(Context ctx, String name) {
    return field(ctx, name).asText("");
  }

  private static int number(Context ctx, String name) {
    return field(ctx, name).asInt(0);
  }

  private static String query(Context ctx, String name) {
    String value = ctx.queryParam(name);
    return value == null ? "" : value;
  }

  private static byte[] base64(JsonNode node) {
    return Base64.getDecoder().decode(node.asText(""));
  }
}
