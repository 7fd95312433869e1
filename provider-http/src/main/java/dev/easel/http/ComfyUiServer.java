package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.store.ImageInfo;
import dev.easel.store.MediaType;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;

/** The routes of one ComfyUI, old and new. */
final class ComfyUiServer {
  private static final Duration CHECK_TIME = Duration.ofSeconds(5);

  /** So many ended prompts are searched for one whose id the server did not take over. */
  private static final String HISTORY_ROWS = "200";

  /** The longest list of prompts; it is not kept. */
  private static final long LONG_LIST = 512L << 20;

  /** What the server knows of a prompt. */
  enum Standing {
    WAITING,
    RUNNING,
    ENDED,
    UNKNOWN
  }

  /**
   * @param id the server's id of the prompt: ours, unless the server is old
   * @param history what it left, once it ended
   * @param running which prompt the server works on; empty if none, or if this one ended
   */
  record Found(Standing standing, String id, JsonNode history, String running) {}

  private final HttpUrl base;
  private final HttpAccess access;
  private final Caller caller;
  private final PictureBytes pictures;

  ComfyUiServer(HttpUrl base, HttpAccess access, Caller caller) {
    this.base = base;
    this.access = access;
    this.caller = caller;
    this.pictures = new PictureBytes(access.maxPictureBytes());
  }

  HttpUrl socket(String clientId) {
    return url("ws").newBuilder().addQueryParameter("clientId", clientId).build();
  }

  private HttpUrl url(String path) {
    return base.newBuilder().addPathSegments(path).build();
  }

  private Duration shortTime() {
    return access.shortCallTime();
  }

  void check() throws InterruptedException {
    caller.repeatable(
        new Request.Builder().url(url("system_stats")).build(),
        Purpose.ASK,
        Work.within(CHECK_TIME),
        CHECK_TIME,
        Caller.SMALL,
        caller::tree);
  }

  /** The first value that an input of a class of nodes may have. */
  String firstOption(ComfyUiWorkflow.Wanted wanted, Work work) throws InterruptedException {
    JsonNode info =
        caller.json(get(url("object_info/" + wanted.classType())), Purpose.ASK, work, shortTime());
    JsonNode input =
        info.path(wanted.classType()).path("input").path("required").path(wanted.input());
    // [[names], {…}], or newer ["COMBO", {"options": [names]}]
    JsonNode names = input.path(0).isArray() ? input.path(0) : input.path(1).path("options");
    if (!names.path(0).isTextual()) {
      throw caller
          .failures()
          .of(Kind.MODEL_NOT_FOUND, "has no file for the input " + wanted.input());
    }
    return names.path(0).asText();
  }

  /** Uploads a picture and returns the name under which nodes load it. */
  String upload(byte[] picture, Work work) throws InterruptedException {
    MediaType type = ImageInfo.read(picture).orElseThrow().type();
    String name = "easel-" + okio.ByteString.of(picture).sha256().hex() + "." + type.extension();
    MultipartBody body =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart(
                "image", name, RequestBody.create(picture, okhttp3.MediaType.get(type.mime())))
            .addFormDataPart("overwrite", "true")
            .addFormDataPart("type", "input")
            .build();
    JsonNode kept =
        caller.json(
            new Request.Builder().url(url("upload/image")).post(body).build(),
            Purpose.ASK,
            work,
            shortTime());
    String folder = kept.path("subfolder").asText("");
    return (folder.isEmpty() ? "" : folder + "/") + kept.path("name").asText(name);
  }

  /** Hands over a prompt and returns its id. */
  String submit(ObjectNode nodes, String id, String clientId, Work work)
      throws InterruptedException {
    ObjectNode body = Json.object().put("prompt_id", id).put("client_id", clientId);
    body.set("prompt", nodes);
    body.putObject("extra_data").put("easel", id); // by which an old server's prompt is found
    JsonNode reply =
        caller.once(
            new Request.Builder().url(url("prompt")).post(Json.body(body)).build(),
            Purpose.ORDER,
            work,
            shortTime(),
            Caller.SMALL,
            caller::tree);
    return Json.text(reply, "prompt_id").filter(ComfyUiServer::isId).orElse(id);
  }

