package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a service says of a failure, in any of the forms that services use.
 *
 * @param code empty if there is none, or it does not look like one: it goes into logs
 * @param message for a look at its words only: it may hold the prompt, or a part of a key
 */
record Problem(
    Optional<String> code, Optional<String> type, Optional<String> field, String message) {
  /** Of several parts without digits, or a short number: neither a key nor a word of a prompt. */
  private static final Pattern CODE =
      Pattern.compile("(?=.{1,60}$)[A-Za-z]+([_.][A-Za-z]+)+|[0-9]{1,4}");

  private static final Pattern FIELD = Pattern.compile("(?=.{1,40}$)[a-z]+(_[a-z]+)*(\\[])?");

  static Problem read(String body) {
    return of(Json.lenient(body));
  }

  static Problem of(JsonNode tree) {
    JsonNode error = tree.path("error");
    JsonNode node = firstNodeError(tree);
    if (node.isObject()) { // ComfyUI names the node's own error
      return new Problem(
          word(node, "type"),
          word(error, "type"),
          field(node.path("extra_info"), "input_name"),
          node.path("message").asText(""));
    }
    if (error.isObject()) { // OpenAI, LocalAI, ComfyUI
      return new Problem(
          word(error, "code"),
          word(error, "type"),
          field(error, "param"),
          error.path("message").asText("") + " " + error.path("details").asText(""));
    }
    JsonNode detail = tree.path("detail");
    if (detail.isArray() && !detail.isEmpty()) { // FastAPI's validation, fal
      JsonNode first = detail.get(0);
      JsonNode loc = first.path("loc");
      return new Problem(
          word(first, "type"),
          Optional.empty(),
          loc.isEmpty() ? Optional.empty() : asField(loc.get(loc.size() - 1).asText("")),
          first.path("msg").asText(""));
    }
    // {"detail": "text"}, {"error": "text", "detail": …}, {"error": "code", "message": "text"}
    String message =
        detail.asText("")
            + " "
            + tree.path("message").asText("")
            + " "
            + tree.path("errors").asText("");
    return new Problem(
        word(tree, "code").or(() -> word(tree, "error")).or(() -> word(tree, "name")),
        word(tree, "error_type"),
        Optional.empty(),
        error.isTextual() ? error.asText() + " " + message : message);
  }

  private static JsonNode firstNodeError(JsonNode tree) {
    for (JsonNode node : tree.path("node_errors")) {
      return node.path("errors").path(0);
    }
    return MissingNode.getInstance();
  }

  private static Optional<String> word(JsonNode node, String field) {
    return Json.text(node, field)
        .filter(text -> CODE.matcher(text).matches() || Failures.isCode(text));
  }

  private static Optional<String> field(JsonNode node, String field) {
    return Json.text(node, field).flatMap(Problem::asField);
  }

  private static Optional<String> asField(String text) {
    return FIELD.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }
}
