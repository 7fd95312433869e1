package dev.easel.http;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.store.ImageInfo;
import dev.easel.store.MediaType;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/** The routes of fal's queue and of its uploads. */
final class FalQueue {
  private static final Duration CHECK_TIME = Duration.ofSeconds(5);

  /**
   * How a request ends for good, as its runner or model left it: what the queue has as its result
   * then. {@code internal_error} is not among them, since the queue says it of itself too.
   *
   * @see <a href="https://docs.fal.ai/documentation/model-apis/request-errors">fal's list</a>
   */
  private static final Map<String, Kind> ENDS =
      Map.ofEntries(
          entry("request_timeout", Kind.TIMEOUT),
          entry("startup_timeout", Kind.TIMEOUT),
          entry("runner_scheduling_failure", Kind.NO_IMAGE),
          entry("runner_connection_timeout", Kind.NO_IMAGE),
          entry("runner_disconnected", Kind.NO_IMAGE),
          entry("runner_connection_refused", Kind.NO_IMAGE),
          entry("runner_connection_error", Kind.NO_IMAGE),
          entry("runner_incomplete_response", Kind.NO_IMAGE),
          entry("runner_server_error", Kind.NO_IMAGE),
          entry("internal_server_error", Kind.NO_IMAGE),
          entry("downstream_service_unavailable", Kind.NO_IMAGE));

  // the names of an order's data are short, since they are kept in a checkpoint
  private static final String MODEL = "m";
  private static final String RESPONSE = "r";
  private static final String STATUS = "s";
  private static final String CANCEL = "c";

  private final HttpUrl queue;
  private final HttpUrl rest;
  private final Headers headers;
  private final int maxDataUri;
  private final HttpAccess access;
  private final Caller caller;
  private final Downloads downloads;

  FalQueue(
      String provider,
      HttpUrl queue,
      HttpUrl rest,
      String key,
      int maxDataUri,
      HttpAccess access,
      Caller caller) {
    this.queue = queue;
    this.rest = rest;
    this.headers = Headers.of("Authorization", "Key " + key);
    this.maxDataUri = maxDataUri;
    this.access = access;
    this.caller = caller;
    this.downloads = new Downloads(provider, access, queue, headers);
  }

  /** Asks for a request that cannot exist: with a right key it is only unknown. */
  void check(String endpoint) throws InterruptedException {
    HttpUrl url =
        requestOf(endpoint, new UUID(0, 0).toString())
            .newBuilder()
            .addPathSegment("status")
            .build();
    try {
      caller.repeatable(
          new Request.Builder().url(url).headers(headers).build(),
          Purpose.ASK,
          Work.within(CHECK_TIME),
          CHECK_TIME,
          Caller.SMALL,
          Answer::status);
    } catch (ProviderException e) {
      int status = e.details().httpStatus().orElse(0);
      if (status != 400 && status != 404 && status != 405 && status != 422) {
        throw e;
      }
    }
  }

  /** Where a request is; what follows the model's first two parts is not in the address. */
  private HttpUrl requestOf(String endpoint, String id) {
    String[] parts = endpoint.split("/", -1);
    return queue
        .newBuilder()
        .addPathSegment(parts[0])
        .addPathSegment(parts[1])
        .addPathSegment("requests")
        .addPathSegment(id)
        .build();
  }

  /** Inside the request where it fits, otherwise uploaded first. */
  String addressOf(byte[] picture, Work work) throws InterruptedException {
    MediaType type = ImageInfo.read(picture).orElseThrow().type();
    if (picture.length <= maxDataUri) {
      return "data:" + type.mime() + ";base64," + Base64.getEncoder().encodeToString(picture);
    }
    ObjectNode file =
        Json.object()
            .put("content_type", type.mime())
            .put("file_name", "picture." + type.extension());
    JsonNode slot =
        caller.json(
            new Request.Builder()
                .url(rest.newBuilder().addPathSegments("storage/upload/initiate").build())
                .headers(headers)
                .post(Json.body(file))
                .build(),
            Purpose.ASK,
            work,
            access.shortCallTime());
    downloads.upload(
        slot.path("upload_url").asText(""),
        RequestBody.create(picture, okhttp3.MediaType.get(type.mime())),
        rest,
        work);
    return Json.text(slot, "file_url")
        .orElseThrow(() -> caller.failures().of(Kind.PROTOCOL, "an upload got no address"));
  }

