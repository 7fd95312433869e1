package dev.easel.fakes.images;

import static dev.easel.fakes.images.FakeService.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The sockets on which ComfyUI tells its clients of their prompts. */
final class ComfyUiSockets {
  private final IntSupplier queueLength;
  private final Map<String, WsContext> open = new ConcurrentHashMap<>();
  private volatile boolean previewsWithMetadata;
  private volatile boolean drop;

  ComfyUiSockets(IntSupplier queueLength) {
    this.queueLength = queueLength;
  }

  void previewsWithMetadata(boolean yes) {
    previewsWithMetadata = yes;
  }

  /** Whether each ends with its first message. */
  void drop(boolean yes) {
    drop = yes;
  }

  void open(WsConfig ws) {
    ws.onConnect(
        socket -> {
          String clientId = socket.queryParam("clientId");
          open.put(clientId == null ? "" : clientId, socket);
          ObjectNode data = JSON.createObjectNode().put("sid", clientId);
          data.putObject("status")
              .putObject("exec_info")
              .put("queue_remaining", queueLength.getAsInt());
          socket.send(event("status", data).toString());
        });
    ws.onClose(socket -> open.values().remove(socket));
  }

  private static ObjectNode event(String type, ObjectNode data) {
    ObjectNode event = JSON.createObjectNode().put("type", type);
    event.set("data", data);
    return event;
  }

  private Optional<WsContext> of(@Nullable String clientId) {
    return Optional.ofNullable(clientId).map(open::get);
  }

  boolean has(@Nullable String clientId) {
    return of(clientId).isPresent();
  }

  void tell(@Nullable String clientId, String type, ObjectNode data) {
    of(clientId)
        .ifPresent(
            socket -> {
              if (drop) {
                socket.closeSession(1011, "dropped");
              } else {
                socket.send(event(type, data).toString());
              }
            });
  }

  /** The two binary forms: 1 is format and picture, 4 is a length, JSON and picture. */
  void preview(@Nullable String clientId, String promptId, byte[] picture) {
    Optional<WsContext> socket = of(clientId);
    if (socket.isEmpty() || drop) {
      return;
    }
    ByteBuffer message;
    if (previewsWithMetadata) {
      byte[] json =
          ("{\"prompt_id\":\"" + promptId + "\",\"image_type\":\"image/jpeg\"}")
              .getBytes(StandardCharsets.UTF_8);
      message = ByteBuffer.allocate(8 + json.length + picture.length);
      message.putInt(4).putInt(json.length).put(json).put(picture);
    } else {
      message = ByteBuffer.allocate(8 + picture.length);
      message.putInt(1).putInt(1).put(picture);
    }
    socket.get().send(message.flip());
  }
}
