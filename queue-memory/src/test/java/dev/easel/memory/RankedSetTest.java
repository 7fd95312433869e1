package dev.easel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RankedSetTest {
  private final RankedSet<Long> set = new RankedSet<>();

  @Test
  void keepsOrderAndRanksThroughAnyChanges() {
    Random random = new Random(42);
    TreeSet<Long> model = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      long n = random.nextInt(500);
      if (random.nextInt(20) == 0 && !model.isEmpty()) {
        assertThat(set.pollFirst()).isEqualTo(model.pollFirst());
      } else if (model.add(n)) {
        set.add(n, tens(n), n);
      } else {
        model.remove(n);
        set.remove(tens(n), n);
      }
      assertThat(set.size()).isEqualTo(model.size());
      if (!model.isEmpty()) {
        long any = model.ceiling(Math.min(n, model.last()));
        assertThat(set.first()).isEqualTo(model.first());
        assertThat(set.rank(tens(any), any)).isEqualTo(model.headSet(any).size());
      }
    }
  }

  @Test
  void equalFirstNumbersAreOrderedByTheSecond() {
    set.add(2L, 1.5, 2);
    set.add(3L, 1.5, 3);
    set.add(1L, 1.5, 1);

    assertThat(set.pollFirst()).isEqualTo(1);
    assertThat(set.pollFirst()).isEqualTo(2);
    assertThat(set.pollFirst()).isEqualTo(3);
    assertThat(set.isEmpty()).isTrue();
  }

  @Test
  void whatIsNotThereCannotBeTaken() {
    assertThatIllegalStateException().isThrownBy(set::first);
    assertThatIllegalStateException().isThrownBy(set::pollFirst);
    assertThatIllegalStateException().isThrownBy(() -> set.remove(1, 1));
  }

  private static double tens(long n) {
    return Math.floor((double) n / 10);
  }
}
