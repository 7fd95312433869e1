package dev.easel.telegram;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls that another program would make. */
final class FakeBotApiCalls {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private FakeBotApiCalls() {}

  static String call(Bed bed, String methodAndQuery) throws IOException, InterruptedException {
    URI uri = URI.create(bed.api.url() + "/bot" + bed.token + "/" + methodAndQuery);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  static void setWebhook(Bed bed, URI url) throws IOException, InterruptedException {
    String answer = call(bed, "setWebhook?url=" + url);
    if (!answer.contains("\"ok\":true")) {
      throw new IllegalStateException(answer);
    }
  }
}
