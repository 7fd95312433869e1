package dev.easel.fakes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.fal.client.ClientConfig;
import ai.fal.client.CredentialsResolver;
import ai.fal.client.FalClient;
import ai.fal.client.Output;
import ai.fal.client.SubscribeOptions;
import ai.fal.client.exception.FalException;
import ai.fal.client.queue.QueueResultOptions;
import ai.fal.client.queue.QueueStatus;
import ai.fal.client.queue.QueueStatusOptions;
import ai.fal.client.queue.QueueSubmitOptions;
import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** fal's own client, unchanged, takes the fake for its service; it comes by its proxy protocol. */
class FalClientTest {
  private static final String MODEL = "fal-ai/flux/dev";

  private final FakeFal service = FakeFal.start();
  private final FalClient client =
      FalClient.withConfig(
          ClientConfig.builder()
              .withCredentials(CredentialsResolver.fromApiKey(FakeFal.KEY))
              .withProxyUrl(service.url() + "/proxy")
              .build());

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void submitsLooksAndFetches() {
    QueueStatus.InQueue queued =
        client
            .queue()
            .submit(MODEL, QueueSubmitOptions.withInput(Map.of("prompt", "a lighthouse")));
    assertThat(queued.getRequestId()).isNotBlank();
    QueueStatus.StatusUpdate status;
    int looks = 0;
    do {
      status =
          client.queue().status(MODEL, QueueStatusOptions.withRequestId(queued.getRequestId()));
      assertThat(++looks).isLessThan(10);
    } while (status.getStatus() != QueueStatus.Status.COMPLETED);
    Output<JsonObject> result =
        client.queue().result(MODEL, QueueResultOptions.withRequestId(queued.getRequestId()));
    assertThat(result.getData().getAsJsonArray("images")).hasSize(1);
    assertThat(service.runs()).isEqualTo(1);
  }

  @Test
  void subscribes() {
    Output<JsonObject> result =
        client.subscribe(MODEL, SubscribeOptions.withInput(Map.of("prompt", "a lighthouse")));
    assertThat(result.getData().get("seed").getAsLong()).isPositive();
    assertThat(result.getRequestId()).isNotBlank();
  }

  @Test
  void saysRefusalsAsTheServiceDoes() {
    Throwable e =
        catchThrowable(
            () ->
                client.subscribe(
                    MODEL, SubscribeOptions.withInput(Map.of("prompt", "forbidden things"))));
    assertThat(e).isInstanceOf(FalException.class);
  }
}
