package dev.easel.telegram;

import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Transport;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class PollingContractTest extends TransportContract {
  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");

  @Override
  protected Transport newTransport() {
    return bed.builder().build();
  }

  @Override
  protected ConversationRef conversation() {
    return ConversationRef.of(
        bed.builder().build().id(), Long.toString(ann.chat()), ConversationRef.Kind.PRIVATE);
  }

  @Override
  protected Arrival personSends(String text) throws Exception {
    return arrival(() -> ann.writes(text));
  }

  @Override
  protected Arrival personSendsImage(byte[] png, String caption) throws Exception {
    return arrival(() -> ann.sendsFile(png, "mine.png", "image/png", caption));
  }

  @Override
  protected Arrival personPresses(Seen message, Button button) throws Exception {
    return arrival(() -> ann.pressesRaw(Integer.parseInt(message.id()), button.action()));
  }

  @Override
  protected Arrival platformRepeats() throws Exception {
    return arrival(bed.bot::repeatLastUpdate);
  }

  /** A poller refuses by not confirming; it asks again by itself, unless it polls no more. */
  private Arrival arrival(Runnable deed) throws Exception {
    int before = host().refused();
    deed.run();
    bed.until(() -> bed.bot.pending() == 0 || host().refused() > before || bed.nobodyReceives());
    return bed.bot.pending() == 0
        ? Arrival.ofTaken()
        : Arrival.refused(Optional.of(Duration.ofSeconds(1)));
  }

  @Override
  protected List<Seen> whatPersonSees() {
    return seen(bed, ann);
  }

  @Override
  protected List<String> noticesSeen() {
    return notices(bed);
  }

  @Override
  protected boolean isOfTheTest(Thread thread) {
    return super.isOfTheTest(thread) || isOfTheMachinery(thread);
  }

  static List<Seen> seen(Bed bed, FakePerson person) {
    return person.sees().stream()
        .map(
            m ->
                new Seen(
                    Integer.toString(m.id()),
                    m.text(),
                    m.fileId().isPresent() ? List.of(bed.bot.content(m)) : List.of(),
                    m.buttons().stream().map(PollingContractTest::row).toList()))
        .toList();
  }

  private static List<Button> row(List<SentMessage.Button> row) {
    return row.stream().map(b -> new Button(b.label(), b.data())).toList();
  }

  static List<String> notices(Bed bed) {
    return bed.bot.answers().stream().map(a -> a.text()).filter(t -> !t.isEmpty()).toList();
  }

  /** The fake's threads, and those that OkHttp and Okio share in a JVM and end themselves. */
  static boolean isOfTheMachinery(Thread thread) {
    String name = thread.getName();
    return name.contains("fake-telegram")
        || name.contains("Jetty")
        || name.startsWith("qtp")
        || name.startsWith("OkHttp TaskRunner")
        || name.startsWith("Okio Watchdog");
  }
}
