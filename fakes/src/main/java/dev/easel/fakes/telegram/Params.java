package dev.easel.fakes.telegram;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a call brings along: as JSON, as a form, in the query, or in parts with files. */
final class Params {
  /** The platform's limit of one request, files included. */
  private static final long MAX_BYTES = 50L << 20;

  /** A file that came along. */
  record Upload(byte[] content, String name, String type) {}

  private final ObjectMapper json;
  private final ObjectNode fields;
  private final Map<String, Upload> files = new HashMap<>();

  private Params(ObjectMapper json) {
    this.json = json;
    this.fields = json.createObjectNode();
  }

  static Params of(Context ctx, ObjectMapper json) throws Refusal, IOException {
    Params params = new Params(json);
    ctx.queryParamMap().forEach((name, values) -> params.fields.put(name, values.get(0)));
    String type = ctx.contentType();
    if (type == null) {
      return params;
    }
    if (type.startsWith("application/json")) {
      params.readJson(ctx.bodyAsBytes());
    } else if (type.startsWith("multipart/form-data")) {
      params.readParts(ctx);
    } else if (type.startsWith("application/x-www-form-urlencoded")) {
      ctx.formParamMap().forEach((name, values) -> params.fields.put(name, values.get(0)));
    }
    return params;
  }

  private void readJson(byte[] body) throws Refusal, IOException {
    if (body.length == 0) {
      return;
    }
    try {
      if (json.readTree(body) instanceof ObjectNode object) {
        fields.setAll(object);
        return;
      }
    } catch (JsonProcessingException e) {
      throw Refusal.bad("can't parse request JSON object");
    }
    throw Refusal.bad("can't parse request JSON object");
  }

  private void readParts(Context ctx) throws Refusal, IOException {
    for (UploadedFile file : ctx.uploadedFiles()) {
      if (file.size() > MAX_BYTES) {
        throw Refusal.tooLarge();
      }
    }
    // a file's part is listed too, without a value
    ctx.formParamMap()
        .forEach((name, values) -> values.stream().findFirst().ifPresent(v -> fields.put(name, v)));
    for (Map.Entry<String, java.util.List<UploadedFile>> e : ctx.uploadedFileMap().entrySet()) {
      UploadedFile file = e.getValue().get(0);
      try (InputStream in = file.content()) {
        files.put(e.getKey(), new Upload(in.readAllBytes(), file.filename(), typeOf(file)));
      }
    }
  }

  private static String typeOf(UploadedFile file) {
    String type = file.contentType();
    return type == null ? "application/octet-stream" : type;
  }

  boolean has(String name) {
    return !node(name).isMissingNode() || files.containsKey(name);
  }

  /** Empty text counts as absent. */
  Optional<String> text(String name) {
    JsonNode node = node(name);
    String text = node.isValueNode() ? node.asText() : "";
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  long number(String name, long otherwise) throws Refusal {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(text.get());
    } catch (NumberFormatException e) {
      throw Refusal.bad("invalid parameter \"" + name + "\" specified");
    }
  }

  boolean flag(String name) {
    return text(name).map(t -> t.equalsIgnoreCase("true") || t.equals("1")).orElse(false);
  }

  /** An object or array, which in a form comes as text. */
  JsonNode json(String name) throws Refusal {
    JsonNode node = node(name);
    if (node instanceof TextNode text) {
      try {
        return json.readTree(text.asText());
      } catch (JsonProcessingException e) {
        throw Refusal.bad("can't parse " + name + " JSON object");
      }
    }
    return node;
  }

  Optional<Upload> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  private JsonNode node(String name) {
    JsonNode node = fields.path(name);
    return node.isNull() ? MissingNode.getInstance() : node;
  }
}
