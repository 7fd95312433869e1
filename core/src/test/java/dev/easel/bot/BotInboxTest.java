package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportId;
import dev.easel.chat.UserRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BotInboxTest {
  private static final TransportId WEB = new TransportId("web", "test");
  private static final Envelope ENVELOPE =
      Envelope.of(
          "e1",
          new UserRef(WEB, "u", "", Optional.empty()),
          ConversationRef.of(WEB, "c", ConversationRef.Kind.PRIVATE),
          Instant.EPOCH);

  /** JSON takes six bytes for each of these. */
  private static final String HIDDEN = "\u0001".repeat(InboundEvent.MAX_TEXT - 5) + "a cat";

  private final FakeQueue queue = new FakeQueue();
  private final BotInbox inbox = new BotInbox(queue, WEB, () -> false);

  static Stream<InboundEvent> events() {
    RemoteImage picture = new RemoteImage("p", Optional.empty(), Optional.empty());
    return Stream.of(
        new InboundEvent.TextReceived(ENVELOPE, HIDDEN),
        new InboundEvent.CommandReceived(ENVELOPE, "imagine", HIDDEN, List.of(picture)),
        new InboundEvent.ImagesReceived(ENVELOPE, List.of(picture), HIDDEN));
  }

  @ParameterizedTest
  @MethodSource("events")
  void aTextOfHiddenCharactersIsTakenWithoutThem(InboundEvent event) {
    assertThat(inbox.accept(event)).isEmpty();

    InboundEvent kept = Codec.EVENT.read(queue.accepted.get(0).body());
    assertThat(kept).isInstanceOf(event.getClass());
    assertThat(kept.toString()).contains("a cat").doesNotContain("\u0001");
  }
}
