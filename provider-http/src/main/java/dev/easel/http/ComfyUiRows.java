package dev.easel.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.easel.http.ComfyUiServer.Found;
import dev.easel.http.ComfyUiServer.Standing;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the lists of a server that others use too. Each row holds a whole workflow, which
 * may have pictures inside, so all but two of its values are passed over.
 */
final class ComfyUiRows {
  private ComfyUiRows() {}

  /**
   * One row.
   *
   * @param id the server's
   * @param isIt whether that, or the mark in the extra data, is the one looked for
   */
  private record Row(String id, boolean isIt) {}

  /** Where a prompt is in the queue. */
  static Optional<Found> inQueue(Answer answer, String id) throws IOException {
    try (JsonParser in = Json.MAPPER.createParser(answer.stream())) {
      Json.requireObject(in);
      String running = "";
      for (String list = in.nextFieldName(); list != null; list = in.nextFieldName()) {
        Standing standing = list.equals("queue_running") ? Standing.RUNNING : Standing.WAITING;
        if (in.nextToken() == JsonToken.START_ARRAY) {
          while (inArray(in.nextToken())) {
            Row row = row(in, id);
            running = standing == Standing.RUNNING ? row.id() : running;
            if (row.isIt()) {
              return Optional.of(new Found(standing, row.id(), Json.object(), running));
            }
          }
        } else {
          in.skipChildren();
        }
      }
    }
    return Optional.empty();
  }

  /** The server's id of a prompt that ended. */
  static Optional<String> inHistory(Answer answer, String id) throws IOException {
    try (JsonParser in = Json.MAPPER.createParser(answer.stream())) {
      Json.requireObject(in);
      for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
        if (in.nextToken() != JsonToken.START_OBJECT) {
          in.skipChildren();
          continue;
        }
        boolean isIt = false;
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
          in.nextToken();
          if (field.equals("prompt")) {
            isIt |= row(in, id).isIt();
          } else {
            in.skipChildren();
          }
        }
        if (isIt) {
          return Optional.of(key);
        }
      }
    }
    return Optional.empty();
  }

  /** Reads one row: number, id, nodes, extra data, outputs. */
  private static Row row(JsonParser in, String id) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      in.skipChildren();
      return new Row("", false);
    }
    String theirs = "";
    boolean isMarked = false;
    int index = 0;
    for (JsonToken t = in.nextToken(); inArray(t); t = in.nextToken()) {
      if (index == 1 && t == JsonToken.VALUE_STRING) {
        theirs = in.getText();
      } else if (index == 3 && t == JsonToken.START_OBJECT) {
        isMarked = isMarked(in, id);
      } else {
        in.skipChildren();
      }
      index++;
    }
    return new Row(theirs, theirs.equals(id) || isMarked);
  }

  private static boolean isMarked(JsonParser in, String id) throws IOException {
    boolean isMarked = false;
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      boolean isString = in.nextToken() == JsonToken.VALUE_STRING;
      if (isString && field.equals("easel")) {
        isMarked = in.getText().equals(id);
      } else {
        in.skipChildren();
      }
    }
    return isMarked;
  }

  private static boolean inArray(@Nullable JsonToken token) {
    return token != null && token != JsonToken.END_ARRAY;
  }
}
