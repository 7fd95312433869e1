package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.image.Usage;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenTicketsTest {
  private final FakeQueue queue = new FakeQueue();
  private final OpenTickets tickets = new OpenTickets(queue, Crew.daemons("tickets"));

  @AfterEach
  void close() {
    tickets.close();
  }

  @Test
  void aResultOfANewerProgramFailsItsOwnTicketAndNoOther() throws Exception {
    CompletableFuture<Outcome> newer = open("newer");
    CompletableFuture<Outcome> plain = open("plain");

    ends("newer", new Payload("rendered", 2, new byte[0]));
    assertThatThrownBy(() -> newer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Codec.NewerVersion.class);
    ends("plain", Codec.RESULT.write(nothingMade()));
    assertThat(plain.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Made.class);
  }

  @Test
  void whatIsOrderedWhileTheServiceClosesDoesNotWaitForEver() {
    open("before");
    tickets.close();

    assertThat(open("after")).isCancelled();
  }

  @Test
  void theFirstOrderAfterTheEndIsCancelledToo() {
    tickets.close();

    assertThat(open("after")).isCancelled();
  }

  private CompletableFuture<Outcome> open(String id) {
    queue.put(JobId.of(id), JobState.WAITING, Optional.empty());
    return tickets.open(JobId.of(id));
  }

  private void ends(String id, Payload result) {
    queue.put(JobId.of(id), JobState.SUCCEEDED, Optional.of(result));
  }

  private static RenderResult nothingMade() {
    return new RenderResult(
        List.of(), "maker", Duration.ZERO, List.of(), Usage.UNKNOWN, Optional.empty());
  }
}
