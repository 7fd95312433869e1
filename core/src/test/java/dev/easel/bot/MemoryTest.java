package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.job.GroupId;
import org.junit.jupiter.api.Test;

class MemoryTest {
  @Test
  void namesThatFitStay() {
    assertThat(Memory.fitting("telegram:shop/7", 256)).isEqualTo("telegram:shop/7");
  }

  @Test
  void longNamesFitAndStayApart() {
    String ann = "a".repeat(300) + "1";
    String bob = "a".repeat(300) + "2";

    assertThat(Memory.fitting(ann, 256)).hasSize(256).isNotEqualTo(Memory.fitting(bob, 256));
    assertThat(Memory.fitting(ann, 256)).isEqualTo(Memory.fitting(ann, 256));
  }

  @Test
  void longNamesAreCutBetweenCharacters() {
    for (int before = 0; before < 2; before++) {
      String name = "a".repeat(before) + "\uD83C\uDFA8".repeat(200);
      assertThat(GroupId.of(Memory.fitting(name, GroupId.MAX_LENGTH)).value()).hasSizeLessThan(257);
    }
  }
}
