package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.CommandMenu;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.InboundEvent.CommandReceived;
import dev.easel.chat.InboundEvent.ImagesReceived;
import dev.easel.chat.InboundEvent.Left;
import dev.easel.chat.InboundEvent.TextReceived;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.job.Progress;
import dev.easel.testkit.TestPictures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people do becomes events, and what is not for the bot does not. */
class IncomingTest {
  private static final byte[] PICTURE = TestPictures.png(32, 24, 0x224466);

  private final Bed bed = Bed.polling();
  private final FakePerson ann = bed.bot.person("Ann").speaking("pt-br");
  private final String name = "@" + bed.bot.username();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void commandNamesTheBotInAnyCase() throws Exception {
    ann.writes("/Imagine" + name.toUpperCase(Locale.ROOT) + "  a fox ");

    CommandReceived event = bed.event(CommandReceived.class);
    assertThat(event.name()).isEqualTo("imagine");
    assertThat(event.arguments()).isEqualTo("a fox");
    assertThat(event.envelope().user().locale()).contains(Locale.forLanguageTag("pt-BR"));
  }

  @Test
  void commandForAnotherBotIsLeftOut() throws Exception {
    ann.writes("/imagine@somebody_else_bot a fox");
    ann.writes("next");

    assertThat(bed.event(TextReceived.class).text()).isEqualTo("next");
    assertThat(bed.events()).hasSize(1);
  }

  @Test
  void commandInTheMiddleIsText() throws Exception {
    ann.writes("what does /imagine do");

    assertThat(bed.event(TextReceived.class).text()).isEqualTo("what does /imagine do");
  }

  @Test
  void offsetsCountUtf16Units() throws Exception {
    FakePerson bob = bed.bot.person("Bob").in(bed.bot.group("Cats"));
    bob.writes("\ud83d\udc31\ud83d\udc31 " + name + " a cat \ud83c\udf08");

    assertThat(bed.event(TextReceived.class).text())
        .isEqualTo("\ud83d\udc31\ud83d\udc31  a cat \ud83c\udf08");
  }

  @Test
  void captionOfAPictureHoldsACommandToo() throws Exception {
    ann.sendsPhoto(PICTURE, "/edit" + name + " make it night");

    CommandReceived event = bed.event(CommandReceived.class);
    assertThat(event.name()).isEqualTo("edit");
    assertThat(event.arguments()).isEqualTo("make it night");
    assertThat(event.images()).hasSize(1);
    assertThat(event.images().get(0).bytes()).isPresent();
  }

  @Test
  void pictureSentAsAFileIsAPictureAndAnotherFileIsNot() throws Exception {
    ann.sendsFile(
        "%PDF".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "a.pdf",
        "application/pdf",
        "no");
    ann.sendsFile(PICTURE, "a.png", "image/png", "yes");

    assertThat(bed.event(ImagesReceived.class).caption()).isEqualTo("yes");
    bed.settled();
    // the words under a file that is no picture still are words
    assertThat(bed.events()).hasSize(2);
  }

  @Test
  void albumIsOneEventWithItsPicturesInOrder() throws Exception {
    List<byte[]> pictures =
        List.of(
            TestPictures.png(10, 10, 1), TestPictures.png(11, 10, 2), TestPictures.png(12, 10, 3));
    ann.sendsAlbum(pictures, "a set");
    ann.writes("that is all");

    ImagesReceived event = bed.event(ImagesReceived.class);
    assertThat(event.images()).hasSize(3);
    assertThat(event.caption()).isEqualTo("a set");
    assertThat(event.envelope().message().orElseThrow().ids()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      try (var in = bed.transport().outbox().open(event.images().get(i))) {
        assertThat(ImageIO.read(in).getWidth()).isEqualTo(10 + i);
      }
    }
    bed.settled();
    assertThat(bed.events()).hasSize(2);
  }

  @Test
  void commandOverAnAlbumHasAllItsPictures() throws Exception {
    ann.sendsAlbum(List.of(PICTURE, PICTURE), "/swap");
    ann.writes("that is all");

    CommandReceived event = bed.event(CommandReceived.class);
    assertThat(event.name()).isEqualTo("swap");
    assertThat(event.images()).hasSize(2);
  }

  @Test
  void whatComesAfterAnAlbumComesAfterIt() throws Exception {
    ann.sendsAlbum(List.of(PICTURE, PICTURE), "");
    ann.writes("make them blue");

    bed.event(TextReceived.class);
    assertThat(bed.events())
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly("ImagesReceived", "TextReceived");
  }

  @Test
  void albumsOfOnePersonAndWhatFollowsThemKeepTheirOrder() throws Exception {
    ann.sendsAlbum(List.of(PICTURE, PICTURE), "first");
    ann.sendsAlbum(List.of(PICTURE, PICTURE), "second");
    ann.writes("third");

    bed.event(TextReceived.class);
    assertThat(bed.events())
        .extracting(e -> e instanceof ImagesReceived i ? i.caption() : ((TextReceived) e).text())
        .containsExactly("first", "second", "third");
  }

