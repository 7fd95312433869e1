package dev.easel.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.ActionRef;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.Host;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.Inbox;
import dev.easel.chat.MessageRef;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in what people do: bounded before any work, into the inbox before it is answered. */
final class Intake {
  private static final int MAX_IMAGES = 10;
  private static final long MAX_JSON = 256 * 1024;
  private static final long MAX_MULTIPART = (long) MAX_IMAGES * Photos.MAX_BYTES + (1 << 20);
  private static final Duration JSON_TIME = Duration.ofSeconds(30);
  private static final Duration UPLOAD_TIME = Duration.ofMinutes(5);
  private static final Duration SLOT_PATIENCE = Duration.ofSeconds(5);
  private static final Pattern COMMAND =
      Pattern.compile("/([A-Za-z0-9_]{1,32})(?:\\s+(.*))?", Pattern.DOTALL);
  private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  /** What a person wrote, with pictures that are in the store. */
  private record Message(String text, List<ImageRef> images) {}

  private final TransportId transport;
  private final Host host;
  private final Guard guard;
  private final Bodies bodies;
  private final Limits limits;
  private final Ledger ledger;
  private final Photos photos;
  private final Duration keep;
  private final BooleanSupplier receiving;
  private final Places uploads;

  /**
   * @param receiving false once nothing more is taken in
   */
  Intake(
      TransportId transport,
      Host host,
      Guard guard,
      Bodies bodies,
      Limits limits,
      Ledger ledger,
      Duration keep,
      BooleanSupplier receiving) {
    this.transport = transport;
    this.host = host;
    this.guard = guard;
    this.bodies = bodies;
    this.limits = limits;
    this.ledger = ledger;
    this.keep = keep;
    this.receiving = receiving;
    photos = new Photos(host.images(), keep);
    // each may hold two pictures at a time; all together a quarter of the memory
    long room = Runtime.getRuntime().maxMemory() / 4 / (2L * Photos.MAX_BYTES);
    int slots = (int) Math.max(2, Math.min(32, room));
    // a slow one keeps its slot for minutes: one address must not have them all
    uploads = new Places(slots, Math.max(1, slots / 4));
  }

  /** {@code POST …/messages}. */
  void message(Context ctx) {
    reachingStores(
        () -> {
          ConversationRef conversation = conversation(ctx, transport);
          Optional<String> key = idempotencyKey(ctx);
          admit(ctx, conversation);
          String id = Ids.messageOfPerson(conversation, key);
          if (key.isEmpty() || ledger.find(conversation, id).isEmpty()) {
            takeMessage(ctx, conversation, id);
          } else {
            skip(ctx);
          }
          accepted(ctx, id);
        });
  }

  /** {@code POST …/actions}. */
  void action(Context ctx) {
    reachingStores(
        () -> {
          ConversationRef conversation = conversation(ctx, transport);
          Optional<String> key = idempotencyKey(ctx);
          admit(ctx, conversation);
          JsonNode body = json(ctx);
          String message = text(body, "messageId").orElse("");
          String action = text(body, "action").orElse("");
          if (message.isEmpty()
              || message.length() > 100
              || action.isEmpty()
              || action.length() > 64) {
            throw Problem.of(Problem.Kind.BAD_ACTION);
          }
          String press =
              key.map(k -> "p" + Ids.messageOfPerson(conversation, Optional.of("press " + k)))
                  .orElseGet(Ids::press);
          MessageRef under = MessageRef.of(conversation, message);
          handOver(
              new InboundEvent.ActionPressed(
                  envelope(ctx, conversation, press), action, new ActionRef(press, under)));
          accepted(ctx, press);
        });
  }

  static ConversationRef conversation(Context ctx, TransportId transport) {
    String id =
        Ids.conversation(ctx.pathParam("conversation"))
            .orElseThrow(() -> Problem.of(Problem.Kind.BAD_CONVERSATION));
    return ConversationRef.of(transport, id, ConversationRef.Kind.PRIVATE);
  }

