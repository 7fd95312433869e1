package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptTest {
  @Test
  void ordinaryTextStays() {
    assertThat(Prompt.clean(" a cat,\n\tнебо \uD83D\uDE00 "))
        .isEqualTo(new Prompt("a cat,\n\tнебо \uD83D\uDE00", false));
  }

  @Test
  void whatCannotBeSeenIsLeftOut() {
    assertThat(Prompt.clean("a\u202Ecat\u0000\u0007")).isEqualTo(new Prompt("acat", true));
    assertThat(Prompt.clean("half \uD83D")).isEqualTo(new Prompt("half", true));
    assertThat(Prompt.clean("a\r\nb")).isEqualTo(new Prompt("a\nb", false));
  }

  @Test
  void joinersOfEmojiStay() {
    String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    assertThat(Prompt.clean(family).text()).isEqualTo(family);
  }
}
