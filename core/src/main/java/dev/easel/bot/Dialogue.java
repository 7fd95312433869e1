package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Envelope;
import dev.easel.chat.InboundEvent;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageTask;
import dev.easel.job.CancelAnswer;
import dev.easel.job.Claimed;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.JobStatus;
import dev.easel.job.Payload;
import dev.easel.job.Reason;
import dev.easel.job.Settlement;
import dev.easel.store.ImageRef;
import dev.easel.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands what a person wrote, sent or pressed, and answers or asks for a picture. */
final class Dialogue implements LaneWork {
  private static final Logger log = LoggerFactory.getLogger(Dialogue.class);

  private static final Payload HANDLED = new Payload("handled", 1, new byte[0]);
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONG_PAUSE = Duration.ofSeconds(2);

  /** Of a list, so that it stays a message. */
  private static final int MAX_ROWS = 20;

  /** So long a message waits for its platform to come back. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final JobQueue queue;
  private final Outbox outbox;
  private final Requests requests;
  private final Presses presses;
  private final IncomingImages incoming;
  private final Memory memory;
  private final Replies replies;
  private final BotLimits limits;
  private final Locale otherwise;
  private final InstantSource time;

  Dialogue(
      JobQueue queue,
      Outbox outbox,
      Requests requests,
      Presses presses,
      IncomingImages incoming,
      Memory memory,
      Replies replies,
      BotLimits limits,
      Locale otherwise,
      InstantSource time) {
    this.queue = requireNonNull(queue, "queue");
    this.outbox = requireNonNull(outbox, "outbox");
    this.requests = requireNonNull(requests, "requests");
    this.presses = requireNonNull(presses, "presses");
    this.incoming = requireNonNull(incoming, "incoming");
    this.memory = requireNonNull(memory, "memory");
    this.replies = requireNonNull(replies, "replies");
    this.limits = requireNonNull(limits, "limits");
    this.otherwise = requireNonNull(otherwise, "otherwise");
    this.time = requireNonNull(time, "time");
  }

  /** One event on its way through the dialogue. */
  record Turn(JobId job, Envelope envelope, Locale locale, boolean again) {
    Texts texts() {
      return Texts.in(locale);
    }

    ConversationRef where() {
      return envelope.conversation();
    }

    ChatOrder order(String hint) {
      return new ChatOrder(
          envelope.user(), envelope.conversation(), locale, envelope.message(), hint);
    }

    /** The id of the picture that this event asks for. */
    JobId picture() {
      return JobId.of("r:" + job.value().substring(BotInbox.PREFIX.length()));
    }
  }

  @Override
  public Settlement work(Claimed job, Held held) {
    InboundEvent event = Codec.EVENT.read(job.body());
    Envelope envelope = event.envelope();
    Turn turn =
        new Turn(
            job.id(),
            envelope,
            envelope.user().locale().orElse(otherwise),
            job.lease().attempt() > 1);
    try {
      handle(event, turn);
    } catch (TryLater e) {
      return later(job, e);
    } catch (TransportException e) {
      return unheard(job, turn, e);
    } catch (RuntimeException e) {
      if (job.lease().attempt() < job.retry().maxAttempts()) {
        return again(job, e);
      }
      log.error("An event could not be handled, its sender is told: job={}", job.id(), e);
      boolean full = e instanceof StoreException store && store.kind() == StoreException.Kind.FULL;
      return apologise(job, turn, turn.texts().get(full ? "refused.room" : "internal"));
    }
    return Settlement.Done.of(job.lease(), HANDLED);
  }

  private Settlement apologise(Claimed job, Turn turn, String text) {
    try {
      say(turn, text);
    } catch (TryLater e) {
      return later(job, e);
    } catch (TransportException e) {
      return unheard(job, turn, e);
    }
    return Settlement.Done.of(job.lease(), HANDLED);
  }