  private void takeMessage(Context ctx, ConversationRef conversation, String id)
      throws IOException {
    Message message = isMultipart(ctx) ? uploaded(ctx) : written(ctx, conversation);
    if (message.text().isBlank() && message.images().isEmpty()) {
      throw Problem.of(Problem.Kind.NOTHING_SAID);
    }
    Timelines timelines = host.timelines();
    Envelope envelope =
        envelope(ctx, conversation, id).withMessage(MessageRef.of(conversation, id));
    long born;
    try {
      // its place comes first: the answer may stand there before we go on; it shows once it is kept
      born = timelines.put(conversation, "turn", Shown.turn().encode(), keep);
      handOver(event(envelope, message));
    } catch (Problem | StoreException refused) {
      // a queue that did not answer may have the message all the same
      boolean unknown = refused instanceof Problem p && p.kind() == Problem.Kind.UNAVAILABLE;
      if (isMultipart(ctx) && !unknown) {
        remove(message.images());
      }
      throw refused;
    }
    byte[] state = Shown.ofPerson(id, message.text(), message.images(), born).encode();
    try {
      timelines.put(conversation, id, state, keep);
      ledger.put(conversation, id, new Ledger.Entry(born, Ids.digest(state)));
    } catch (StoreException e) {
      // accepted is accepted: a refusal now would make the client send, and pay, twice
      log.warn("Will not show a person's message on other pages: message={}", id, e);
    }
  }

  private static InboundEvent event(Envelope envelope, Message message) {
    List<RemoteImage> images = message.images().stream().map(RemoteImage::stored).toList();
    Matcher command = COMMAND.matcher(message.text().strip());
    if (command.matches()) {
      String arguments = command.group(2) == null ? "" : command.group(2).strip();
      String name = command.group(1).toLowerCase(Locale.ROOT);
      return new InboundEvent.CommandReceived(envelope, name, arguments, images);
    }
    return images.isEmpty()
        ? new InboundEvent.TextReceived(envelope, message.text())
        : new InboundEvent.ImagesReceived(envelope, images, message.text());
  }

  private Envelope envelope(Context ctx, ConversationRef conversation, String eventId) {
    String address = guard.address(ctx);
    UserRef user =
        new UserRef(transport, Ids.user(address, conversation.chat()), "", Languages.of(ctx));
    return Envelope.of(eventId, user, conversation, host.time().instant());
  }

  /** Everything that costs nothing comes before anything that does. */
  private void admit(Context ctx, ConversationRef conversation) {
    if (!receiving.getAsBoolean()) {
      throw Problem.later(Problem.Kind.STOPPING, Duration.ofSeconds(5));
    }
    String address = guard.address(ctx);
    limits.countMessage(host.limiter(), address);
    if (!ledger.isKnown(conversation)) {
      limits.countConversation(host.limiter(), address);
    }
    ledger.remember(conversation);
  }

  private void handOver(InboundEvent event) {
    Optional<Inbox.NotAccepted> refused = host.inbox().accept(event);
    if (refused.isPresent()) {
      Problem.Kind why =
          switch (refused.get().why()) {
            case CONVERSATION_BUSY -> Problem.Kind.CONVERSATION_BUSY;
            case FULL -> Problem.Kind.BUSY;
            case UNAVAILABLE -> Problem.Kind.UNAVAILABLE;
            case STOPPING -> Problem.Kind.STOPPING;
          };
      throw Problem.later(why, refused.get().retryAfter());
    }
  }

  private Message written(Context ctx, ConversationRef conversation) throws IOException {
    JsonNode body = json(ctx);
    String text = text(body, "text").orElse("");
    requireShort(text);
    Set<String> ids = new LinkedHashSet<>();
    JsonNode images = body.path("images");
    if (!images.isMissingNode() && !images.isNull() && !images.isArray()) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    for (JsonNode image : images) {
      if (!image.isTextual()) {
        throw Problem.of(Problem.Kind.MALFORMED);
      }
      ids.add(image.asText());
    }
    if (ids.size() > MAX_IMAGES) {
      throw Problem.of(Problem.Kind.TOO_MANY_IMAGES, MAX_IMAGES);
    }
    return new Message(text, ids.isEmpty() ? List.of() : known(conversation, ids));
  }

  /** Pictures that stand in this conversation; those of others do not exist here. */
  private List<ImageRef> known(ConversationRef conversation, Set<String> ids) throws IOException {
    Set<String> here = new HashSet<>();
    for (Timelines.Row row : Replay.everything(host.timelines(), conversation).rows()) {
      here.addAll(Shown.decode(row.state()).pictures());
    }
    List<ImageRef> refs = new ArrayList<>();
    for (String id : ids) {
      Optional<StoredImage> image =
          here.contains(id) ? host.images().open(new ImageId(id)) : Optional.empty();
      if (image.isEmpty()) {
        throw Problem.of(Problem.Kind.UNKNOWN_IMAGE);
      }
      refs.add(image.get().ref());
      image.get().close();
    }
    return refs;
  }