  @Test
  void albumsThatTwoPeopleSendAtOnceStayApart() throws Exception {
    long group = bed.bot.group("Cats");
    FakePerson bob = bed.bot.person("Bob").in(group);
    FakePerson eve = bed.bot.person("Eve").in(group);
    bob.sendsPartOfAlbum("71", PICTURE, name + " of Bob");
    eve.sendsPartOfAlbum("72", PICTURE, name + " of Eve");
    bob.sendsPartOfAlbum("71", PICTURE, name);
    eve.sendsPartOfAlbum("72", PICTURE, name);
    bob.writes(name + " that is all");
    eve.writes(name + " that is all");

    for (String whose : List.of("of Bob", "of Eve")) {
      ImagesReceived event =
          bed.host.await(ImagesReceived.class, e -> e.caption().equals(whose), Bed.PATIENCE);
      assertThat(event.images()).as(whose).hasSize(2);
    }
  }

  @Test
  void replyBringsThePictureItIsAbout() throws Exception {
    int photo = ann.sendsPhoto(PICTURE, "mine");
    ann.replies(photo, "make it night");

    TextReceived event = bed.event(TextReceived.class);
    assertThat(event.envelope().replyImages()).hasSize(1);
    assertThat(event.envelope().replyTo().orElseThrow().ids())
        .containsExactly(Integer.toString(photo));
  }

  @Test
  void editedMessagesAreLeftOut() throws Exception {
    int first = ann.writes("a fox");
    ann.edits(first, "a wolf");
    ann.writes("next");

    bed.host.await(TextReceived.class, e -> e.text().equals("next"), Bed.PATIENCE);
    assertThat(bed.events()).hasSize(2);
  }

  @Test
  void groupHearsOnlyWhatIsForTheBot() throws Exception {
    bed.bot.privacy(false);
    long group = bed.bot.group("Cats");
    FakePerson bob = bed.bot.person("Bob").in(group);
    Receipt.Delivered hello = bed.delivered(bob, OutgoingMessage.text("hello"));
    bob.writes("just talking");
    bob.sendsPhoto(PICTURE, "my holiday");
    bob.sendsAlbum(List.of(PICTURE, PICTURE), "more holiday");
    bob.writes(name + " a cat");
    bob.replies(Integer.parseInt(hello.message().ids().get(0)), "a dog");
    bob.writes("/imagine" + name + " a bird");
    bob.sendsPhoto(PICTURE, name + " make it night");

    bed.host.await(ImagesReceived.class, e -> e.caption().equals("make it night"), Bed.PATIENCE);
    bed.settled();
    assertThat(bed.events()).hasSize(4);
    assertThat(bed.events())
        .allMatch(e -> e.envelope().conversation().kind() == ConversationRef.Kind.GROUP);
  }

  @Test
  void bareCommandInAGroupIsOursOnlyIfWeOfferIt() throws Exception {
    bed.bot.privacy(false);
    bed.transport()
        .outbox()
        .publish(
            List.of(
                new CommandMenu(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(new CommandMenu.Command("imagine", "Draws")))));
    FakePerson bob = bed.bot.person("Bob").in(bed.bot.group("Cats"));
    bob.writes("/weather");
    bob.writes("/imagine a bird");

    assertThat(bed.event(CommandReceived.class).name()).isEqualTo("imagine");
    assertThat(bed.events()).hasSize(1);
  }

  @Test
  void topicIsPartOfTheConversationAndAnswersGoThere() throws Exception {
    FakePerson bob = bed.bot.person("Bob").in(bed.bot.forum("Cats")).inTopic(77);
    bob.writes(name + " a cat");

    TextReceived event = bed.event(TextReceived.class);
    assertThat(event.envelope().conversation().thread()).contains("77");
    bed.transport()
        .outbox()
        .send(event.envelope().conversation(), OutgoingMessage.text("meow"), bed.operation());
    assertThat(bob.sees()).extracting(m -> m.thread()).containsExactly(77);
  }

  @Test
  void groupThatMovesIsToldAndFollowed() throws Exception {
    long group = bed.bot.group("Cats");
    FakePerson bob = bed.bot.person("Bob").in(group);
    ConversationRef before = bed.chat(bob);
    long next = bed.bot.migrate(group);

    Left left = bed.event(Left.class);
    assertThat(left.movedTo().orElseThrow().chat()).isEqualTo(Long.toString(next));
    Receipt receipt =
        bed.transport().outbox().send(before, OutgoingMessage.text("hello"), bed.operation());
    assertThat(receipt).isInstanceOf(Receipt.Delivered.class);
    assertThat(bed.bot.messages(next)).hasSize(1);
  }

