package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.Button;
import dev.easel.chat.MediaRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.Text;
import dev.easel.chat.TransportException;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.fakes.telegram.SentMessage.Kind;
import dev.easel.job.Progress;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.MediaType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the bot says arrives in the best form that the platform takes, and once. */
class OutgoingTest {
  private static final List<List<Button>> BUTTONS =
      List.of(List.of(new Button("Again", "a1"), new Button("Vary", "v1")));

  private final Bed bed = Bed.polling();
  private final FakePerson ann = bed.bot.person("Ann");

  @AfterEach
  void close() {
    bed.close();
  }

  private OutgoingMessage pictures(String caption, OutgoingImage... images) {
    return new OutgoingMessage(
        Text.of(caption), List.of(images), List.of(), Optional.empty(), Optional.empty(), true);
  }

  private SentMessage onlyMessage() {
    assertThat(ann.sees()).hasSize(1);
    return ann.sees().get(0);
  }

  @Test
  void pictureIsAPhotoWithCaptionButtonsAndQuote() throws Exception {
    int prompt = ann.writes("a fox");
    bed.settled();
    var quoted = bed.events().get(0).envelope().message().orElseThrow();
    Receipt.Delivered receipt =
        bed.delivered(
            ann, pictures("seed 7", bed.picture(640, 480)).withButtons(BUTTONS).replyingTo(quoted));

    SentMessage seen = onlyMessage();
    assertThat(seen.kind()).isEqualTo(Kind.PHOTO);
    assertThat(seen.text()).isEqualTo("seed 7");
    assertThat(seen.button("Vary").orElseThrow().data()).isEqualTo("v1");
    assertThat(seen.replyTo()).isEqualTo(prompt);
    assertThat(receipt.media()).hasSize(1);
    assertThat(receipt.media().get(0).id()).startsWith("photo:");
  }

  @Test
  void originalTooLongTooSlimOrForeignPicturesAreFiles() {
    OutgoingImage photo = bed.picture(640, 480);
    List<OutgoingImage> files =
        List.of(
            new OutgoingImage(photo.image(), Optional.empty(), true),
            bed.picture(9_000, 1_001),
            bed.picture(2_100, 100));
    files.forEach(image -> bed.delivered(ann, pictures("", image)));

    assertThat(ann.sees()).extracting(SentMessage::kind).containsOnly(Kind.DOCUMENT);
    assertThat(bed.bot.calls("sendPhoto")).isEmpty();
    assertThat(ann.sees().get(0).fileName()).contains("picture-1.png");
  }

