package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.Backend;
import dev.easel.chat.CommandMenu;
import dev.easel.chat.Host;
import dev.easel.chat.Inbox;
import dev.easel.chat.Timelines;
import dev.easel.chat.Transport;
import dev.easel.image.Capabilities;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The front role for one transport: its inbox, its dialogue, its courier. */
final class Front {
  private static final Logger log = LoggerFactory.getLogger(Front.class);

  private static final int DIALOGUES = 4;
  private static final int COURIERS = 4;
  private static final int STATUS_THREADS = 4;
  private static final List<Locale> MENUS = List.of(Locale.ENGLISH, Locale.forLanguageTag("ru"));

  private final Transport transport;
  private final Backend backend;
  private final Replies replies;
  private final Crew dialogues;
  private final Crew couriers;
  private final ScheduledExecutorService status;
  private final BotLimits limits;
  private final Locale otherwise;
  private final Duration keep;
  private @Nullable StatusBoard board;
  private volatile boolean stopping;

  Front(
      Transport transport,
      Capabilities provider,
      Backend backend,
      BotLimits limits,
      Locale otherwise,
      Duration keep,
      ThreadFactory threads) {
    this.transport = requireNonNull(transport, "transport");
    this.backend = requireNonNull(backend, "backend");
    this.replies = new Replies(provider, transport.capabilities());
    this.dialogues = new Crew(backend, threads);
    this.couriers = new Crew(backend, threads);
    this.status = Executors.newScheduledThreadPool(STATUS_THREADS, threads);
    this.limits = requireNonNull(limits, "limits");
    this.otherwise = requireNonNull(otherwise, "otherwise");
    this.keep = requireNonNull(keep, "keep");
  }

  void start() {
    Lane inbox = Lane.inbox(transport.id().toString());
    Lane deliver = Lane.deliver(transport.id().toString());
    backend
        .admin()
        .configure(inbox, LanePolicy.DEFAULT.withMaxJobsPerGroup(limits.eventsPerConversation()));
    backend.admin().configure(deliver, LanePolicy.DEFAULT);
    transport.start(new BotHost());
    Memory memory = new Memory(backend.state());
    StatusMessages messages = new StatusMessages(backend.state());
    StatusBoard board =
        new StatusBoard(
            backend.queue(),
            transport.outbox(),
            messages,
            replies,
            transport.capabilities(),
            status);
    this.board = board;
    Requests requests =
        new Requests(
            backend.queue(),
            new RenderLine(backend.queue(), backend.images(), backend.time(), limits.waitAtMost()),
            backend.limiter(),
            backend.images(),
            limits,
            memory,
            board,
            replies,
            this::isEnding);
    Presses presses =
        new Presses(
            backend.queue(), transport.outbox(), requests, memory, replies, backend.images());
    dialogues.work(
        "dialogue",
        inbox,
        DIALOGUES,
        new Dialogue(
            backend.queue(),
            transport.outbox(),
            requests,
            presses,
            new IncomingImages(backend.images(), keep),
            memory,
            replies,
            limits,
            otherwise,
            backend.time()));
    couriers.work(
        "courier",
        deliver,
        COURIERS,
        new Courier(
            transport.outbox(), messages, memory, replies, backend.images(), keep, this::isEnding));
    if (transport.capabilities().commandMenu()) {
      status.execute(this::publish);
    }
    if (transport.capabilities().editText() && backend.durable()) {
      status.scheduleWithFixedDelay(
          new TakeOver(
              TakeOver.Pages.of(backend.admin()),
              transport.id(),
              messages,
              board,
              memory,
              otherwise),
          0,
          TakeOver.EVERY.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  /** Whether what waits ends with this process. */
  private boolean isEnding() {
    return stopping && !backend.durable();
  }

  private void publish() {
    try {
      transport
          .outbox()
          .publish(
              MENUS.stream()
                  .map(
                      locale ->
                          new CommandMenu(
                              locale.equals(Locale.ENGLISH)
                                  ? Optional.empty()
                                  : Optional.of(locale),
                              Optional.empty(),
                              replies.commands().stream()
                                  .map(
                                      c ->
                                          new CommandMenu.Command(
                                              c, Texts.in(locale).get("command." + c)))
                                  .toList()))
                  .toList());
    } catch (RuntimeException e) {
      log.warn(
          "Commands could not be published, the bot works without: transport={}",
          transport.id(),
          e);
    }
  }

  /**
   * Takes nothing more in. What is in the inbox of this process is still answered; a durable inbox
   * waits for the next.
   */
  void stopReceiving(Duration time) throws InterruptedException {
    transport.stopReceiving(); // may still hand over what it was collecting
    stopping = true;
    if (!backend.durable()) {
      drained(Lane.inbox(transport.id().toString()), time);
    }
    dialogues.stopClaiming();
    dialogues.await(time);
  }

  /** Tells the owners of what has ended, then ends. */
  void finish(Duration time) throws InterruptedException {
    try {
      if (!backend.durable()) {
        drained(Lane.deliver(transport.id().toString()), time);
      }
      couriers.stopClaiming();
      couriers.await(time);
    } finally { // also when nobody wants to wait any more: there is no second close
      dialogues.close();
      couriers.close();
      status.shutdownNow();
      if (board != null) {
        board.close();
      }
      transport.close(time);
    }
  }

  private void drained(Lane lane, Duration time) throws InterruptedException {
    Drain.await(backend.admin(), lane, Drain::open, time);
  }

  /** What the transport gets to see of the backend. */
  private final class BotHost implements Host {
    private final Inbox inbox = new BotInbox(backend.queue(), transport.id(), () -> stopping);

    @Override
    public Inbox inbox() {
      return inbox;
    }

    @Override
    public StateStore state() {
      return backend.state();
    }

    @Override
    public RateLimiter limiter() {
      return backend.limiter();
    }

    @Override
    public ImageStore images() {
      return backend.images();
    }

    @Override
    public Timelines timelines() {
      return backend.timelines();
    }

    @Override
    public InstantSource time() {
      return backend.time();
    }
  }
}
