package dev.easel.http;

import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import java.util.List;
import java.util.Set;

/**
 * What a family of OpenAI's models takes. New families appear by the month, so a name that is not
 * in the table follows the newest rules.
 *
 * @param prefix of the names
 * @param responseFormat whether it must be told to answer with bytes; the others refuse the field
 * @param editImages how many pictures an edit may start from; 0 where there are no edits
 */
record OpenAiModel(
    String prefix,
    int maxPrompt,
    int maxN,
    SizeRule sizes,
    Size usual,
    boolean responseFormat,
    Set<String> qualities,
    boolean style,
    boolean formats,
    int editImages,
    boolean streams) {

  private static final Set<String> GPT_QUALITIES = Set.of("auto", "low", "medium", "high");
  private static final Size SQUARE = new Size(1024, 1024);

  /** Any name that is not in the table: gpt-image-2 and what came after. */
  static final OpenAiModel NEWEST =
      new OpenAiModel(
          "",
          32_000,
          10,
          new SizeRule.Within(256, 3840, 16, 3840L * 2160, 3),
          SQUARE,
          false,
          GPT_QUALITIES,
          false,
          true,
          16,
          true);

  private static final OpenAiModel GPT_IMAGE_1 =
      new OpenAiModel(
          "gpt-image-1",
          32_000,
          10,
          new SizeRule.OneOf(List.of(SQUARE, new Size(1536, 1024), new Size(1024, 1536))),
          SQUARE,
          false,
          GPT_QUALITIES,
          false,
          true,
          16,
          true);

  private static final List<OpenAiModel> TABLE =
      List.of(
          new OpenAiModel(
              "dall-e-2",
              1_000,
              10,
              new SizeRule.OneOf(List.of(new Size(256, 256), new Size(512, 512), SQUARE)),
              SQUARE,
              true,
              Set.of("standard"),
              false,
              false,
              1,
              false),
          new OpenAiModel(
              "dall-e-3",
              4_000,
              1,
              new SizeRule.OneOf(List.of(SQUARE, new Size(1792, 1024), new Size(1024, 1792))),
              SQUARE,
              true,
              Set.of("standard", "hd"),
              true,
              false,
              0,
              false),
          GPT_IMAGE_1,
          GPT_IMAGE_1.named("chatgpt-image"));

  static OpenAiModel of(String name) {
    return TABLE.stream().filter(m -> name.startsWith(m.prefix)).findFirst().orElse(NEWEST);
  }

  private OpenAiModel named(String other) {
    return new OpenAiModel(
        other,
        maxPrompt,
        maxN,
        sizes,
        usual,
        responseFormat,
        qualities,
        style,
        formats,
        editImages,
        streams);
  }
}
