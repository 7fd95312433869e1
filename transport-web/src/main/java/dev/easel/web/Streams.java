package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.TransportId;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All open pages of this process, told of changes by two threads whatever their number. */
final class Streams {
  private static final int PER_CONVERSATION = 8;
  private static final int PER_ADDRESS = 64;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration MOMENT = Duration.ofMillis(500);
  private static final int THREADS = 2;
  private static final Pattern PAGE = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Logger log = LoggerFactory.getLogger(Streams.class);

  private final TransportId transport;
  private final Host host;
  private final int max;
  private final Places places;
  private final Places ofConversations;
  private final AtomicLong budget =
      new AtomicLong(Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8));
  private final Map<ConversationRef, Set<EventStream>> open = new ConcurrentHashMap<>();
  private final Set<EventStream> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService threads;
  private final Subscription hints;
  private volatile boolean closed;

  Streams(TransportId transport, Host host, int max) {
    this.transport = transport;
    this.host = host;
    this.max = max;
    places = new Places(max, PER_ADDRESS);
    ofConversations = new Places(max, PER_CONVERSATION);
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newScheduledThreadPool(
            THREADS, task -> new Thread(task, "easel-web-streams-" + number.incrementAndGet()));
    long every = LOOK_EVERY.toMillis();
    threads.scheduleWithFixedDelay(this::lookAtAll, every, every, TimeUnit.MILLISECONDS);
    hints = host.timelines().watch(this::changed);
  }

  int count() {
    return places.taken();
  }

  boolean isFull() {
    return count() >= max;
  }

  /** {@code GET …/events}. */
  void open(Context ctx, String address) {
    ConversationRef conversation = Intake.conversation(ctx, transport);
    long revision = lastEventId(ctx);
    Optional<String> page = page(ctx);
    boolean stays = !ctx.req().getMethod().equals("HEAD");
    page.filter(id -> stays).ifPresent(id -> replace(conversation, id));
    takePlaces(conversation, address);
    ctx.status(200);
    ctx.res().setContentType("text/event-stream");
    ctx.res().setCharacterEncoding("UTF-8");
    ctx.header("Cache-Control", "no-store");
    ctx.header("X-Accel-Buffering", "no"); // a proxy must pass each event on at once
    if (!stays) {
      leavePlaces(conversation, address);
      return;
    }
    String prefix = ctx.contextPath();
    ctx.future(() -> begin(ctx, conversation, revision, prefix, address, page));
  }

  /** Brings every stream up to date, ends it, and waits until the clients have it. */
  void close(Duration deadline) {
    closed = true;
    hints.close();
    List<EventStream> all = open.values().stream().flatMap(Collection::stream).toList();
    // not here: a store that does not answer would hold up the stop
    all.forEach(stream -> threads.execute(stream::end));
    long end = System.nanoTime() + deadline.toNanos();
    try {
      CompletableFuture.allOf(
              all.stream().map(EventStream::done).toArray(CompletableFuture<?>[]::new))
          .get(Math.min(5_000, deadline.toMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      log.debug("Will cut off clients that do not read: streams={}", count());
    }
    threads.shutdownNow();
    try {
      long left = Math.max(MOMENT.toNanos(), end - System.nanoTime());
      if (threads.awaitTermination(left, TimeUnit.NANOSECONDS)) {
        all.forEach(EventStream::giveUp);
      } else {
        log.warn("Stopped without its threads: a store does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<?> begin(
      Context ctx,
      ConversationRef conversation,
      long revision,
      String prefix,
      String address,
      Optional<String> page) {
    EventStream stream;
    ServletOutputStream out;
    try {
      // a page may stay for days, whatever the server's own limit is
      ctx.req().getAsyncContext().setTimeout(0);
      out = ctx.res().getOutputStream();
      stream =
          new EventStream(
              host.timelines(),
              conversation,
              revision,
              prefix,
              address,
              page,
              out,
              budget,
              this::lookSoon,
              System::nanoTime);
    } catch (IOException | RuntimeException e) {
      leavePlaces(conversation, address);
      return CompletableFuture.failedFuture(e);
    }
    open.compute(
        conversation,
        (c, streams) -> {
          Set<EventStream> set = streams == null ? ConcurrentHashMap.newKeySet() : streams;
          set.add(stream);
          return set;
        });
    stream.done().whenComplete((ok, error) -> remove(stream));
    try {
      out.setWriteListener(stream);
    } catch (IllegalStateException e) { // the client is gone already
      stream.onError(e);
    }
    changed(conversation);
    if (closed) { // came in while the others were being ended
      stream.end();
    }
    return stream.done();
  }

  private void remove(EventStream stream) {
    leavePlaces(stream.conversation(), stream.address());
    open.computeIfPresent(
        stream.conversation(),
        (c, streams) -> {
          streams.remove(stream);
          return streams.isEmpty() ? null : streams;
        });
  }

  private void takePlaces(ConversationRef conversation, String address) {
    if (closed) {
      throw Problem.later(Problem.Kind.STOPPING, Duration.ofSeconds(5));
    }
    if (places.take(address)) {
      if (ofConversations.take(conversation)) {
        return;
      }
      places.leave(address);
    }
    throw Problem.later(Problem.Kind.TOO_MANY_STREAMS, Duration.ofSeconds(10));
  }

  private void leavePlaces(ConversationRef conversation, String address) {
    ofConversations.leave(conversation);
    places.leave(address);
  }

  private static Optional<String> page(Context ctx) {
    Optional<String> page = Optional.ofNullable(ctx.queryParam("page"));
    if (page.filter(id -> !PAGE.matcher(id).matches()).isPresent()) {
      throw Problem.of(Problem.Kind.MALFORMED);
    }
    return page;
  }

  /**
   * Ends the stream that a page had before: of a phone that changed its network, it would hold its
   * places for the quarter of an hour in which TCP hopes for an answer.
   */
  private void replace(ConversationRef conversation, String page) {
    open.getOrDefault(conversation, Set.of()).stream()
        .filter(stream -> stream.page().filter(page::equals).isPresent())
        .forEach(EventStream::cut);
  }

  private static long lastEventId(Context ctx) {
    String id = Guard.header(ctx, "Last-Event-ID").orElse("").strip();
    if (id.isEmpty()) {
      return 0;
    }
    return id.matches("\\d{1,18}") ? Long.parseLong(id) : -1;
  }

  private void changed(ConversationRef conversation) {
    open.getOrDefault(conversation, Set.of()).forEach(this::lookSoon);
  }

  private void lookAtAll() {
    open.values().forEach(streams -> streams.forEach(this::lookSoon));
  }

  private void lookSoon(EventStream stream) {
    if (waiting.add(stream)) {
      try {
        threads.execute(
            () -> {
              waiting.remove(stream);
              look(stream);
            });
      } catch (RejectedExecutionException e) {
        waiting.remove(stream);
        stream.giveUp(); // nobody looks any more
      }
    }
  }

  private static void look(EventStream stream) {
    try {
      stream.look();
    } catch (StoreException e) {
      log.debug("Will look again soon", e);
    } catch (RuntimeException e) {
      log.error("Ends a stream: its conversation cannot be read", e);
      stream.giveUp();
    }
  }
}
