package dev.easel.fakes.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class FakeServiceTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void pageListsWhatWasReceivedAndEscapesIt() throws Exception {
    try (FakeWebUi service = FakeWebUi.start()) {
      client.send(
          HttpRequest.newBuilder(URI.create(service.url() + "/sdapi/v1/txt2img"))
              .POST(BodyPublishers.ofString("{\"prompt\":\"<script>\",\"width\":64,\"height\":64}"))
              .build(),
          BodyHandlers.ofString());
      String page = get(service.url() + "/_fake");
      assertThat(page).contains("POST /sdapi/v1/txt2img", "Runs: 1", "&lt;script&gt;");
      assertThat(page).doesNotContain("<script>");
      assertThat(get(service.url() + "/_fake/calls")).contains("\"runs\":1");
      assertThat(service.calls()).as("its own pages are not counted").hasSize(1);
    }
  }

  @Test
  void pageListsThePartsOfAMultipartBody() throws Exception {
    String body =
        """
        --b\r
        Content-Disposition: form-data; name="prompt"\r
        \r
        a <b>fox</b>\r
        --b\r
        Content-Disposition: form-data; name="image"; filename="a.png"\r
        Content-Type: image/png\r
        \r
        12345\r
        --b--\r
        """;
    try (FakeOpenAi service = FakeOpenAi.start()) {
      client.send(
          HttpRequest.newBuilder(URI.create(service.baseUrl() + "/images/edits"))
              .header("Content-Type", "multipart/form-data; boundary=b")
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
      assertThat(get(service.url() + "/_fake")).contains("prompt  12", "image image/png 5");
      assertThat(get(service.url() + "/_fake/calls"))
          .contains("{\"name\":\"image\",\"type\":\"image/png\",\"bytes\":5}");
    }
  }

  private String get(String url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }
}
