package dev.easel.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** JSON as the services speak it. Pictures inside it are read from the stream, not as text. */
final class Json {
  static final MediaType TYPE = MediaType.get("application/json");

  static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxStringLength(4 << 20)
                      .maxNestingDepth(200)
                      .build())
              .build());

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A body to send. Pictures in the tree are binary nodes and leave as base64. */
  static RequestBody body(JsonNode tree) {
    return RequestBody.create(bytes(tree), TYPE);
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins to read what must be an object. */
  static void requireObject(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(in, "no object");
    }
  }

  /** What the text says, or a missing node if it is no JSON. */
  static JsonNode lenient(String text) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** A provider's own option: a number or a truth value where it is one, otherwise a text. */
  static JsonNode scalar(String value) {
    JsonNode parsed = lenient(value);
    return parsed.isNumber() || parsed.isBoolean()
        ? parsed
        : MAPPER.getNodeFactory().textNode(value);
  }

  static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
        ? Optional.of(value.asText())
        : Optional.empty();
  }

  static Optional<BigDecimal> number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    // beyond what a double holds, 1e999 say, it is infinite and no decimal
    return value.isNumber() && Double.isFinite(value.doubleValue())
        ? Optional.of(value.decimalValue())
        : Optional.empty();
  }
}
