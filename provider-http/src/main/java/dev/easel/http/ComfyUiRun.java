package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.http.ComfyUiServer.Found;
import dev.easel.http.ComfyUiServer.Standing;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Pending;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.RenderedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at one task: hands over the prompts that are not known to be there, waits for them,
 * and fetches their pictures. Where it stands is in its checkpoint, before each step.
 */
final class ComfyUiRun {
  private static final Logger log = LoggerFactory.getLogger(ComfyUiRun.class);

  private static final Duration LOOK_LATER = Duration.ofSeconds(5);
  private static final int LOOKS_UNTIL_LOST = 3;

  /** A server that is away is waited for, but not forever. */
  private static final Duration LONGEST_AWAY = Duration.ofHours(1);

  private final ComfyUiServer server;
  private final Pictures pictures;
  private final Failures failures;
  private final ComfyUiOrder order;
  private final Duration lookEvery;
  private final Duration maxAge;
  private final RenderContext context;

  /** What is durable, or is about to be. */
  private ComfyUiCheckpoint now;

  private boolean isKept;
  private boolean isPrepared;
  private boolean isGivenUp;

  ComfyUiRun(
      ComfyUiServer server,
      Pictures pictures,
      Failures failures,
      ComfyUiOrder order,
      Duration lookEvery,
      Duration maxAge,
      RenderContext context,
      ComfyUiCheckpoint begun) {
    this.server = server;
    this.pictures = pictures;
    this.failures = failures;
    this.order = order;
    this.lookEvery = lookEvery;
    this.maxAge = maxAge;
    this.context = context;
    this.now = begun;
    this.isKept = begun.isKept();
  }

  /**
   * Goes on from where the checkpoint says.
   *
   * @param stopTime for cancelling at the server, if it comes to that
   */
  RenderOutcome go(OkHttpClient client, Work work, Duration stopTime) throws InterruptedException {
    ComfyUiEvents events = new ComfyUiEvents(context, now.ids());
    Work.Registration wake = work.onCancel(events::wake);
    try (events) {
      events.connect(client, server.socket(now.clientId()));
      if (!submitAll(work)) {
        return new Pending(LOOK_LATER);
      }
      events.prompts(now.ids());
      return collect(events, work);
    } catch (ProviderException e) {
      if (e.kind() == Kind.CANCELLED && context.cancelled()) {
        return stop(Work.within(stopTime));
      }
      return later(e);
    } finally {
      wake.close();
    }
  }

  /** What the server has, or may have, is looked for again; any other failure is thrown. */
  private Pending later(ProviderException e) {
    boolean mayBeThere = !isGivenUp && (e.mayBeBilled() || now.submitted() > 0);
    if (mayBeThere && e.kind() == Kind.TIMEOUT) {
      return new Pending(lookEvery); // this attempt's time is over
    }
    if (!mayBeThere || !Harvest.isPassing(e) || isAwayTooLong()) {
      throw e;
    }
    away();
    log.warn("Will look again: job={} kind={}", context.job(), e.kind());
    return new Pending(LOOK_LATER);
  }

  private boolean isAwayTooLong() {
    return now.away().filter(since -> isOver(since, LONGEST_AWAY)).isPresent();
  }

  private boolean isOver(Instant since, Duration time) {
    return since.plus(time).isBefore(context.now());
  }

  private void away() {
    if (now.away().isEmpty()) {
      keep(now.withAway(Optional.of(context.now())));
    }
  }

  /** The server does what is asked of it; that it only answers is not enough. */
  private void back() {
    if (now.away().isPresent()) {
      keep(now.withAway(Optional.empty()));
    }
  }

  private void keep(ComfyUiCheckpoint next) {
    context.checkpoint(next.text());
    now = next;
    isKept = true;
  }

  /** Hands over what is not known to be there. The server works on one after the other. */
  private boolean submitAll(Work work) throws InterruptedException {
    if (now.isComplete()) {
      return true;
    }
    boolean mayBeThere = isKept;
    if (!isKept) {
      keep(now); // the name comes first: a crash during the uploads costs nothing
    }
    while (!now.isComplete()) {
      Optional<String> found = mayBeThere ? find(work) : Optional.empty();
      mayBeThere = false; // what follows the next one was not begun
      Optional<String> id = found.isPresent() ? found : submit(work);
      if (id.isEmpty()) {
        return false;
      }
      keep(now.withSubmitted(id.get()));
    }
    return true;
  }

  /** The next prompt, if an attempt before has handed it over. */
  private Optional<String> find(Work work) throws InterruptedException {
    Found found = server.find(now.next(), true, work);
    return found.standing() == Standing.UNKNOWN ? Optional.empty() : Optional.of(found.id());
  }

  /** Hands over the next prompt; empty if a later attempt has to look whether it is there. */
  private Optional<String> submit(Work work) throws InterruptedException {
    if (!isPrepared) {
      order.prepare(server, pictures, context, work);
      isPrepared = true;
    }
    ObjectNode nodes = order.nodes(now.seed() + now.submitted());
    try {
      return Optional.of(server.submit(nodes, now.next(), now.clientId(), work));
    } catch (ProviderException e) {
      boolean isLater = now.submitted() > 0 && Harvest.isPassing(e);
      if (e.kind() != Kind.OUTCOME_UNKNOWN && !isLater || isAwayTooLong()) {
        throw e;
      }
      away();
      log.warn("Will look for the prompt: job={} kind={}", context.job(), e.kind());
      return Optional.empty();
    }
  }

