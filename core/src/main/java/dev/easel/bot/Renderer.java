package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderedImage;
import dev.easel.job.Claimed;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.JobStatus;
import dev.easel.job.NewJob;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.Settlement;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.StoreException;
import dev.easel.store.Subscription;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the provider make the pictures of one job and says how the job ends. Keeps the rule that
 * nothing is paid for twice: what a call may cost is written down before it is made.
 */
final class Renderer implements LaneWork {
  private static final Logger log = LoggerFactory.getLogger(Renderer.class);

  /** Attempts that do not count go on for so long after the person asked. */
  private static final Duration GIVE_UP_AFTER = Duration.ofHours(2);

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration NO_HINT = Duration.ofSeconds(5);

  private static final long MAX_PIXELS = 100_000_000;

  /** Of all revised prompts of a result together, in UTF-16 units. */
  private static final int MAX_REVISED = 12_000;

  private static final int MAX_TOLD = 300;
  private static final int MAX_WARNINGS = 10;

  private final ImageProvider provider;
  private final ProviderCalls calls;
  private final JobQueue queue;
  private final JobSource source;
  private final ImageStore images;
  private final Duration keep;
  private final InstantSource time;

  Renderer(
      ImageProvider provider,
      ProviderCalls calls,
      JobQueue queue,
      JobSource source,
      ImageStore images,
      Duration keep,
      InstantSource time) {
    this.provider = requireNonNull(provider, "provider");
    this.calls = requireNonNull(calls, "calls");
    this.queue = requireNonNull(queue, "queue");
    this.source = requireNonNull(source, "source");
    this.images = requireNonNull(images, "images");
    this.keep = requireNonNull(keep, "keep");
    this.time = requireNonNull(time, "time");
  }