  @Test
  void photoThatThePlatformRefusesGoesAsAFile() {
    bed.bot.fault("sendPhoto", Fault.error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"));
    Receipt.Delivered receipt = bed.delivered(ann, pictures("x", bed.picture(64, 64)));

    assertThat(onlyMessage().kind()).isEqualTo(Kind.DOCUMENT);
    assertThat(receipt.media().get(0).id()).startsWith("file:");
  }

  @Test
  void albumIsFollowedByItsButtons() {
    Receipt.Delivered receipt =
        bed.delivered(
            ann,
            pictures("two of them", bed.picture(64, 64), bed.picture(65, 64)).withButtons(BUTTONS));

    assertThat(receipt.message().ids()).hasSize(2);
    assertThat(receipt.media()).hasSize(2);
    assertThat(ann.sees()).hasSize(3);
    assertThat(ann.sees().get(0).album()).isPresent().isEqualTo(ann.sees().get(1).album());
    SentMessage buttons = ann.sees().get(2);
    assertThat(buttons.text()).isEqualTo("two of them");
    assertThat(buttons.buttons()).hasSize(1);
    assertThat(receipt.buttons().orElseThrow().ids())
        .containsExactly(Integer.toString(buttons.id()));
  }

  @Test
  void buttonsThatHadToWaitComeWithTheRepetitionAndTheAlbumDoesNot() {
    OutgoingMessage message =
        pictures("two", bed.picture(64, 64), bed.picture(65, 64)).withButtons(BUTTONS);
    bed.bot.fault("sendMessage", new Fault.TooMany(60));
    OperationId operation = bed.operation();
    Receipt first = bed.transport().outbox().send(bed.chat(ann), message, operation);
    assertThat(first).isInstanceOf(Receipt.Deferred.class);

    // the platform's minute is over
    TelegramTransport second = TelegramTransport.polling(bed.token).apiUrl(bed.api.url()).build();
    second.start(bed.host.beside());
    try {
      assertThat(second.outbox().send(bed.chat(ann), message, operation))
          .isInstanceOf(Receipt.Deferred.class);
    } finally {
      second.close(Bed.PATIENCE);
    }
    assertThat(ann.sees()).hasSize(2);
    assertThat(bed.bot.calls("sendMediaGroup")).hasSize(1);
  }

  @Test
  void albumWithAFileIsAllFiles() {
    OutgoingImage original = new OutgoingImage(bed.picture(64, 64).image(), Optional.empty(), true);
    bed.delivered(ann, pictures("", bed.picture(65, 64), original));

    assertThat(ann.sees()).extracting(SentMessage::kind).containsOnly(Kind.DOCUMENT);
    assertThat(ann.sees())
        .extracting(m -> m.fileName().orElseThrow())
        .containsExactly("picture-1.png", "picture-2.png");
  }

  /** The library calls each an octet stream, whatever it is. */
  @Test
  void uploadSaysWhatKindOfPictureItIs() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpeg", out);
    OutgoingImage png = bed.picture(64, 64);
    OutgoingImage jpeg = bed.stored(out.toByteArray(), MediaType.JPEG);
    for (OutgoingImage image : List.of(png, jpeg)) {
      bed.delivered(ann, pictures("", new OutgoingImage(image.image(), Optional.empty(), true)));
    }

    assertThat(ann.sees())
        .extracting(m -> m.mime().orElseThrow())
        .containsExactly("image/png", "image/jpeg");
  }

  @Test
  void captionIsCutBetweenCharactersAsAReaderSeesThem() {
    String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67"; // one character, 8 units
    bed.delivered(ann, pictures("x" + family.repeat(200), bed.picture(64, 64)));

    String shown = onlyMessage().text();
    assertThat(shown.length()).isLessThanOrEqualTo(1024).isGreaterThan(1010);
    assertThat((shown.length() - 2) % family.length()).isZero();
    assertThat(shown).endsWith(family + "…");
  }

  @Test
  void spansAreEntitiesAndMarkupIsText() {
    Text text =
        new Text(
            "<b>*_[seed]_* 7", List.of(new Text.Span(Text.Style.CODE, 13, 2, Optional.empty())));
    OutgoingMessage message =
        new OutgoingMessage(text, List.of(), List.of(), Optional.empty(), Optional.empty(), true);
    int sent = Integer.parseInt(bed.delivered(ann, message).message().ids().get(0));

    assertThat(onlyMessage().text()).isEqualTo("<b>*_[seed]_* 7");
    bed.transport().stopReceiving(); // or it might be confirmed before it is intercepted
    assertThat(bed.bot.intercept(() -> ann.replies(sent, "what is that?")))
        .contains("\"entities\":[{\"type\":\"code\",\"offset\":13,\"length\":2}]");
  }

  @Test
  void spansThatThePlatformDoesNotTakeAreLeftOut() {
    bed.bot.fault("sendMessage", Fault.error(400, "Bad Request: can't parse entities: oh"));
    Text text = new Text("hello", List.of(new Text.Span(Text.Style.BOLD, 0, 5, Optional.empty())));
    bed.delivered(
        ann,
        new OutgoingMessage(text, List.of(), List.of(), Optional.empty(), Optional.empty(), true));

    assertThat(onlyMessage().text()).isEqualTo("hello");
  }

