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

/**
 * What {@code /sdapi} answers. Grids, which come before the pictures, and what extensions put
 * behind them are left out.
 *
 * @param info how the pictures were made: JSON that comes as a text
 */
record WebUiReply(List<byte[]> images, JsonNode info) {

  static WebUiReply read(InputStream body, PictureBytes pictures, int expected) throws IOException {
    List<byte[]> images = new ArrayList<>();
    JsonNode info = MissingNode.getInstance();
    try (JsonParser in = Json.MAPPER.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return new WebUiReply(images, info);
      }
      for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
        in.nextToken();
        switch (field) {
          case "images" -> {
            while (in.nextToken() == JsonToken.VALUE_STRING) {
              images.add(pictures.base64(in));
            }
          }
          case "image" -> images.add(pictures.base64(in));
          case "info" -> info = Json.lenient(in.getValueAsString(""));
          default -> in.skipChildren();
        }
      }
    }
    int first = Math.min(images.size(), Math.max(0, info.path("index_of_first_image").asInt(0)));
    int last = Math.min(images.size(), first + expected);
    return new WebUiReply(images.subList(first, last), info);
  }

  Optional<Long> seed(int index) {
    JsonNode seed = info.path("all_seeds").path(index);
    return seed.isIntegralNumber() ? Optional.of(seed.asLong()) : Optional.empty();
  }

  Optional<String> model() {
    return Json.text(info, "sd_model_name");
  }
}