  /** Places an order, which is paid. */
  RemoteOrder submit(String endpoint, ObjectNode input, Work work) throws InterruptedException {
    JsonNode reply =
        caller.once(
            new Request.Builder()
                .url(queue.newBuilder().addPathSegments(endpoint).build())
                .headers(headers)
                .post(Json.body(input))
                .build(),
            Purpose.ORDER,
            work,
            access.shortCallTime(),
            Caller.SMALL,
            caller::tree);
    String id =
        Json.text(reply, "request_id")
            .filter(i -> i.matches("[A-Za-z0-9_-]{1,100}"))
            .orElseThrow(() -> caller.failures().of(Kind.OUTCOME_UNKNOWN, "the order got no name"));
    // the key goes to the queue's host only, so other addresses are not used
    String response =
        ownAddress(reply, "response_url").orElseGet(() -> requestOf(endpoint, id).toString());
    Map<String, String> data = new HashMap<>(Map.of(MODEL, endpoint, RESPONSE, response));
    ownAddress(reply, "status_url")
        .filter(url -> !url.equals(response + "/status"))
        .ifPresent(url -> data.put(STATUS, url));
    ownAddress(reply, "cancel_url")
        .filter(url -> !url.equals(response + "/cancel"))
        .ifPresent(url -> data.put(CANCEL, url));
    return RemoteOrder.now(id, data);
  }

  private Optional<String> ownAddress(JsonNode reply, String field) {
    return Json.text(reply, field)
        .filter(
            text -> {
              HttpUrl url = HttpUrl.parse(text);
              return url != null && downloads.isOwn(url);
            });
  }

  String modelOf(RemoteOrder order) {
    return order.data().getOrDefault(MODEL, "");
  }

  JsonNode status(RemoteOrder order) throws InterruptedException {
    return follow(order, STATUS, "/status", Work.within(access.shortCallTime()));
  }

  /**
   * The result of a request that is complete.
   *
   * @throws ProviderException one that passes if the result cannot be had now; one that does not if
   *     the result itself is a failure
   */
  JsonNode result(RemoteOrder order, Work work) throws InterruptedException {
    try {
      return follow(order, RESPONSE, "", work);
    } catch (ProviderException e) {
      Optional<String> code = e.details().providerCode().filter(ENDS::containsKey);
      throw isServersFault(e) && code.isPresent() ? ended(order, code) : e;
    }
  }

  /**
   * Throws why there is no result, of a request whose state says so. The result tells more than the
   * state, if it tells anything.
   */
  void requireResult(RemoteOrder order, JsonNode state) throws InterruptedException {
    try {
      result(order, Work.within(access.shortCallTime()));
    } catch (ProviderException e) {
      throw isServersFault(e) && Harvest.isPassing(e) ? ended(order, Problem.of(state).type()) : e;
    }
  }

  private static boolean isServersFault(ProviderException e) {
    return e.details().httpStatus().orElse(0) >= 500;
  }

  private ProviderException ended(RemoteOrder order, Optional<String> code) {
    Kind kind = ENDS.getOrDefault(code.orElse(""), Kind.NO_IMAGE);
    ProviderException.Builder b =
        caller
            .failures()
            .builder(kind, "the run failed" + code.map(c -> ": " + c).orElse(""))
            .requestId(order.id())
            .mayBeBilled(true);
    code.ifPresent(b::providerCode);
    return b.build();
  }

  private JsonNode follow(RemoteOrder order, String key, String path, Work work)
      throws InterruptedException {
    try {
      return caller.json(
          request(order, key, path).get().build(), Purpose.FOLLOW, work, access.shortCallTime());
    } catch (ProviderException e) {
      int status = e.details().httpStatus().orElse(0);
      if (status != 404 && status != 410) {
        throw e;
      }
      throw caller
          .failures()
          .builder(Kind.OUTCOME_UNKNOWN, "no longer knows the order")
          .requestId(order.id())
          .build();
    }
  }

  private Request.Builder request(RemoteOrder order, String key, String path) {
    String url = order.data().get(key);
    return new Request.Builder()
        .url(url != null ? url : requireNonNull(order.data().get(RESPONSE)) + path)
        .headers(headers);
  }

  /** Returns false if it was too late. */
  boolean cancel(RemoteOrder order) throws InterruptedException {
    try {
      caller.repeatable(
          request(order, CANCEL, "/cancel").put(RequestBody.create(new byte[0])).build(),
          Purpose.FOLLOW,
          Work.within(access.shortCallTime()),
          access.shortCallTime(),
          Caller.SMALL,
          Answer::status);
      return true;
    } catch (ProviderException e) {
      if (e.details().httpStatus().orElse(0) == 400) { // ALREADY_COMPLETED
        return false;
      }
      throw e;
    }
  }

  byte[] download(String url, Work work) throws InterruptedException {
    if (!url.startsWith("data:")) {
      return downloads.fetch(url, work);
    }
    try {
      return Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    } catch (IllegalArgumentException e) {
      throw caller
          .failures()
          .builder(Kind.PROTOCOL, "a picture is no base64")
          .mayBeBilled(true)
          .build();
    }
  }
}