  @Override
  @SuppressWarnings("try") // hints are heard until the work is done, nobody asks for them
  public Settlement work(Claimed job, Held held) throws InterruptedException {
    RenderRequest request = Codec.REQUEST.read(job.body());
    RenderRecord before = RenderRecord.of(job.checkpoint());
    if (before.done().isPresent()) {
      return done(job, before.done().get()); // stored by an attempt that could not settle any more
    }
    if (job.cancelAsked() && before.provider().isEmpty()) {
      return before.started()
          ? unknown(job, "cancelled after a call of unknown outcome")
          : new Settlement.Cancelled(job.lease());
    }
    Repeat repeat = provider.capabilities().repeat();
    boolean paid = repeat != Repeat.SAFE;
    if (paid && before.started() && before.provider().isEmpty()) {
      return unknown(job, "an earlier attempt ended during the call");
    }
    if (job.cancelAsked()) {
      held.stop(Held.Stop.CANCEL_ASKED); // the provider sees it at once and cancels at its service
    }
    Duration timeout = request.task().options().timeout().orElse(DEFAULT_TIMEOUT);
    RenderJob context = new RenderJob(held, source, images, calls.hooks(), before, timeout, time);
    long began = System.nanoTime();
    try (Subscription hints = queue.watch(job.id(), status -> hear(status, held))) {
      if (paid && repeat != Repeat.RESUMES_ALWAYS && !before.started()) {
        context.record(RenderRecord.STARTED);
      }
      RenderOutcome outcome = calls.render(provider, request.task(), context, held);
      if (outcome instanceof RenderOutcome.Pending pending) {
        return new Settlement.Parked(job.lease(), pending.checkAfter());
      }
      RenderResult result =
          store(
              (RenderOutcome.Rendered) outcome, Duration.ofNanos(System.nanoTime() - began), held);
      if (paid) {
        writeDown(result, context);
      }
      return done(job, result);
    } catch (ProviderException e) {
      return context.stopped().equals(Optional.of(Held.Stop.LEASE_LOST))
          ? new Settlement.Released(job.lease()) // refused by the queue, which is right
          : after(e, job, request, context, paid);
    } catch (StoreException e) {
      return paid
          ? failed(job, "store-full", e)
          : new Settlement.Retry(
              job.lease(), NO_HINT, true, Reason.of("store-full", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      if (ranPerhaps(context, paid) || isLastLook(job, context, paid)) {
        log.error(
            "A provider failed in a way it does not name; not tried again: job={}", job.id(), e);
        return unknown(job, e.getClass().getSimpleName());
      }
      throw e; // counted and tried again by the loop, and what a service has begun is found
    }
  }

  /** Whether no attempt is left that could find what a service has made. */
  private static boolean isLastLook(Claimed job, RenderJob context, boolean paid) {
    return paid
        && context.record().provider().isPresent()
        && job.lease().attempt() >= job.retry().maxAttempts();
  }

  /** How a job ends that is to end now, whose provider can not be called any more. */
  Settlement withoutCall(Claimed job) {
    RenderRecord before = RenderRecord.of(job.checkpoint());
    if (before.done().isPresent()) {
      return done(job, before.done().get());
    }
    return before.started() && before.provider().isEmpty()
        ? unknown(job, "stopped after a call of unknown outcome")
        : new Settlement.Cancelled(job.lease());
  }

  /** A cancel is heard at once where a hint arrives; the heartbeat brings it in any case. */
  private static void hear(JobStatus status, Held held) {
    if (status.cancelAsked()) {
      held.stop(Held.Stop.CANCEL_ASKED);
    }
  }

  private Settlement done(Claimed job, RenderResult result) {
    double seconds = Math.min(NewJob.MAX_COST, Math.max(0.1, result.took().toMillis() / 1000.0));
    log.debug(
        "Made: job={} pictures={} maker={} took={}",
        job.id(),
        result.images().size(),
        result.maker(),
        result.took());
    return new Settlement.Done(job.lease(), Codec.RESULT.write(result), Optional.of(seconds));
  }

  private Settlement after(
      ProviderException e, Claimed job, RenderRequest request, RenderJob context, boolean paid)
      throws InterruptedException {
    Optional<Held.Stop> stopped = context.stopped();
    if (stopped.isPresent()
        && (e.kind() == ProviderException.Kind.CANCELLED
            || stopped.get() == Held.Stop.CANCEL_ASKED)) {
      return stopped(stopped.get(), job, context, paid);
    }
    boolean again =
        e.kind().retryable() && (!paid || e.ranNothing())
            || e.kind() == ProviderException.Kind.TIMEOUT && !paid;
    if (!again || tooLate(request)) {
      return failed(job, e.kind().code(), e);
    }
    if (ranPerhaps(context, paid)) {
      context.record(RenderRecord.NOTHING); // nothing ran: the next attempt may call
    }
    Duration delay =
        e.details()
            .retryAfter()
            .orElseGet(
                () ->
                    e.kind().countsAsAttempt()
                        ? job.retry().delayAfter(job.lease().attempt(), ThreadLocalRandom.current())
                        : NO_HINT);
    log.warn(
        "Will retry: job={} attempt={} kind={} delay={} reason={}",
        job.id(),
        job.lease().attempt(),
        e.kind(),
        delay,
        e.getMessage());
    return new Settlement.Retry(
        job.lease(),
        delay,
        e.kind().countsAsAttempt(),
        Reason.of(e.kind().code(), String.valueOf(e.getMessage())));
  }

  private Settlement stopped(Held.Stop why, Claimed job, RenderJob context, boolean paid) {
    switch (why) {
      case CANCEL_ASKED:
        return new Settlement.Cancelled(job.lease());
      case TIMEOUT:
        return ranPerhaps(context, paid)
            ? unknown(job, "took too long")
            : failed(job, ProviderException.Kind.TIMEOUT.code(), null);
      default:
        return ranPerhaps(context, paid)
            ? unknown(job, "stopped during the call")
            : new Settlement.Released(job.lease());
    }
  }

  /** Whether a call may have cost money that no later attempt can find. */
  private static boolean ranPerhaps(RenderJob context, boolean paid) {
    RenderRecord record = context.record();
    return paid && record.started() && record.provider().isEmpty();
  }

  private boolean tooLate(RenderRequest request) {
    return request.askedAt().plus(GIVE_UP_AFTER).isBefore(time.instant());
  }

  private Settlement failed(Claimed job, String code, @Nullable RuntimeException e) {
    log.warn(
        "Failed for good: job={} attempt={} code={}", job.id(), job.lease().attempt(), code, e);
    return Settlement.Failed.of(
        job.lease(), Reason.of(code, e == null ? "" : String.valueOf(e.getMessage())));
  }

  private Settlement unknown(Claimed job, String detail) {
    log.warn("Outcome unknown, the person decides: job={} reason={}", job.id(), detail);
    return Settlement.Failed.of(
        job.lease(), Reason.of(ProviderException.Kind.OUTCOME_UNKNOWN.code(), detail));
  }

  /** Spares the next attempt the call; the settlement that follows carries the same result. */
  private static void writeDown(RenderResult result, RenderJob context)
      throws InterruptedException {
    try {
      context.record(context.record().withDone(result));
    } catch (QueueException e) {
      log.warn("Made, but not written down yet: job={}", context.job(), e);
    }
  }

  private RenderResult store(RenderOutcome.Rendered rendered, Duration took, Held held)
      throws InterruptedException {
    if (rendered.images().isEmpty()) {
      throw ProviderException.of(
          ProviderException.Kind.NO_IMAGE, "the provider returned no picture");
    }
    int longest = Math.min(ImageTask.MAX_PROMPT, MAX_REVISED / rendered.images().size());
    List<MadeImage> made = new ArrayList<>();
    for (RenderedImage image : rendered.images()) {
      if (image.bytes().length > ImageStore.MAX_BYTES || image.info().pixels() > MAX_PIXELS) {
        throw ProviderException.of(
            ProviderException.Kind.PROTOCOL,
            "the picture is too large: %d bytes, %dx%d"
                .formatted(image.bytes().length, image.info().width(), image.info().height()));
      }
      ImageRef kept =
          Outage.outlast(
              held,
              () -> images.put(new ByteArrayInputStream(image.bytes()), image.info().type(), keep));
      Optional<String> revised = image.revisedPrompt().map(words -> told(words, longest));
      made.add(new MadeImage(kept, image.seed(), revised, image.filtered()));
    }
    return new RenderResult(
        made,
        told(rendered.maker(), MAX_TOLD),
        took,
        rendered.warnings().stream().limit(MAX_WARNINGS).map(w -> told(w, MAX_TOLD)).toList(),
        rendered.usage(),
        rendered.requestId().map(id -> told(id, MAX_TOLD)));
  }

  /** A service's words, short enough for a payload: the picture must not be lost for them. */
  private static String told(String words, int max) {
    return Replies.cut(Prompt.clean(words).text(), max);
  }
}
