package dev.easel.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.Attempt;
import dev.easel.image.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which provider has the task, what it keeps of it, and who failed before.
 *
 * @param provider empty if none has it
 * @param text the provider's own checkpoint
 */
record RouteCheckpoint(Optional<String> provider, Optional<String> text, List<Attempt> before) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of failures, so many are kept. */
  private static final int KEPT = 8;

  static final RouteCheckpoint NONE =
      new RouteCheckpoint(Optional.empty(), Optional.empty(), List.of());

  RouteCheckpoint {
    before = List.copyOf(before);
  }

  static RouteCheckpoint read(Optional<String> checkpoint) {
    if (checkpoint.isEmpty()) {
      return NONE;
    }
    try {
      JsonNode tree = JSON.readTree(checkpoint.get());
      List<Attempt> before = new ArrayList<>();
      for (JsonNode a : tree.path("before")) {
        before.add(
            new Attempt(
                a.path("provider").asText("?"),
                text(a, "model"),
                Duration.ofMillis(a.path("ms").asLong()),
                Optional.of(ProviderException.Kind.valueOf(a.path("kind").asText()))));
      }
      return new RouteCheckpoint(text(tree, "provider"), text(tree, "text"), before);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw ProviderException.builder(
              ProviderException.Kind.OUTCOME_UNKNOWN, "the routing checkpoint cannot be read")
          .cause(e)
          .build();
    }
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.path(field).asText(null));
  }

  String text(Optional<String> inner) {
    ObjectNode tree = JSON.createObjectNode();
    provider.ifPresent(p -> tree.put("provider", p));
    inner.ifPresent(t -> tree.put("text", t));
    for (Attempt a : before.subList(Math.max(0, before.size() - KEPT), before.size())) {
      ObjectNode node =
          tree.withArray("before")
              .addObject()
              .put("provider", a.provider())
              .put("ms", a.took().toMillis())
              .put("kind", a.failure().orElseThrow().name());
      a.model().filter(m -> m.length() <= 100).ifPresent(m -> node.put("model", m));
    }
    return tree.toString();
  }
}