  /** The platform did not do what was needed for an answer; an outage of it costs no attempts. */
  private Settlement unheard(Claimed job, Turn turn, TransportException e) {
    if (e.kind() == TransportException.Kind.UNAVAILABLE) {
      if (turn.envelope().receivedAt().plus(PATIENCE).isAfter(time.instant())) {
        log.warn("Will handle again: job={} delay={}", job.id(), LONG_PAUSE, e);
        return new Settlement.Retry(job.lease(), LONG_PAUSE, false, Reason.of("transport", ""));
      }
      if (job.lease().attempt() < job.retry().maxAttempts()) {
        return again(job, e);
      }
    }
    log.warn("Cannot answer, given up: job={} kind={}", job.id(), e.kind(), e);
    return Settlement.Done.of(job.lease(), HANDLED);
  }

  private static Settlement later(Claimed job, TryLater e) {
    log.debug("Will handle again: job={} delay={}", job.id(), e.after());
    return new Settlement.Retry(job.lease(), e.after(), false, Reason.of("deferred", ""));
  }

  private static Settlement again(Claimed job, RuntimeException e) {
    log.warn(
        "Will handle again: job={} attempt={} delay={}",
        job.id(),
        job.lease().attempt(),
        SHORT_PAUSE,
        e);
    return new Settlement.Retry(
        job.lease(), SHORT_PAUSE, true, Reason.of("internal", e.getClass().getSimpleName()));
  }

  private void handle(InboundEvent event, Turn turn) {
    if (event instanceof InboundEvent.TextReceived text) {
      text(turn, text.text());
    } else if (event instanceof InboundEvent.ImagesReceived images) {
      images(turn, images.images(), images.caption());
    } else if (event instanceof InboundEvent.CommandReceived command) {
      command(turn, command);
    } else if (event instanceof InboundEvent.ActionPressed press) {
      presses.pressed(turn, press.token(), press.press());
    } else if (event instanceof InboundEvent.Left left) {
      log.debug("Nobody there any more: job={} moved={}", turn.job(), left.movedTo().isPresent());
    }
  }

  private void text(Turn turn, String text) {
    List<RemoteImage> replied = turn.envelope().replyImages();
    Optional<Card> card =
        turn.envelope().replyTo().flatMap(memory::shownBy).filter(c -> !c.images().isEmpty());
    if (card.isPresent()) {
      edit(turn, card.get().images(), text);
    } else if (!replied.isEmpty()) {
      images(turn, replied, text);
    } else {
      List<ImageRef> pending = memory.pending(turn.envelope().user(), turn.where());
      if (pending.isEmpty()) {
        generate(turn, text);
      } else if (edit(turn, pending, text)) {
        memory.forgetPending(turn.envelope().user(), turn.where());
      }
    }
  }

  private void generate(Turn turn, String text) {
    ask(turn, text, wish -> new ImageTask.Generate(wish.words(), wish.options()));
  }

  private boolean edit(Turn turn, List<ImageRef> images, String text) {
    return ask(
        turn,
        text,
        wish ->
            new ImageTask.Edit(
                images, wish.words(), Optional.empty(), Optional.empty(), wish.options()));
  }

  private void images(Turn turn, List<RemoteImage> images, String caption) {
    List<ImageRef> kept;
    try {
      kept = fetched(turn, images);
    } catch (IncomingImages.Refused e) {
      say(turn, e.text(turn.texts()));
      return;
    }
    if (Prompt.clean(caption).text().isEmpty()) {
      memory.pending(turn.envelope().user(), turn.where(), kept);
      Card card =
          new Card(
              turn.picture(),
              turn.envelope().user(),
              turn.where(),
              new ImageTask.Vary(kept.get(0), "", Optional.empty(), ImageOptions.DEFAULT),
              kept);
      memory.card(card);
      memory.last(turn.envelope().user(), turn.where(), card.job());
      send(turn, replies.whatNow(turn.texts(), card), "what");
    } else {
      edit(turn, kept, caption);
    }
  }