  @Test
  void whatThePlatformHasIsNotUploadedAgain() {
    OutgoingImage image = bed.picture(64, 64);
    MediaRef media = bed.delivered(ann, pictures("", image)).media().get(0);
    bed.host.images().remove(image.image().id());
    Receipt again =
        bed.send(
            ann, pictures("again", new OutgoingImage(image.image(), Optional.of(media), false)));

    assertThat(again).isInstanceOf(Receipt.Delivered.class);
    assertThat(ann.sees()).hasSize(2);
  }

  @Test
  void idThatThePlatformForgotLeadsToAnUpload() {
    OutgoingImage image = bed.picture(64, 64);
    MediaRef stale = new MediaRef(bed.transport().id(), "photo:AgACstale", "x");
    bed.delivered(ann, pictures("", new OutgoingImage(image.image(), Optional.of(stale), false)));

    assertThat(onlyMessage().kind()).isEqualTo(Kind.PHOTO);
  }

  @Test
  void pictureThatAnyFrontSentBeforeIsNotUploadedAgain() {
    OutgoingImage photo = bed.picture(64, 64);
    OutgoingImage file = new OutgoingImage(photo.image(), Optional.empty(), true);
    bed.delivered(ann, pictures("", photo));
    bed.delivered(ann, pictures("", file));
    bed.host.images().remove(photo.image().id());

    TelegramTransport other = bed.builder().build();
    other.start(bed.host.beside());
    try {
      for (OutgoingImage again : List.of(photo, file)) {
        assertThat(other.outbox().send(bed.chat(ann), pictures("", again), bed.operation()))
            .isInstanceOf(Receipt.Delivered.class);
      }
    } finally {
      other.close(Bed.PATIENCE);
    }
    assertThat(ann.sees())
        .extracting(SentMessage::kind)
        .containsExactly(Kind.PHOTO, Kind.DOCUMENT, Kind.PHOTO, Kind.DOCUMENT);
  }

  @Test
  void pictureThatThePlatformForgotIsUploadedAgain() {
    OutgoingImage image = bed.picture(64, 64);
    bed.delivered(ann, pictures("", image));
    bed.bot.fault(
        "sendPhoto", Fault.error(400, "Bad Request: wrong file identifier/HTTP URL specified"));
    bed.delivered(ann, pictures("", image));

    assertThat(bed.bot.calls("sendPhoto")).hasSize(3);
    assertThat(ann.sees()).extracting(SentMessage::kind).containsExactly(Kind.PHOTO, Kind.PHOTO);
    assertThat(ann.sees()).extracting(SentMessage::fileId).doesNotHaveDuplicates();
  }

  @Test
  void originalFileIsNotTakenFromThePhotoThatThePlatformMadeOfIt() {
    OutgoingImage image = bed.picture(64, 64);
    MediaRef photo = bed.delivered(ann, pictures("", image)).media().get(0);
    bed.delivered(ann, pictures("", new OutgoingImage(image.image(), Optional.of(photo), true)));

    assertThat(ann.sees()).extracting(SentMessage::kind).containsExactly(Kind.PHOTO, Kind.DOCUMENT);
  }

  @Test
  void pictureThatIsNoLongerKeptIsRejected() {
    OutgoingImage image = bed.picture(64, 64);
    bed.host.images().remove(image.image().id());

    assertThat(bed.send(ann, pictures("", image)))
        .isEqualTo(new Receipt.Rejected("the picture is no longer kept"));
  }

  @Test
  void statusMessageBecomesThePicture() {
    Receipt.Delivered status =
        bed.delivered(ann, OutgoingMessage.text("in line").withProgress(Progress.of(0.1)));
    Receipt receipt = bed.edit(status, pictures("done", bed.picture(64, 64)).withButtons(BUTTONS));

    assertThat(receipt).isInstanceOf(Receipt.Delivered.class);
    SentMessage seen = onlyMessage();
    assertThat(seen.kind()).isEqualTo(Kind.PHOTO);
    assertThat(seen.text()).isEqualTo("done");
    assertThat(seen.buttons()).hasSize(1);
  }

