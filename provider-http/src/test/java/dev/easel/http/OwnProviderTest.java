package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.easel.fakes.images.TestPicture;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.testkit.TestRenderContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of docs/providers.md does what it says. */
class OwnProviderTest {
  @Test
  void isTheOneThatTheGuideShows() throws Exception {
    String code = Files.readString(Path.of("src/test/java/dev/easel/http/OwnProvider.java"));
    String shown = code.substring(code.indexOf("record OwnProvider"));
    assertThat(Files.readString(Path.of("../docs/providers.md"))).contains("```java\n" + shown);
    assertThat(shown).hasLineCount(30);
  }

  @Test
  void makesAPictureAndTellsALostAnswer() throws Exception {
    byte[] picture = TestPicture.png(64, 64, 1);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String prompt = new String(exchange.getRequestBody().readAllBytes());
          if (!prompt.equals("lost")) {
            exchange.sendResponseHeaders(200, picture.length);
            exchange.getResponseBody().write(picture);
          }
          exchange.close();
        });
    server.start();
    try {
      OwnProvider own =
          new OwnProvider(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
              HttpClient.newHttpClient());
      Rendered rendered =
          (Rendered) own.render(ImageTask.Generate.of("a"), new TestRenderContext());
      assertThat(rendered.images().get(0).bytes()).isEqualTo(picture);
      ProviderException e =
          catchThrowableOfType(
              ProviderException.class,
              () -> own.render(ImageTask.Generate.of("lost"), new TestRenderContext()));
      assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    } finally {
      server.stop(0);
    }
  }
}