  private void command(Turn turn, InboundEvent.CommandReceived command) {
    switch (command.name()) {
      case "start":
        say(turn, turn.texts().get("start"));
        break;
      case "help":
        say(turn, replies.help(turn.texts()));
        break;
      case "imagine":
        if (command.images().isEmpty()) {
          generate(turn, command.arguments());
        } else {
          images(turn, command.images(), command.arguments());
        }
        break;
      case "edit":
        editCommand(turn, command);
        break;
      case "vary":
        vary(turn, command);
        break;
      case "upscale":
        upscale(turn, command);
        break;
      case "queue":
        say(turn, line(turn));
        break;
      case "cancel":
        say(turn, cancel(turn));
        break;
      default:
        say(turn, turn.texts().get("refused.unknown", command.name()));
    }
  }

  private void editCommand(Turn turn, InboundEvent.CommandReceived command) {
    if (command.images().isEmpty()) {
      subject(turn, List.of()).ifPresent(image -> edit(turn, List.of(image), command.arguments()));
    } else {
      images(turn, command.images(), command.arguments());
    }
  }

  private void vary(Turn turn, InboundEvent.CommandReceived command) {
    String words = Prompt.clean(command.arguments()).text();
    if (isTooLong(turn, words)) {
      return;
    }
    subject(turn, command.images())
        .ifPresent(
            image ->
                ask(
                    turn,
                    new ImageTask.Vary(image, words, Optional.empty(), ImageOptions.DEFAULT),
                    Prompt.PLAIN));
  }

  private void upscale(Turn turn, InboundEvent.CommandReceived command) {
    List<Integer> factors = replies.upscaleFactors();
    if (factors.isEmpty()) {
      say(turn, turn.texts().get("refused.task"));
      return;
    }
    String wanted = command.arguments().replaceAll("[^0-9]", "");
    Optional<Integer> factor =
        wanted.isEmpty()
            ? Optional.of(factors.get(0))
            : factors.stream().filter(f -> f.toString().equals(wanted)).findFirst();
    if (factor.isEmpty()) {
      say(turn, turn.texts().get("refused.factor", join(factors)));
      return;
    }
    subject(turn, command.images())
        .ifPresent(
            image ->
                ask(
                    turn,
                    new ImageTask.Upscale(image, factor.get(), ImageOptions.DEFAULT),
                    Prompt.PLAIN));
  }

  /**
   * The picture a command is about: sent with it, replied to, waiting for words, or the last one
   * made.
   */
  private Optional<ImageRef> subject(Turn turn, List<RemoteImage> sent) {
    List<RemoteImage> remote = sent.isEmpty() ? turn.envelope().replyImages() : sent;
    Optional<Card> replied =
        turn.envelope().replyTo().flatMap(memory::shownBy).filter(c -> !c.images().isEmpty());
    if (sent.isEmpty() && replied.isPresent()) {
      return Optional.of(replied.get().images().get(0));
    }
    if (!remote.isEmpty()) {
      try {
        return Optional.of(fetched(turn, remote.subList(0, 1)).get(0));
      } catch (IncomingImages.Refused e) {
        say(turn, e.text(turn.texts()));
        return Optional.empty();
      }
    }
    List<ImageRef> pending = memory.pending(turn.envelope().user(), turn.where());
    if (!pending.isEmpty()) {
      memory.forgetPending(turn.envelope().user(), turn.where());
      return Optional.of(pending.get(0));
    }
    Optional<ImageRef> last =
        memory
            .last(turn.envelope().user(), turn.where())
            .filter(c -> !c.images().isEmpty())
            .map(c -> c.images().get(0));
    if (last.isEmpty()) {
      say(turn, turn.texts().get("image.none"));
    }
    return last;
  }

