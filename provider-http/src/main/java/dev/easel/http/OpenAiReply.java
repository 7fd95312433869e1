package dev.easel.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What OpenAI and its like answer, whole or as one event of a stream. Pictures are decoded while
 * they are read.
 *
 * @param error missing if there is none
 */
record OpenAiReply(List<Item> items, JsonNode usage, JsonNode error, String type) {

  /** One picture: bytes, or where they are. */
  record Item(byte[] bytes, Optional<String> url, Optional<String> revisedPrompt) {
    @Override
    public boolean equals(Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  static OpenAiReply read(InputStream body, PictureBytes pictures) throws IOException {
    try (JsonParser in = Json.MAPPER.createParser(body)) {
      return read(in, pictures);
    }
  }

  private static OpenAiReply read(JsonParser in, PictureBytes pictures) throws IOException {
    List<Item> items = new ArrayList<>();
    JsonNode usage = MissingNode.getInstance();
    JsonNode error = MissingNode.getInstance();
    String type = "";
    byte @Nullable [] single = null;
    if (in.nextToken() != JsonToken.START_OBJECT) {
      return new OpenAiReply(items, usage, error, type);
    }
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      in.nextToken();
      switch (field) {
        case "data" -> items.addAll(items(in, pictures));
        case "b64_json" -> single = pictures.base64(in);
        case "usage" -> usage = Json.MAPPER.readTree(in);
        case "error" -> error = Json.MAPPER.readTree(in);
        case "type" -> type = in.getValueAsString("");
        default -> in.skipChildren();
      }
    }
    if (single != null) {
      items.add(new Item(single, Optional.empty(), Optional.empty()));
    }
    return new OpenAiReply(items, usage, error.isNull() ? MissingNode.getInstance() : error, type);
  }

  private static List<Item> items(JsonParser in, PictureBytes pictures) throws IOException {
    List<Item> items = new ArrayList<>();
    if (in.currentToken() != JsonToken.START_ARRAY) {
      in.skipChildren();
      return items;
    }
    for (JsonToken t = in.nextToken(); t != null && t != JsonToken.END_ARRAY; t = in.nextToken()) {
      if (t == JsonToken.START_OBJECT && items.size() < 100) {
        items.add(item(in, pictures));
      } else {
        in.skipChildren(); // null, where one picture could not be made
      }
    }
    return items;
  }

  private static Item item(JsonParser in, PictureBytes pictures) throws IOException {
    byte[] bytes = new byte[0];
    Optional<String> url = Optional.empty();
    Optional<String> revised = Optional.empty();
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      in.nextToken();
      switch (field) {
        case "b64_json" -> bytes = pictures.base64(in);
        case "url" -> url = Optional.ofNullable(in.getValueAsString());
        case "revised_prompt" -> revised = Optional.ofNullable(in.getValueAsString());
        default -> in.skipChildren();
      }
    }
    return new Item(bytes, url, revised);
  }
}