  private static boolean isId(String text) {
    return text.matches("[A-Za-z0-9_-]{1,100}");
  }

  /**
   * Looks for a prompt.
   *
   * @param thorough whether to search as for a prompt that an old server gave an id of its own
   */
  Found find(String id, boolean thorough, Work work) throws InterruptedException {
    Optional<Found> ended = inHistory(id, work);
    if (ended.isPresent()) {
      return ended.get();
    }
    Optional<Found> queued = list(url("queue"), work, answer -> ComfyUiRows.inQueue(answer, id));
    if (queued.isPresent()) {
      return queued.get();
    }
    // it may have moved from one to the other in between
    Optional<Found> now = inHistory(id, work);
    if (now.isPresent()) {
      return now.get();
    }
    Optional<Found> marked = thorough ? inAllHistory(id, work) : Optional.empty();
    return marked.orElseGet(() -> new Found(Standing.UNKNOWN, id, Json.object(), ""));
  }

  private Optional<Found> inHistory(String id, Work work) throws InterruptedException {
    JsonNode history = caller.json(get(url("history/" + id)), Purpose.FOLLOW, work, shortTime());
    JsonNode entry = history.path(id);
    return entry.isObject()
        ? Optional.of(new Found(Standing.ENDED, id, entry, ""))
        : Optional.empty();
  }

  private Optional<Found> inAllHistory(String id, Work work) throws InterruptedException {
    HttpUrl url = url("history").newBuilder().addQueryParameter("max_items", HISTORY_ROWS).build();
    Optional<String> theirs = list(url, work, answer -> ComfyUiRows.inHistory(answer, id));
    return theirs.isPresent() ? inHistory(theirs.get(), work) : Optional.empty();
  }

  private <T> T list(HttpUrl url, Work work, Caller.Reader<T> reader) throws InterruptedException {
    return caller.repeatable(get(url), Purpose.FOLLOW, work, shortTime(), LONG_LIST, reader);
  }

  /** Cancels a prompt, whether it waits or runs. */
  void cancel(String id, Work work) throws InterruptedException {
    try {
      post("api/jobs/" + id + "/cancel", Json.object(), work);
      return;
    } catch (ProviderException e) {
      int status = e.details().httpStatus().orElse(0);
      if (status != 404 && status != 405) {
        throw e;
      }
    }
    ObjectNode delete = Json.object();
    delete.putArray("delete").add(id);
    post("queue", delete, work);
    // an old server interrupts whatever runs, so only if that is ours
    if (find(id, false, work).standing() == Standing.RUNNING) {
      post("interrupt", Json.object().put("prompt_id", id), work);
    }
  }

  private void post(String path, JsonNode body, Work work) throws InterruptedException {
    caller.repeatable(
        new Request.Builder().url(url(path)).post(Json.body(body)).build(),
        Purpose.FOLLOW,
        work,
        shortTime(),
        Caller.SMALL,
        Answer::status);
  }

  /** Fetches a result. */
  byte[] view(JsonNode image, Work work) throws InterruptedException {
    HttpUrl url =
        url("view")
            .newBuilder()
            .addQueryParameter("filename", image.path("filename").asText())
            .addQueryParameter("subfolder", image.path("subfolder").asText(""))
            .addQueryParameter("type", image.path("type").asText("output"))
            .build();
    return caller.repeatable(
        get(url),
        Purpose.FOLLOW,
        work,
        access.downloadTime(),
        access.maxPictureBytes(),
        pictures::all);
  }

  private static Request get(HttpUrl url) {
    return new Request.Builder().url(url).build();
  }
}
