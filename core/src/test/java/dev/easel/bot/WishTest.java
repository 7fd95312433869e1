package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.image.AspectRatio;
import dev.easel.image.ImageOptions;
import dev.easel.image.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WishTest {
  @Test
  void wordsAloneAreWords() throws Exception {
    assertThat(Wish.of("a fox -- in the snow")).isEqualTo(words("a fox -- in the snow"));
    assertThat(Wish.of("a fox --no-one knows")).isEqualTo(words("a fox --no-one knows"));
    assertThat(Wish.of("a fox\u2014n 2")).as("no space before").isEqualTo(words("a fox\u2014n 2"));
  }

  @Test
  void optionsAreTakenOut() throws Exception {
    Wish wish = Wish.of("a fox --n 2 --size 768x512 --seed 42 --steps 30 --no fog, people");

    assertThat(wish.words()).isEqualTo("a fox");
    assertThat(wish.options())
        .isEqualTo(
            ImageOptions.builder()
                .n(2)
                .size(768, 512)
                .seed(42)
                .steps(30)
                .negativePrompt("fog, people")
                .build());
  }

  @Test
  void wordsMayGoOnAfterAnOption() throws Exception {
    Wish wish = Wish.of("--ar 16:9 a fox --seed=7 in the snow");

    assertThat(wish.words()).isEqualTo("a fox in the snow");
    assertThat(wish.options().aspectRatio()).contains(new AspectRatio(16, 9));
    assertThat(wish.options().seed()).contains(7L);
  }

  @Test
  void aPhonesLongDashIsTwoDashes() throws Exception {
    assertThat(Wish.of("a fox \u2014n 3 \u2014size 640\u00d7480").options())
        .isEqualTo(ImageOptions.builder().n(3).size(new Size(640, 480)).build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a fox --n 0",
        "a fox --n 11",
        "a fox --n",
        "a fox --n two",
        "a fox --size 512",
        "a fox --size 0x512",
        "a fox --size 99999x99999",
        "a fox --ar 0:1",
        "a fox --ar wide",
        "a fox --seed 1e9",
        "a fox --steps 100000",
        "a fox --no",
        "a fox --size 512x512 --ar 1:1"
      })
  void whatCannotBeIsSaid(String text) {
    assertThatThrownBy(() -> Wish.of(text))
        .isInstanceOfSatisfying(
            Wish.NotUnderstood.class, e -> assertThat(e.option()).startsWith("--"));
  }

  @Test
  void whatIsNamedIsCutBetweenCharacters() {
    assertThatThrownBy(() -> Wish.of("a fox --n x" + "\uD83D\uDE00".repeat(20)))
        .isInstanceOfSatisfying(
            Wish.NotUnderstood.class,
            e -> assertThat(e.option()).isEqualTo("--n x" + "\uD83D\uDE00".repeat(9) + "\u2026"));
  }

  @Test
  void aListOfUnwantedThingsThatIsTooLongIsNamed() {
    assertThatThrownBy(() -> Wish.of("a fox --no " + "fog ".repeat(1001)))
        .isInstanceOfSatisfying(
            Wish.NotUnderstood.class, e -> assertThat(e.option()).startsWith("--no fog"));
  }

  @Test
  void theSameOptionTwiceIsTheLast() throws Exception {
    assertThat(Wish.of("a fox --n 2 --n 3").options().n()).isEqualTo(3);
  }

  private static Wish words(String text) {
    return new Wish(text, ImageOptions.DEFAULT);
  }
}