  @Test
  void whereATextCannotBecomeAPictureItIsSentAnew() {
    bed.bot.textBecomesMedia(false);
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("in line"));
    Receipt receipt = bed.edit(status, pictures("done", bed.picture(64, 64)));

    assertThat(receipt).isInstanceOf(Receipt.Replaced.class);
    assertThat(onlyMessage().kind()).isEqualTo(Kind.PHOTO);
  }

  @Test
  void statusMessageBecomesAnAlbum() {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("in line"));
    Receipt receipt = bed.edit(status, pictures("done", bed.picture(64, 64), bed.picture(65, 64)));

    assertThat(receipt).isInstanceOf(Receipt.Replaced.class);
    assertThat(((Receipt.Replaced) receipt).media()).hasSize(2);
    assertThat(ann.sees()).hasSize(2).allMatch(m -> m.album().isPresent());
  }

  @Test
  void deletedStatusMessageIsReplacedByAPictureButNotByProgress() {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("in line"));
    bed.transport().outbox().delete(status.message());

    assertThat(bed.edit(status, OutgoingMessage.text("50 %").withProgress(Progress.of(0.5))))
        .isInstanceOf(Receipt.Gone.class);
    assertThat(ann.sees()).isEmpty();
    assertThat(bed.edit(status, pictures("done", bed.picture(64, 64))))
        .isInstanceOf(Receipt.Replaced.class);
    assertThat(onlyMessage().kind()).isEqualTo(Kind.PHOTO);
  }

  @Test
  void captionAndButtonsOfAPictureCanChange() {
    Receipt.Delivered picture =
        bed.delivered(ann, pictures("one", bed.picture(64, 64)).withButtons(BUTTONS));
    assertThat(bed.edit(picture, OutgoingMessage.text("two")))
        .isInstanceOf(Receipt.Delivered.class);

    assertThat(onlyMessage().text()).isEqualTo("two");
    assertThat(onlyMessage().kind()).isEqualTo(Kind.PHOTO);
    assertThat(onlyMessage().buttons()).isEmpty();
  }

  @Test
  void nobodyThereIsGone() {
    ann.blocks();
    assertThat(bed.send(ann, OutgoingMessage.text("hello"))).isInstanceOf(Receipt.Gone.class);
  }

  @Test
  void sendWithoutAnAnswerIsUncertainAndNotRepeated() {
    bed.bot.fault("sendMessage", new Fault.CutAfter());
    OperationId operation = bed.operation();
    OutgoingMessage message = OutgoingMessage.text("once");
    Receipt first = bed.transport().outbox().send(bed.chat(ann), message, operation);
    Receipt second = bed.transport().outbox().send(bed.chat(ann), message, operation);

    assertThat(first).isInstanceOf(Receipt.Uncertain.class);
    assertThat(second).isInstanceOf(Receipt.Uncertain.class);
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void photoWithoutAnAnswerIsUncertainToo() {
    bed.bot.fault("sendPhoto", new Fault.CutAfter());

    assertThat(bed.send(ann, pictures("", bed.picture(64, 64))))
        .isInstanceOf(Receipt.Uncertain.class);
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void changeWithoutAnAnswerIsRepeated() {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("in line"));
    bed.bot.fault("editMessageText", new Fault.CutAfter());

    assertThat(bed.edit(status, OutgoingMessage.text("done")))
        .isInstanceOfAny(Receipt.Delivered.class, Receipt.Unchanged.class);
    assertThat(onlyMessage().text()).isEqualTo("done");
  }

  @Test
  void sendWhoseSenderWasKilledIsRepeatedOnceAndTheLogSaysSo() {
    OperationId operation = OperationId.of("d:job-2");
    // what a process leaves behind that is killed while it sends
    Optional<Long> left =
        bed.host
            .state()
            .put(
                new Key("telegram:main", "op/" + operation),
                "{}".getBytes(StandardCharsets.US_ASCII),
                Duration.ofHours(1),
                Expect.absent());
    assertThat(left).isPresent();
    try (CapturedLog log = CapturedLog.of(Ledger.class)) {
      Receipt sent =
          bed.transport().outbox().send(bed.chat(ann), OutgoingMessage.text("x"), operation);
      assertThat(sent).isInstanceOf(Receipt.Delivered.class);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("once more", "twice", operation.value());
      assertThat(bed.transport().outbox().send(bed.chat(ann), OutgoingMessage.text("x"), operation))
          .isEqualTo(sent);
    }
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void sendWhoseSendersWereKilledTwiceIsLeftAlone() {
    OperationId operation = OperationId.of("d:job-3");
    Ledger ledger = new Ledger(bed.host.state(), bed.transport().id());
    assertThat(ledger.begin(operation)).isInstanceOf(Ledger.Entry.Begun.class);
    assertThat(ledger.begin(operation)).isInstanceOf(Ledger.Entry.Begun.class);

    assertThat(bed.transport().outbox().send(bed.chat(ann), OutgoingMessage.text("x"), operation))
        .isInstanceOf(Receipt.Uncertain.class);
    assertThat(ann.sees()).isEmpty();
  }

  @Test
  void crashBetweenSendingAndSettlingGivesNoSecondPicture() {
    OperationId operation = OperationId.of("d:job-1");
    OutgoingMessage message = pictures("done", bed.picture(64, 64));
    Receipt first = bed.transport().outbox().send(bed.chat(ann), message, operation);
    bed.close();

    TelegramTransport next = TelegramTransport.polling(bed.token).apiUrl(bed.api.url()).build();
    next.start(bed.host.beside());
    try {
      Receipt second = next.outbox().send(bed.chat(ann), message, operation);
      assertThat(second).isEqualTo(first);
    } finally {
      next.close(Bed.PATIENCE);
    }
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void serverErrorsAreRetriedAndHtmlIsUnderstood() {
    bed.bot.fault("sendMessage", Fault.html(502));
    bed.bot.fault("sendMessage", Fault.error(500, "Internal Server Error"));

    assertThat(bed.send(ann, OutgoingMessage.text("hello"))).isInstanceOf(Receipt.Delivered.class);
    assertThat(ann.sees()).hasSize(1);
  }

  @Test
  void gatewayThatGaveUpWaitingLeavesASendUncertain() {
    bed.bot.fault("sendMessage", Fault.html(504));
    OperationId operation = bed.operation();
    OutgoingMessage message = OutgoingMessage.text("once");

    assertThat(bed.transport().outbox().send(bed.chat(ann), message, operation))
        .isInstanceOf(Receipt.Uncertain.class);
    assertThat(bed.transport().outbox().send(bed.chat(ann), message, operation))
        .isInstanceOf(Receipt.Uncertain.class);
    assertThat(ann.sees()).as("it may be there").isEmpty();
  }

  @Test
  void gatewayThatGaveUpWaitingDoesNotEndAChange() {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("in line"));
    bed.bot.fault("editMessageText", Fault.error(504, "Gateway Timeout"));

    assertThat(bed.edit(status, OutgoingMessage.text("done")))
        .isInstanceOf(Receipt.Delivered.class);
    assertThat(onlyMessage().text()).isEqualTo("done");
  }

  /** Who is told so comes again; a verdict of the platform would cost the picture. */
  @Test
  void errorPageOfAProxyIsNotTakenForTheVerdictOfThePlatform() {
    for (int status : List.of(400, 401, 403, 404)) {
      OperationId operation = bed.operation();
      OutgoingMessage message = pictures("done " + status, bed.picture(64, 64));
      bed.bot.fault("sendPhoto", Fault.html(status));
      assertThatThrownBy(() -> bed.transport().outbox().send(bed.chat(ann), message, operation))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAVAILABLE));
      assertThat(bed.transport().outbox().send(bed.chat(ann), message, operation))
          .isInstanceOf(Receipt.Delivered.class);
    }
  }

  @Test
  void deletionThatFailsForNowIsToBeTriedAgain() {
    Receipt.Delivered message = bed.delivered(ann, OutgoingMessage.text("secret"));
    for (int status : List.of(502, 403)) {
      bed.bot.fault("deleteMessage", Fault.html(status));
      assertThatThrownBy(() -> bed.transport().outbox().delete(message.message()))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAVAILABLE));
    }
    assertThat(bed.transport().outbox().delete(message.message()))
        .isInstanceOf(Receipt.Delivered.class);
  }

  @Test
  void tooLargeInHtmlIsRejected() {
    bed.bot.fault("sendDocument", Fault.html(413));
    OutgoingImage original = new OutgoingImage(bed.picture(64, 64).image(), Optional.empty(), true);

    assertThat(bed.send(ann, pictures("", original))).isInstanceOf(Receipt.Rejected.class);
  }

  @Test
  void shortWaitIsWaitedAndALongOneIsReported() {
    bed.bot.fault("sendMessage", new Fault.TooMany(1));
    assertThat(bed.send(ann, OutgoingMessage.text("one"))).isInstanceOf(Receipt.Delivered.class);

    bed.bot.fault("sendMessage", new Fault.TooMany(60));
    Receipt later = bed.send(ann, OutgoingMessage.text("two"));
    assertThat(later).isInstanceOf(Receipt.Deferred.class);
    assertThat(((Receipt.Deferred) later).retryAfter())
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  @Test
  void chatThatMustWaitDoesNotHoldUpOthers() {
    FakePerson bob = bed.bot.person("Bob");
    bed.bot.fault("sendMessage", ann.chat(), new Fault.TooMany(60));
    assertThat(bed.send(ann, OutgoingMessage.text("one"))).isInstanceOf(Receipt.Deferred.class);

    assertThat(bed.send(bob, OutgoingMessage.text("two"))).isInstanceOf(Receipt.Delivered.class);
    int calls = bed.bot.calls("sendMessage").size();
    assertThat(bed.send(ann, OutgoingMessage.text("three"))).isInstanceOf(Receipt.Deferred.class);
    assertThat(bed.bot.calls("sendMessage")).as("nobody knocks before the time").hasSize(calls);
  }

  @Test
  void progressIsALatestValueThatTheFinalMessageOvertakes() throws Exception {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("0 %"));
    CountDownLatch open = new CountDownLatch(1);
    bed.bot.fault("editMessageText", new Fault.Held(open));
    Future<Receipt> slow = inBackground(status, progress("10 %"));
    bed.until(() -> bed.bot.faultsLeft() == 0);
    Future<Receipt> stale = standsInLine(status, progress("20 %"));
    Future<Receipt> staleToo = standsInLine(status, progress("30 %"));
    Future<Receipt> done = standsInLine(status, OutgoingMessage.text("done"));
    open.countDown();

    assertThat(ended(slow)).isInstanceOf(Receipt.Delivered.class);
    assertThat(ended(stale)).isInstanceOf(Receipt.Unchanged.class);
    assertThat(ended(staleToo)).isInstanceOf(Receipt.Unchanged.class);
    assertThat(ended(done)).isInstanceOf(Receipt.Delivered.class);
    assertThat(onlyMessage().text()).isEqualTo("done");
    assertThat(onlyMessage().edits()).isEqualTo(2);
  }

  @Test
  void progressThatComesAfterTheFinalMessageIsLeftOut() throws Exception {
    Receipt.Delivered status = bed.delivered(ann, OutgoingMessage.text("0 %"));
    CountDownLatch open = new CountDownLatch(1);
    bed.bot.fault("editMessageText", new Fault.Held(open));
    Future<Receipt> done = inBackground(status, OutgoingMessage.text("done"));
    bed.until(() -> bed.bot.faultsLeft() == 0);
    Future<Receipt> late = standsInLine(status, progress("90 %"));
    open.countDown();

    assertThat(ended(late)).isInstanceOf(Receipt.Unchanged.class);
    assertThat(ended(done)).isInstanceOf(Receipt.Delivered.class);
    assertThat(onlyMessage().text()).isEqualTo("done");
  }

  /** Nobody knows when they will have arrived. */
  @Test
  void uploadsThatStallDoNotTakeAllThePlaces() throws Exception {
    bed.close();
    bed.start(b -> b.messagesPerSecond(2));
    CountDownLatch open = new CountDownLatch(1);
    bed.bot.fault("sendMediaGroup", new Fault.Held(open));
    OutgoingMessage album = pictures("two", bed.picture(64, 64), bed.picture(65, 64));
    Future<Receipt> slow = CompletableFuture.supplyAsync(() -> bed.send(ann, album));
    bed.until(() -> bed.bot.faultsLeft() == 0);
    FakePerson bob = bed.bot.person("Bob");

    assertThat(bed.send(bob, OutgoingMessage.text("x"))).isInstanceOf(Receipt.Delivered.class);
    open.countDown();
    assertThat(ended(slow)).isInstanceOf(Receipt.Delivered.class);
  }

  @Test
  void twentyCallsAtOnceDoNotWaitForEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    List<Future<Receipt>> sent = new ArrayList<>();
    CountDownLatch open = new CountDownLatch(1);
    for (int i = 0; i < 20; i++) {
      bed.bot.fault("sendMessage", new Fault.Held(open));
    }
    for (int i = 0; i < 20; i++) {
      FakePerson person = bed.bot.person("P" + i);
      OperationId operation = bed.operation();
      sent.add(
          threads.submit(
              () ->
                  bed.transport()
                      .outbox()
                      .send(bed.chat(person), OutgoingMessage.text("x"), operation)));
    }
    bed.until(() -> bed.bot.faultsLeft() == 0);
    assertThat(bed.bot.calls("sendMessage")).as("answered before all had begun").isEmpty();
    open.countDown();
    for (Future<Receipt> receipt : sent) {
      assertThat(ended(receipt)).isInstanceOf(Receipt.Delivered.class);
    }
    threads.shutdown();
  }

  private static OutgoingMessage progress(String text) {
    return OutgoingMessage.text(text).withProgress(Progress.of(0.2));
  }

  private Future<Receipt> inBackground(Receipt.Delivered which, OutgoingMessage message) {
    return CompletableFuture.supplyAsync(() -> bed.edit(which, message));
  }

  /** Changes a message from a thread that waits for the earlier changes when this returns. */
  private Future<Receipt> standsInLine(Receipt.Delivered which, OutgoingMessage message)
      throws Exception {
    FutureTask<Receipt> change = new FutureTask<>(() -> bed.edit(which, message));
    Thread thread = new Thread(change, "stands-in-line");
    thread.start();
    bed.until(() -> change.isDone() || thread.getState() == Thread.State.WAITING);
    return change;
  }

  private static Receipt ended(Future<Receipt> change) throws Exception {
    return change.get(Bed.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void nobodyReachedIsUnavailable() {
    bed.close();
    TelegramTransport lost =
        TelegramTransport.polling(bed.token)
            .apiUrl(java.net.URI.create("http://127.0.0.1:9"))
            .timing(Bed.CALM)
            .build();
    lost.start(bed.host.beside());
    try {
      assertThatThrownBy(
              () -> lost.outbox().send(bed.chat(ann), OutgoingMessage.text("x"), bed.operation()))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNAVAILABLE));
    } finally {
      lost.close(Bed.PATIENCE);
    }
  }

  @Test
  void whatTheBotDoesIsShown() {
    bed.transport().outbox().indicate(bed.chat(ann), dev.easel.chat.Activity.SENDING_IMAGE);

    assertThat(bed.bot.action(ann.chat())).contains("upload_photo");
  }
}