  /** Its messages stay behind, and their numbers are other messages' in the new group. */
  @Test
  void messageOfAGroupThatMovedIsSentAnewAndNoOtherIsTouched() throws Exception {
    long group = bed.bot.group("Cats");
    FakePerson bob = bed.bot.person("Bob").in(group);
    bed.delivered(bob, OutgoingMessage.text("welcome"));
    Receipt.Delivered status = bed.delivered(bob, OutgoingMessage.text("in line"));
    FakePerson there = bed.bot.person("Bob").in(bed.bot.migrate(group));
    bed.event(Left.class);
    Receipt.Delivered other = bed.delivered(there, OutgoingMessage.text("another's"));
    assertThat(other.message().ids()).isEqualTo(status.message().ids());

    assertThat(bed.edit(status, OutgoingMessage.text("50 %").withProgress(Progress.of(0.5))))
        .isInstanceOf(Receipt.Gone.class);
    assertThat(bed.edit(status, OutgoingMessage.text("done"))).isInstanceOf(Receipt.Replaced.class);
    assertThat(bed.transport().outbox().delete(status.message())).isInstanceOf(Receipt.Gone.class);
    assertThat(there.sees()).extracting(SentMessage::text).containsExactly("another's", "done");
  }

  @Test
  void frontThatDidNotHearOfTheMoveSendsAnewTooAndTouchesNoOther() throws Exception {
    long group = bed.bot.group("Cats");
    FakePerson bob = bed.bot.person("Bob").in(group);
    bed.delivered(bob, OutgoingMessage.text("welcome"));
    Receipt.Delivered status = bed.delivered(bob, OutgoingMessage.text("in line"));
    FakePerson there = bed.bot.person("Bob").in(bed.bot.migrate(group));
    Receipt.Delivered other = bed.delivered(there, OutgoingMessage.text("another's"));
    assertThat(other.message().ids()).isEqualTo(status.message().ids());

    TelegramTransport second = bed.builder().build();
    second.start(bed.host.beside());
    try {
      OutgoingMessage done = OutgoingMessage.text("done");
      assertThat(second.outbox().edit(status.message(), done, bed.operation()))
          .isInstanceOf(Receipt.Replaced.class);
    } finally {
      second.close(Bed.PATIENCE);
    }
    assertThat(there.sees()).extracting(SentMessage::text).containsExactly("another's", "done");
  }

  /** In a topic everything answers the message that began it. */
  @Test
  void albumInATopicOfTheBotIsNotForTheBot() throws Exception {
    FakePerson bob = bed.bot.person("Bob").in(bed.bot.forum("Cats"));
    for (int part : List.of(5, 6)) {
      bed.bot.update(
          ("{'message':{'message_id':%d,'chat':{'id':%d,'type':'supergroup'},"
                  + "'from':{'id':%d,'first_name':'Bob'},'is_topic_message':true,"
                  + "'message_thread_id':4,'media_group_id':'99',"
                  + "'photo':[{'file_id':'p%d','width':9,'height':9}],"
                  + "'reply_to_message':{'message_id':4,'from':{'id':%d,'is_bot':true},"
                  + "'forum_topic_created':{'name':'Cats'}}}}")
              .formatted(part, bob.chat(), bob.id(), part, bed.bot.id())
              .replace('\'', '"'));
    }
    bob.writes(name + " a cat");

    assertThat(bed.event(TextReceived.class).text()).isEqualTo("a cat");
    assertThat(bed.events()).hasSize(1);
  }

  @Test
  void personWhoBlocksTheBotHasLeft() throws Exception {
    ann.blocks();

    assertThat(bed.event(Left.class).movedTo()).isEmpty();
  }

  @Test
  void updateThatMakesNoSenseIsLeftOut() throws Exception {
    bed.bot.update("{\"message\":{\"chat\":[],\"from\":7,\"text\":{},\"entities\":\"x\"}}");
    bed.bot.update("{\"message\":{\"text\":\"no chat\"}}");
    bed.bot.update("{\"something_new\":{\"a\":1}}");
    bed.bot.update("{\"callback_query\":{\"id\":\"\"}}");
    bed.bot.update(
        "{\"message\":{\"message_id\":1,\"chat\":{\"id\":5,\"type\":\"private\"},\"from\":{\"id\":5},"
            + "\"text\":\"/x\",\"entities\":[{\"type\":\"bot_command\",\"offset\":-3,\"length\":99999}]}}");
    ann.writes("still here");

    bed.host.await(TextReceived.class, e -> e.text().equals("still here"), Bed.PATIENCE);
    bed.settled();
  }

  @Test
  void eventsAreNamedAfterTheirUpdates() throws Exception {
    ann.writes("one");
    bed.event(TextReceived.class);
    bed.bot.repeatLastUpdate();
    ann.writes("two");

    bed.host.await(TextReceived.class, e -> e.text().equals("two"), Bed.PATIENCE);
    assertThat(bed.events()).hasSize(2);
    assertThat(bed.events())
        .extracting(InboundEvent::envelope)
        .extracting(e -> e.eventId())
        .doesNotHaveDuplicates();
  }
}
