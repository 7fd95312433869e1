package dev.easel.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.job.WorkerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Who has an answer that was asked for before there was a job. */
class BellTest {
  private static final WorkerId ANN = WorkerId.of("ann");
  private static final WorkerId BOB = WorkerId.of("bob");
  private static final List<Object> ANSWER = List.of("a job");

  private final Bell bell = new Bell(ANN);

  private Bell.Waiter waiter(WorkerId who, int want) {
    var waiter =
        new Bell.Waiter(
            who,
            want,
            System.nanoTime(),
            line -> CompletableFuture.failedFuture(new AssertionError("nobody asks here")),
            late -> {
              throw new AssertionError("it was given to somebody");
            });
    bell.enter(waiter);
    return waiter;
  }

  private static void leaves(Bell.Waiter waiter) {
    assertThatThrownBy(() -> waiter.await()).isInstanceOf(TimeoutException.class);
  }

  private static List<Object> told(Bell.Waiter waiter) throws Exception {
    return waiter.await().orElseThrow();
  }

  @Test
  void askersOwnAnswerIsHis() throws Exception {
    Bell.Waiter first = waiter(ANN, 1);
    Bell.Waiter second = waiter(ANN, 1);

    assertThat(bell.tell(first, ANSWER)).isTrue();
    assertThat(told(first)).isEqualTo(ANSWER);
    leaves(second);
  }

  @Test
  void answerOfOneWhoHasGoneIsForTheNextWhoAsksTheSame() throws Exception {
    Bell.Waiter gone = waiter(ANN, 2);
    waiter(BOB, 2);
    waiter(ANN, 1);
    Bell.Waiter next = waiter(ANN, 3);
    leaves(gone);

    assertThat(bell.tell(gone, ANSWER)).isTrue();
    assertThat(told(next)).isEqualTo(ANSWER);
  }

  @Test
  void answerThatNobodyWouldHaveAskedForIsLeft() {
    Bell.Waiter gone = waiter(ANN, 2);
    Bell.Waiter another = waiter(BOB, 2);
    Bell.Waiter fewer = waiter(ANN, 1);
    leaves(gone);

    assertThat(bell.tell(gone, ANSWER)).isFalse();
    leaves(another);
    leaves(fewer);
  }
}
