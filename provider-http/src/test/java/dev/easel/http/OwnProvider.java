package dev.easel.http;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderedImage;
import dev.easel.image.TaskKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;

/** A server that answers a POST of a prompt with a PNG. Shown in docs/providers.md. */
record OwnProvider(URI server, HttpClient client) implements ImageProvider {
  @Override
  public Capabilities capabilities() {
    return Capabilities.builder("own").build(); // generates one PNG, and must not be repeated
  }

  @Override
  public Health check() {
    return Health.up();
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    if (task.kind() != TaskKind.GENERATE) {
      throw ProviderException.of(Kind.UNSUPPORTED, "own only generates");
    }
    var order = HttpRequest.newBuilder(server).timeout(context.timeLeft());
    order.POST(HttpRequest.BodyPublishers.ofString(task.prompt()));
    try {
      var answer = client.send(order.build(), BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw ProviderException.of(Kind.INVALID_REQUEST, "answered " + answer.statusCode());
      }
      var picture = RenderedImage.of(answer.body(), Optional.empty());
      return RenderOutcome.Rendered.of("own", List.of(picture));
    } catch (IOException e) {
      throw ProviderException.of(Kind.OUTCOME_UNKNOWN, "no answer came", e);
    }
  }
}