  /** The pictures of an event; fetched once, however often it is handled. */
  private List<ImageRef> fetched(Turn turn, List<RemoteImage> images)
      throws IncomingImages.Refused {
    if (images.stream().allMatch(image -> image.stored().isPresent())) {
      return incoming.fetchAll(images, outbox);
    }
    Optional<List<ImageRef>> before = memory.fetched(turn.job());
    if (before.isPresent()) {
      return before.get();
    }
    List<ImageRef> now = incoming.fetchAll(images, outbox);
    memory.fetched(turn.job(), now);
    return now;
  }

  /**
   * Asks for what a person's words say, if they can be understood.
   *
   * @return false if the person was told why not, and may say it anew
   */
  private boolean ask(Turn turn, String text, Function<Wish, ImageTask> task) {
    Prompt prompt = Prompt.clean(text);
    try {
      Wish wish = Wish.of(prompt.text());
      if (wish.words().isEmpty()) {
        say(turn, turn.texts().get("refused.empty"));
      } else if (!isTooLong(turn, wish.words())) {
        return ask(turn, task.apply(wish), prompt);
      }
    } catch (Wish.NotUnderstood e) {
      say(turn, turn.texts().get("refused.option", e.option()));
    }
    return false;
  }

  private boolean isTooLong(Turn turn, String words) {
    boolean tooLong = words.length() > limits.promptLength();
    if (tooLong) {
      say(turn, turn.texts().get("refused.long", words.length(), limits.promptLength()));
    }
    return tooLong;
  }

  private boolean ask(Turn turn, ImageTask task, Prompt prompt) {
    String hint = prompt.hidCharacters() ? turn.texts().get("caption.hidden") : "";
    Optional<String> refusal = requests.ask(turn.picture(), turn.order(hint), task, turn.again());
    refusal.ifPresent(text -> say(turn, text));
    return refusal.isEmpty();
  }

  private String line(Turn turn) {
    Texts texts = turn.texts();
    List<String> rows =
        active(turn).stream()
            .limit(MAX_ROWS)
            .map(
                s ->
                    texts.get(
                        "queue.row",
                        memory
                                .card(Memory.cardOf(s.id()))
                                .map(c -> Replies.shortly(c.task()))
                                .orElse("?")
                            + " \u2014 "
                            + replies.statusText(texts, s)))
            .toList();
    return rows.isEmpty()
        ? texts.get("queue.none")
        : texts.get("queue.head") + "\n" + String.join("\n", rows);
  }

  private String cancel(Turn turn) {
    boolean pending = memory.forgetPending(turn.envelope().user(), turn.where());
    long stopped =
        active(turn).stream()
            .filter(s -> !s.cancelAsked())
            .map(s -> queue.cancel(s.id()))
            .filter(a -> a == CancelAnswer.GONE || a == CancelAnswer.ASKED)
            .count();
    if (stopped > 0) {
      return turn.texts().get("cancel.done", stopped);
    }
    return turn.texts().get(pending ? "cancel.pending" : "cancel.none");
  }

  private List<JobStatus> active(Turn turn) {
    return memory.jobs(turn.envelope().user(), turn.where()).stream()
        .flatMap(id -> queue.find(id).stream())
        .filter(s -> !s.state().ended())
        .toList();
  }

  private void say(Turn turn, String text) {
    send(turn, quoting(turn, OutgoingMessage.text(text)), "say");
  }

  private void send(Turn turn, OutgoingMessage message, String what) {
    TryLater.ifDeferred(outbox.send(turn.where(), message, operation(turn, what)));
  }

  private static OutgoingMessage quoting(Turn turn, OutgoingMessage message) {
    return turn.where().kind() == ConversationRef.Kind.PRIVATE
        ? message
        : turn.envelope().message().map(message::replyingTo).orElse(message);
  }

  private static OperationId operation(Turn turn, String what) {
    return OperationId.of(what + ":" + turn.job());
  }

  private static String join(List<Integer> factors) {
    return String.join(", ", factors.stream().map(String::valueOf).toList());
  }
}
