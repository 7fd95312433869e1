package dev.easel.routing;

import dev.easel.health.Health;
import dev.easel.image.Attempt;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.routing.Candidates.Translation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task's way from provider to provider, until one makes the picture or nobody else may. */
final class Walk {
  private static final Logger log = LoggerFactory.getLogger(Walk.class);

  private final Set<String> afterRefusal;
  private final boolean keepsCheckpoint;
  private final RenderContext context;
  private final List<Attempt> attempts;
  private final long endNanos;
  private boolean refused;
  private @Nullable ProviderException chosen;
  private Duration soonest = Duration.ofMinutes(1);
  private boolean skippedAny;

  /**
   * @param afterRefusal who may be asked after another has refused the content
   * @param keepsCheckpoint whether it matters who was asked
   * @param before what failed in attempts before this one
   */
  Walk(
      Set<String> afterRefusal,
      boolean keepsCheckpoint,
      RenderContext context,
      List<Attempt> before,
      Duration deadline) {
    this.afterRefusal = afterRefusal;
    this.keepsCheckpoint = keepsCheckpoint;
    this.context = context;
    this.attempts = new ArrayList<>(before);
    this.endNanos = System.nanoTime() + RouteContext.nanos(deadline);
  }

  RenderOutcome through(List<Route> routes, Candidates candidates, ImageTask task)
      throws InterruptedException {
    for (Route route : routes) {
      if (refused && !afterRefusal.contains(route.name())) {
        continue;
      }
      Translation t = candidates.translated(task, route);
      Optional<Route.Skip> skip = route.enter(t.model());
      if (skip.isPresent()) {
        skipped(skip.get());
        continue;
      }
      RenderOutcome outcome = attempt(route, t);
      if (outcome != null) {
        return outcome;
      }
    }
    throw end();
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  private void skipped(Route.Skip skip) {
    skippedAny = true;
    soonest = skip.retryAfter().compareTo(soonest) < 0 ? skip.retryAfter() : soonest;
  }

  /** Returns null if the next may be asked. */
  private @Nullable RenderOutcome attempt(Route route, Translation t) throws InterruptedException {
    long start = System.nanoTime();
    boolean settled = false;
    try {
      if (route.isTrial(t.model())) { // a breaker that was open: first a call that costs nothing
        Health health = route.provider().check();
        if (health.status() == Health.Status.DOWN) {
          settled = true;
          route.failed(t.model(), ProviderException.of(Kind.UNAVAILABLE, health.detail()));
          return null;
        }
      }
      RouteCheckpoint mine =
          new RouteCheckpoint(Optional.of(route.name()), Optional.empty(), attempts);
      if (keepsCheckpoint) {
        context.checkpoint(mine.text(Optional.empty()));
      }
      RenderOutcome outcome =
          route.provider().render(t.task(), new RouteContext(context, mine, left()));
      if (outcome == null) { // nobody knows what that cost
        throw ProviderException.builder(Kind.NO_IMAGE, route.name() + " answered nothing")
            .mayBeBilled(true)
            .build();
      }
      settled = true;
      if (outcome instanceof Rendered rendered) {
        route.succeeded(t.model());
        return finished(rendered, t, attempts, route, start);
      }
      route.parked(t.model());
      return outcome;
    } catch (ProviderException e) {
      if (e.kind() == Kind.CANCELLED) {
        throw e;
      }
      settled = true;
      route.failed(t.model(), e);
      failed(e, new Attempt(route.name(), t.model(), since(start), Optional.of(e.kind())));
      if (e.mayBeBilled() || !fallsBack(e)) {
        throw e; // not what failed before it, which might have the task ordered once more
      }
      if (left().isZero()) {
        throw end();
      }
      log.warn(
          "Will ask the next provider: job={} provider={} kind={}",
          context.job(),
          route.name(),
          e.kind());
      return null;
    } finally {
      if (!settled) {
        route.giveBack(t.model());
      }
    }
  }

  private boolean fallsBack(ProviderException e) {
    return e.kind().fallsBack() || e.kind() == Kind.CONTENT_POLICY && !afterRefusal.isEmpty();
  }

  private void failed(ProviderException e, Attempt attempt) {
    attempts.add(attempt);
    refused |= e.kind() == Kind.CONTENT_POLICY;
    // the one that says most: what waiting can mend, else the first
    if (chosen == null || e.kind().retryable() && !chosen.kind().retryable() && !refused) {
      chosen = e;
    }
  }

  /** Says why nobody made the picture. */
  private ProviderException end() {
    ProviderException e = chosen;
    if (e == null || !e.kind().retryable() && skippedAny && e.kind().fallsBack()) {
      e =
          ProviderException.builder(Kind.RATE_LIMITED, "no provider is free or well now")
              .retryAfter(soonest)
              .build();
    }
    if (e.ranNothing() && keepsCheckpoint) {
      context.checkpoint(RouteCheckpoint.NONE.text(Optional.empty())); // nobody has it
    }
    return e;
  }

  /** The result with all attempts that led to it. */
  static Rendered finished(
      Rendered rendered, Translation t, List<Attempt> before, Route route, long start) {
    List<Attempt> all = new ArrayList<>(before);
    all.add(new Attempt(route.name(), t.model(), since(start), Optional.empty()));
    List<String> warnings = new ArrayList<>(t.warnings());
    warnings.addAll(rendered.warnings());
    return rendered.withWarnings(warnings).withAttempts(all);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