  private Message uploaded(Context ctx) throws IOException {
    if (ctx.req().getContentLengthLong() > MAX_MULTIPART) {
      throw Problem.of(Problem.Kind.TOO_LARGE);
    }
    List<ImageRef> images = new ArrayList<>();
    boolean taken = false;
    String address = guard.address(ctx);
    takeASlot(address);
    try {
      InputStream in = new LimitedBody(ctx.req().getInputStream(), MAX_MULTIPART, UPLOAD_TIME);
      Multipart parts = Multipart.of(in, Guard.header(ctx, "Content-Type").orElse(""));
      String text = "";
      for (Optional<Multipart.Part> next = parts.next(); next.isPresent(); next = parts.next()) {
        Multipart.Part part = next.get();
        if (part.name().equals("text")) {
          text = utf8(part.content().readNBytes((int) MAX_JSON));
          requireShort(text);
        } else if (part.name().equals("image") && !isEmptyField(part)) {
          if (images.size() == MAX_IMAGES) {
            throw Problem.of(Problem.Kind.TOO_MANY_IMAGES, MAX_IMAGES);
          }
          images.add(photos.take(part.content()));
        }
      }
      taken = true;
      return new Message(text, images);
    } finally {
      uploads.leave(address);
      if (!taken) {
        remove(images);
      }
    }
  }

  /** Of a repetition: a client that is still sending might not hear the answer. */
  private void skip(Context ctx) throws IOException {
    String address = guard.address(ctx);
    if (!isMultipart(ctx)) {
      bodies.message(ctx, address, MAX_JSON, JSON_TIME);
      return;
    }
    takeASlot(address);
    try {
      new LimitedBody(ctx.req().getInputStream(), MAX_MULTIPART, UPLOAD_TIME)
          .transferTo(OutputStream.nullOutputStream());
    } finally {
      uploads.leave(address);
    }
  }

  private void remove(List<ImageRef> images) {
    try {
      images.forEach(i -> host.images().remove(i.id()));
    } catch (StoreException e) {
      log.debug("Pictures that nobody will see stay until they expire: {}", images.size(), e);
    }
  }

  /** A form whose file field was left empty sends it all the same, without a name. */
  private static boolean isEmptyField(Multipart.Part part) throws IOException {
    return part.fileName().filter(String::isEmpty).isPresent() && part.content().read() < 0;
  }

  private void takeASlot(String address) {
    try {
      if (uploads.take(address, SLOT_PATIENCE)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw Problem.later(Problem.Kind.BUSY, Duration.ofSeconds(3));
  }

  private JsonNode json(Context ctx) throws IOException {
    String type = mediaType(ctx);
    if (!type.equals("application/json")) {
      throw Problem.of(Problem.Kind.UNSUPPORTED);
    }
    if (ctx.req().getContentLengthLong() > MAX_JSON) {
      throw Problem.of(Problem.Kind.TOO_LARGE);
    }
    byte[] body = bodies.message(ctx, guard.address(ctx), MAX_JSON, JSON_TIME);
    try {
      JsonNode node = Shown.JSON.readTree(body);
      if (node == null || !node.isObject()) {
        throw Problem.of(Problem.Kind.MALFORMED);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
  }

  private static Optional<String> text(JsonNode body, String field) {
    JsonNode node = body.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    return Optional.of(Shown.whole(node.asText()));
  }

  private static void requireShort(String text) {
    if (text.length() > InboundEvent.MAX_TEXT) {
      throw Problem.of(Problem.Kind.TEXT_TOO_LONG, InboundEvent.MAX_TEXT);
    }
  }

  private static Optional<String> idempotencyKey(Context ctx) {
    Optional<String> key = Guard.header(ctx, "Idempotency-Key");
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw Problem.of(Problem.Kind.BAD_KEY);
    }
    return key;
  }

  private static boolean isMultipart(Context ctx) {
    return mediaType(ctx).equals("multipart/form-data");
  }

  private static String mediaType(Context ctx) {
    String type = Guard.header(ctx, "Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void accepted(Context ctx, String id) {
    ctx.status(202);
    ctx.header("Cache-Control", "no-store");
    ctx.contentType("application/json");
    ctx.result(Shown.JSON.createObjectNode().put("id", id).toString());
  }

  private interface Act {
    void run() throws IOException;
  }

  private static void reachingStores(Act act) {
    try {
      act.run();
    } catch (StoreException e) {
      Problem.Kind why =
          switch (e.kind()) {
            case FULL -> Problem.Kind.BUSY;
            case UNAVAILABLE -> Problem.Kind.UNAVAILABLE;
            case REJECTED -> Problem.Kind.DAMAGED_IMAGE;
          };
      log.warn("Answered {}: the client may come again", why.status(), e);
      throw why.status() == 503 ? Problem.later(why, Duration.ofSeconds(5)) : Problem.of(why);
    } catch (IOException e) {
      // the client went away in the middle of its body; nobody reads this
      throw Problem.of(Problem.Kind.MALFORMED);
    }
  }
}
