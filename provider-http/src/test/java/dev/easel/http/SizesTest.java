package dev.easel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizesTest {
  @Test
  void nearestSizeIsOneThatTheServiceTakes() {
    List<SizeRule> rules =
        List.of(
            OpenAiModel.NEWEST.sizes(),
            OpenAiModel.of("gpt-image-1").sizes(),
            new SizeRule.Within(64, 2048, 8, 2048L * 2048, 8),
            new SizeRule.Within(256, 2048, 8, 2048L * 2048, 4),
            new SizeRule.Within(64, 4096, 8, 4096L * 4096, 16),
            new SizeRule.Within(100, 1000, 64, 1_000_000, 2));
    for (SizeRule rule : rules) {
      for (int width = 1; width < Size.MAX_SIDE; width += 1 + width / 9) {
        for (int height = 1; height < Size.MAX_SIDE; height += 1 + height / 9) {
          assertThat(rule.allows(Sizes.nearest(rule, width, height)))
              .as("%s for %dx%d", rule, width, height)
              .isTrue();
        }
      }
    }
  }
}
