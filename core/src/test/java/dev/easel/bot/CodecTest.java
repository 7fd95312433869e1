package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.ActionRef;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.MessageRef;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import dev.easel.image.AspectRatio;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.image.Usage;
import dev.easel.job.Payload;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
  private static final ImageRef PICTURE =
      new ImageRef(ImageId.random(), MediaType.JPEG, 640, 480, 12345);
  private static final TransportId WEB = new TransportId("web", "test");
  private static final ConversationRef CHAT =
      new ConversationRef(WEB, "c1", Optional.of("topic"), ConversationRef.Kind.GROUP);
  private static final UserRef USER =
      new UserRef(WEB, "u1", "Ann", Optional.of(Locale.forLanguageTag("pt-BR")));
  private static final MessageRef MESSAGE =
      new MessageRef(CHAT, List.of("m1", "m2"), Optional.of("edit"));
  private static final Envelope ENVELOPE =
      Envelope.of("e1", USER, CHAT, Instant.ofEpochMilli(1_700_000_000_123L))
          .withMessage(MESSAGE)
          .replyingTo(MESSAGE, List.of(RemoteImage.stored(PICTURE)));

  static Stream<ImageTask> tasks() {
    ImageOptions all =
        ImageOptions.builder()
            .negativePrompt("blur")
            .model("m")
            .n(2)
            .aspectRatio(new AspectRatio(16, 9))
            .seed(Long.MIN_VALUE)
            .steps(3)
            .guidanceScale(7.5)
            .quality("high")
            .style("vivid")
            .background("opaque")
            .outputFormat(MediaType.WEBP)
            .outputCompression(80)
            .timeout(Duration.ofSeconds(30))
            .strictness(ImageOptions.Strictness.STRICT)
            .providerOptions(Map.of("openai", Map.of("moderation", "low")))
            .build();
    return Stream.of(
        ImageTask.Generate.of("a cat \uD83D\uDE00"),
        new ImageTask.Generate("all options", all),
        new ImageTask.Edit(List.of(PICTURE), "night", Optional.of(PICTURE), Optional.of(0.5), all),
        new ImageTask.Upscale(PICTURE, 2, ImageOptions.DEFAULT),
        new ImageTask.Vary(PICTURE, "", Optional.empty(), ImageOptions.DEFAULT),
        new ImageTask.RemoveBackground(PICTURE, ImageOptions.DEFAULT),
        new ImageTask.SwapFaces(PICTURE, PICTURE, ImageOptions.DEFAULT));
  }

  static Stream<InboundEvent> events() {
    return Stream.of(
        new InboundEvent.TextReceived(ENVELOPE, "hello"),
        new InboundEvent.CommandReceived(
            ENVELOPE, "imagine", "a cat", List.of(RemoteImage.stored(PICTURE))),
        new InboundEvent.ImagesReceived(
            ENVELOPE, List.of(new RemoteImage("file-1", Optional.empty(), Optional.empty())), ""),
        new InboundEvent.ActionPressed(ENVELOPE, "token", new ActionRef("p1", MESSAGE)),
        new InboundEvent.Left(ENVELOPE, Optional.of(CHAT)));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void tasksComeBackAsTheyWere(ImageTask task) {
    RenderRequest request = new RenderRequest(task, "context", Instant.ofEpochMilli(5));
    assertThat(Codec.REQUEST.read(Codec.REQUEST.write(request))).isEqualTo(request);
  }

  @ParameterizedTest
  @MethodSource("events")
  void eventsComeBackAsTheyWere(InboundEvent event) {
    assertThat(Codec.EVENT.read(Codec.EVENT.write(event))).isEqualTo(event);
  }

  @Test
  void resultsComeBackAsTheyWere() {
    Usage usage =
        new Usage(
            Optional.of(5L),
            Optional.of(new BigDecimal("0.25")),
            Optional.of(1.5),
            Optional.of(new BigDecimal("0.04")),
            Optional.of("USD"));
    RenderResult result =
        new RenderResult(
            List.of(new MadeImage(PICTURE, Optional.of(7L), Optional.of("a better cat"), true)),
            "openai gpt-image",
            Duration.ofMillis(1234),
            List.of("a warning"),
            usage,
            Optional.of("req_1"));
    assertThat(Codec.RESULT.read(Codec.RESULT.write(result))).isEqualTo(result);
    RenderRecord record = new RenderRecord(true, Optional.of("remote"), Optional.of(result));
    assertThat(RenderRecord.of(Optional.of(record.text()))).isEqualTo(record);
    assertThat(RenderRecord.NOTHING.text()).as("an empty text removes a checkpoint").isEmpty();
  }

  @Test
  void whatIsNotSetTakesNoRoom() {
    String json = new String(Codec.write(ImageTask.Generate.of("a cat")), StandardCharsets.UTF_8);
    assertThat(json).doesNotContain("null").hasSizeLessThan(140);
  }

  @Test
  void aNewerVersionIsLeftAlone() {
    Payload newer = new Payload("event", 2, "{}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Codec.EVENT.read(newer)).isInstanceOf(Codec.NewerVersion.class);
  }

  @Test
  void fieldsOfANewerProgramAreSkipped() {
    Payload payload =
        new Payload(
            "render",
            1,
            "{\"task\":{\"task\":\"generate\",\"prompt\":\"x\",\"options\":{\"n\":1,\"strictness\":\"LENIENT\",\"providerOptions\":{},\"new\":1}},\"context\":\"\",\"askedAt\":0,\"new\":{}}"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(Codec.REQUEST.read(payload).task().prompt()).isEqualTo("x");
  }

  @Test
  void theLongestPromptFits() {
    RenderRequest request =
        new RenderRequest(
            ImageTask.Generate.of("\u0001\u4e2d".repeat(ImageTask.MAX_PROMPT / 2)),
            "x".repeat(Order.MAX_CONTEXT),
            Instant.EPOCH);
    assertThat(Codec.REQUEST.write(request).size()).isLessThan(Payload.MAX_BYTES);
    for (String character : new String[] {"\u4e2d", "\uD83D\uDE00"}) {
      InboundEvent event =
          new InboundEvent.TextReceived(
              ENVELOPE, character.repeat(InboundEvent.MAX_TEXT / character.length()));
      assertThat(Codec.EVENT.write(event).size()).isLessThan(Payload.MAX_BYTES);
      assertThat(Codec.EVENT.read(Codec.EVENT.write(event))).isEqualTo(event);
    }
  }

  @Test
  void halfACharacterComesBackAsItWas() {
    for (String half : new String[] {"a\uD83D", "\uD83Da", "\uDE00", "\uDE00\uD83D"}) {
      InboundEvent event = new InboundEvent.TextReceived(ENVELOPE, half);
      assertThat(Codec.EVENT.read(Codec.EVENT.write(event))).isEqualTo(event);
    }
  }
}