  private RenderOutcome collect(ComfyUiEvents events, Work work) throws InterruptedException {
    Harvest harvest = new Harvest(now.ids().size());
    for (int i = 0; i < now.ids().size(); i++) {
      Optional<Found> found = await(now.ids().get(i), events, work);
      if (found.isEmpty()) {
        keep(now); // what the server was seen to work on
        return new Pending(lookEvery); // no time left, but the work goes on
      }
      if (found.get().standing() != Standing.ENDED) {
        giveUp(i, harvest, work);
        break;
      }
      take(harvest, found.get().history(), i, work);
    }
    return rendered(harvest);
  }

  private void giveUp(int first, Harvest harvest, Work work) throws InterruptedException {
    isGivenUp = true;
    harvest.missing(
        failures
            .builder(Kind.TIMEOUT, "was busy with one prompt for " + maxAge.toMinutes() + " min")
            .mayBeBilled(true)
            .build());
    cancelFrom(first, harvest, work);
  }

  private Rendered rendered(Harvest harvest) {
    List<RenderedImage> images = harvest.images(order.wishes(), failures);
    order.warnOfSizes(images);
    back();
    return Rendered.of(order.provider(), images)
        .withWarnings(order.wishes().warnings())
        .withRequestId(now.ids().get(0));
  }

  /** Waits until a prompt ended, or has to be given up; empty if the time is over before. */
  private Optional<Found> await(String id, ComfyUiEvents events, Work work)
      throws InterruptedException {
    int unknown = 0;
    while (!work.isOver()) {
      work.throwIfCancelled(order.provider());
      Found found = server.find(id, false, work);
      if (found.standing() == Standing.ENDED) {
        return Optional.of(found);
      }
      unknown = found.standing() == Standing.UNKNOWN ? unknown + 1 : 0;
      if (unknown >= LOOKS_UNTIL_LOST) {
        throw failures
            .builder(Kind.OUTCOME_UNKNOWN, "forgot the prompt: it was restarted or cleared")
            .requestId(id)
            .mayBeBilled(true)
            .build();
      }
      if (unknown == 0) {
        back();
        now = now.withRunning(found.running(), context.now());
        if (now.busy().filter(b -> isOver(b.since(), maxAge)).isPresent()) {
          return Optional.of(found);
        }
      }
      events.await(Math.min(lookEvery.toMillis(), work.left().toMillis() + 1));
    }
    return Optional.empty();
  }

  /** The pictures of one prompt that ended. */
  private void take(Harvest harvest, JsonNode history, int index, Work work)
      throws InterruptedException {
    JsonNode status = history.path("status");
    if (status.path("status_str").asText("").equals("error")) {
      harvest.missing(runFailed(status));
      return;
    }
    List<JsonNode> saved = new ArrayList<>();
    List<JsonNode> shown = new ArrayList<>();
    for (JsonNode node : history.path("outputs")) {
      for (JsonNode image : node.path("images")) {
        (image.path("type").asText("").equals("output") ? saved : shown).add(image);
      }
    }
    Optional<Long> seed = order.seedOf(now.seed() + index);
    for (JsonNode image : saved.isEmpty() ? shown : saved) {
      Harvest.Source source =
          () -> pictures.accept(server.view(image, work), seed, Optional.empty(), false);
      if (isAwayTooLong()) {
        harvest.take(source);
      } else {
        harvest.takeOrComeAgain(source);
      }
    }
    if (saved.isEmpty() && shown.isEmpty()) {
      harvest.missing(
          failures
              .builder(Kind.NO_IMAGE, "ran the workflow, but it saved no picture")
              .mayBeBilled(true)
              .build());
    }
  }

  private ProviderException runFailed(JsonNode status) {
    for (JsonNode message : status.path("messages")) {
      if (message.path(0).asText("").equals("execution_interrupted")) {
        return failures
            .builder(Kind.CANCELLED, "the run was interrupted at the server")
            .mayBeBilled(true)
            .build();
      }
      if (message.path(0).asText("").equals("execution_error")) {
        String type = message.path(1).path("exception_type").asText("");
        ProviderException.Builder b =
            failures.builder(Kind.NO_IMAGE, "a node of the workflow failed").mayBeBilled(true);
        if (type.matches("[A-Za-z0-9_.]{1,80}")) {
          b.providerCode(type);
        }
        return b.build();
      }
    }
    return failures.builder(Kind.NO_IMAGE, "the run failed").mayBeBilled(true).build();
  }

  /**
   * Cancels at the server if that was asked for; a picture that is ready all the same is delivered.
   * After any other stop the work there goes on, and another attempt finds it.
   */
  RenderOutcome stop(Work work) throws InterruptedException {
    if (isKept && context.endAsked()) {
      context.checkpoint(now.text()); // throws if the job is no longer ours to cancel
      Harvest ready = new Harvest(now.ids().size());
      cancelFrom(0, ready, work);
      if (ready.isComplete()) {
        return rendered(ready);
      }
    }
    throw failures.builder(Kind.CANCELLED, "stopped as asked").mayBeBilled(isKept).build();
  }

  /** Cancels the prompts from this one on. What ended, or does just then, is taken. */
  private void cancelFrom(int first, Harvest harvest, Work work) throws InterruptedException {
    try {
      for (int i = first; i < now.ids().size(); i++) {
        Found found = server.find(now.ids().get(i), i >= now.submitted(), work);
        if (found.standing() == Standing.ENDED) {
          take(harvest, found.history(), i, work);
        } else if (found.standing() != Standing.UNKNOWN) {
          server.cancel(found.id(), work);
          Found then = server.find(found.id(), false, work);
          if (then.standing() == Standing.ENDED) { // perhaps it was faster
            take(harvest, then.history(), i, work);
          }
        }
      }
    } catch (ProviderException e) {
      log.warn("A prompt could not be cancelled: job={}", context.job(), e);
    }
  }
}
