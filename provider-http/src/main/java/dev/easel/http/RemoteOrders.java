package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The orders of one task, as a checkpoint keeps them.
 *
 * @param placing whether one more was being placed when this was written: what became of it is not
 *     known
 */
record RemoteOrders(List<RemoteOrder> placed, boolean placing) {
  RemoteOrders {
    placed = List.copyOf(placed);
  }

  static RemoteOrders read(Optional<String> checkpoint) {
    JsonNode tree = Json.lenient(checkpoint.orElse("{}"));
    List<RemoteOrder> orders = new ArrayList<>();
    for (JsonNode order : tree.path("orders")) {
      Map<String, String> data = new HashMap<>();
      order.path("data").properties().forEach(f -> data.put(f.getKey(), f.getValue().asText()));
      orders.add(
          new RemoteOrder(
              order.path("id").asText(), Instant.ofEpochMilli(order.path("at").asLong()), data));
    }
    return new RemoteOrders(orders, tree.path("placing").asBoolean());
  }

  String text() {
    ObjectNode tree = Json.object();
    ArrayNode list = tree.putArray("orders");
    for (RemoteOrder order : placed) {
      ObjectNode node = list.addObject().put("id", order.id()).put("at", order.at().toEpochMilli());
      ObjectNode data = node.putObject("data");
      order.data().forEach(data::put);
    }
    if (placing) {
      tree.put("placing", true);
    }
    return tree.toString();
  }

  boolean isNone() {
    return placed.isEmpty() && !placing;
  }

  RemoteOrders with(RemoteOrder order) {
    List<RemoteOrder> more = new ArrayList<>(placed);
    more.add(order);
    return new RemoteOrders(more, false);
  }

  RemoteOrders placing(boolean now) {
    return new RemoteOrders(placed, now);
  }
}
