package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.fakes.images.FakeOpenAi;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CallerTest {
  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void errorWhileAnAnswerIsReadReachesTheOneWhoWaits() {
    try (FakeOpenAi service = FakeOpenAi.start()) {
      Caller caller = new Caller("test", HttpAccess.shared().client(), report -> {});
      Request request =
          new Request.Builder()
              .url(service.baseUrl() + "/models")
              .header("Authorization", "Bearer " + FakeOpenAi.KEY)
              .build();
      Work work = Work.within(Duration.ofSeconds(10));
      assertThatThrownBy(
              () ->
                  caller.once(
                      request,
                      Purpose.ASK,
                      work,
                      Duration.ofSeconds(10),
                      Caller.SMALL,
                      answer -> {
                        throw new OutOfMemoryError("as if");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasCauseInstanceOf(OutOfMemoryError.class);
    }
  }
}
