package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Button;
import dev.easel.chat.InboundEvent.ActionPressed;
import dev.easel.chat.Notice;
import dev.easel.chat.OutgoingMessage;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.PressAnswer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PressTest {
  private final Bed bed = Bed.polling();
  private final FakePerson ann = bed.bot.person("Ann");

  @BeforeEach
  void message() {
    bed.delivered(
        ann,
        OutgoingMessage.text("choose")
            .withButtons(List.of(List.of(new Button("Again", "token-1")))));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private ActionRef pressed(String press) throws Exception {
    assertThat(press).isNotEmpty();
    ActionPressed event = bed.event(ActionPressed.class);
    assertThat(event.token()).isEqualTo("token-1");
    return event.press();
  }

  @Test
  void noticeIsShownWhereThePersonPressed() throws Exception {
    String press = ann.presses(ann.sees().get(0), "Again");
    bed.transport().outbox().answer(pressed(press), new Notice("Once more", true));

    PressAnswer answer = ann.awaitsAnswer(Bed.PATIENCE, press);
    assertThat(answer.text()).isEqualTo("Once more");
    assertThat(answer.alert()).isTrue();
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void pressThatNobodyAnswersIsAnsweredEmptyAndALateNoticeIsAMessage() throws Exception {
    bed.transport().close(Bed.PATIENCE);
    bed.start(b -> b.timing(Bed.press(Duration.ofMillis(300))));
    String press = ann.presses(ann.sees().get(0), "Again");
    ActionRef ref = pressed(press);
    PressAnswer answer = ann.awaitsAnswer(Bed.PATIENCE, press);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.after()).isGreaterThan(Duration.ofMillis(290));

    bed.transport().outbox().answer(ref, Notice.of("That took a while"));
    bed.transport().outbox().answer(ref, Notice.of("That took a while"));
    ann.awaits(Bed.PATIENCE, m -> m.text().equals("That took a while"));
    assertThat(ann.sees()).hasSize(2);
  }

  @Test
  void anotherFrontMayAnswer() throws Exception {
    TelegramTransport other = bed.builder().build();
    other.start(bed.host.beside());
    try {
      String press = ann.presses(ann.sees().get(0), "Again");
      other.outbox().answer(pressed(press), Notice.of("From the other one"));
      assertThat(ann.awaitsAnswer(Bed.PATIENCE, press).text()).isEqualTo("From the other one");
    } finally {
      other.close(Bed.PATIENCE);
    }
  }

  @Test
  void pressesWithoutDataOrWithTooMuchAreAnsweredAndLeftOut() throws Exception {
    String press = ann.pressesRaw(1, "x".repeat(100));
    String none = ann.pressesRaw(1, "");

    assertThat(ann.awaitsAnswer(Bed.PATIENCE, press).text()).isEmpty();
    assertThat(ann.awaitsAnswer(Bed.PATIENCE, none).text()).isEmpty();
    assertThat(bed.events()).isEmpty();
  }

  @Test
  void noticeIsCutAtTwoHundred() throws Exception {
    String press = ann.presses(ann.sees().get(0), "Again");
    bed.transport().outbox().answer(pressed(press), Notice.of("é".repeat(500)));

    assertThat(ann.awaitsAnswer(Bed.PATIENCE, press).text()).hasSize(200);
  }
}
