package dev.easel.routing;

import static java.util.Objects.requireNonNull;

import dev.easel.health.Health;
import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderOutcome;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.routing.Candidates.Translation;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Several providers as one. A task goes to the first, in order of preference, that can do it and is
 * well; to the next only after a failure that allows it and that can have cost nothing.
 *
 * <p>A provider that does not understand prompts serves only kinds of tasks that none of the others
 * does, unless {@link Builder#sketches} says more: nobody who waits for a picture gets a sketch
 * because a service is down. A refusal of content goes to nobody else, unless {@link
 * Builder#afterRefusal} names one.
 */
public final class RoutingProvider implements ImageProvider {
  private final List<Route> routes;
  private final Candidates candidates;
  private final Capabilities capabilities;
  private final Set<String> afterRefusal;
  private final Duration deadline;

  private RoutingProvider(Builder b) {
    if (b.members.isEmpty()) {
      throw new IllegalArgumentException("add at least one provider");
    }
    CircuitBreakerConfig breaker =
        CircuitBreakerConfig.custom()
            .slidingWindow(b.failuresToOpen, b.failuresToOpen, SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(100)
            .waitDurationInOpenState(b.openTime)
            .permittedNumberOfCallsInHalfOpenState(1)
            .clock(b.time.withZone(ZoneOffset.UTC))
            .build();
    List<Route> all = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Member m : b.members) {
      if (!names.add(m.provider().capabilities().provider())) {
        throw new IllegalArgumentException(
            "two providers are named " + m.provider().capabilities().provider());
      }
      all.add(new Route(m.provider(), m.models(), breaker, b.listener, b.time));
    }
    routes = List.copyOf(all);
    capabilities =
        Together.of(b.name, routes.stream().map(r -> r.provider().capabilities()).toList());
    candidates = new Candidates(routes, b.sketches);
    afterRefusal = Set.copyOf(b.afterRefusal);
    deadline = b.deadline;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Health check() {
    List<String> troubles = new ArrayList<>();
    boolean any = false;
    for (Route route : routes) {
      Health health = route.provider().check();
      any |= health.status() != Health.Status.DOWN;
      if (health.status() != Health.Status.UP) {
        troubles.add(route.name() + ": " + health.detail());
      }
    }
    String detail = String.join("; ", troubles);
    if (!any) {
      return Health.down(detail);
    }
    return troubles.isEmpty() ? Health.up() : Health.degraded(detail);
  }

  @Override
  public RenderOutcome render(ImageTask task, RenderContext context) throws InterruptedException {
    RouteCheckpoint kept = RouteCheckpoint.read(context.checkpoint());
    if (kept.provider().isPresent()) {
      Route route =
          routes.stream()
              .filter(r -> r.name().equals(kept.provider().get()))
              .findFirst()
              .orElseThrow(() -> lost(kept, "is no longer configured"));
      Repeat repeat = route.provider().capabilities().repeat();
      if (repeat == Repeat.UNSAFE || repeat == Repeat.RESUMES && kept.text().isEmpty()) {
        throw lost(kept, "was called, and what became of it is not known");
      }
      if (kept.text().isPresent()) {
        return resume(route, kept, task, context);
      }
    }
    List<Route> able = candidates.of(task);
    if (able.isEmpty()) {
      throw ProviderException.of(
          Kind.UNSUPPORTED, "none of " + names() + " can do such a " + task.kind());
    }
    boolean keepsCheckpoint = capabilities.repeat() != Repeat.SAFE;
    return new Walk(afterRefusal, keepsCheckpoint, context, kept.before(), deadline)
        .through(able, candidates, task);
  }

  private List<String> names() {
    return routes.stream().map(Route::name).toList();
  }

  private static ProviderException lost(RouteCheckpoint kept, String why) {
    String provider = kept.provider().orElse("?");
    return ProviderException.builder(Kind.OUTCOME_UNKNOWN, provider + " " + why)
        .provider(provider)
        .build();
  }

  /** Goes on with work that was begun; whatever comes of it, nobody else is paid for it. */
  private RenderOutcome resume(
      Route route, RouteCheckpoint kept, ImageTask task, RenderContext context)
      throws InterruptedException {
    long start = System.nanoTime();
    Translation t = candidates.translated(task, route);
    try {
      RenderOutcome outcome =
          route.provider().render(t.task(), new RouteContext(context, kept, deadline));
      if (outcome instanceof Rendered rendered) {
        route.finishedLater(t.model());
        return Walk.finished(rendered, t, kept.before(), route, start);
      }
      return outcome;
    } catch (ProviderException e) {
      if (e.kind() != Kind.CANCELLED) {
        route.failedLater(t.model(), e);
      }
      throw e;
    }
  }

  private record Member(ImageProvider provider, Set<String> models) {}

  /** Starts with no provider and the defaults that each method names. */
  public static final class Builder {
    private final List<Member> members = new ArrayList<>();
    private final Set<String> afterRefusal = new LinkedHashSet<>();
    private String name = "routing";
    private boolean sketches;
    private int failuresToOpen = 5;
    private Duration openTime = Duration.ofSeconds(30);
    private Duration deadline = Duration.ofMinutes(30);
    private RoutingListener listener = event -> {};
    private InstantSource time = InstantSource.system();

    private Builder() {}

    /** Adds a provider behind those that were added before. */
    public Builder add(ImageProvider provider) {
      return add(provider, Set.of());
    }

    /**
     * Adds a provider with the models that it has: a task that names one of them goes there first,
     * and no other provider is given that name.
     */
    public Builder add(ImageProvider provider, Set<String> models) {
      members.add(new Member(requireNonNull(provider, "provider"), models));
      return this;
    }

    /** The name of the whole. Default {@code routing}. */
    public Builder name(String provider) {
      name = requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Whether a provider that does not understand prompts may stand in for one that does. Default
     * no.
     */
    public Builder sketches(boolean yes) {
      sketches = yes;
      return this;
    }

    /** A provider that may be asked after another has refused the content. Default none. */
    public Builder afterRefusal(String provider) {
      afterRefusal.add(requireNonNull(provider, "provider"));
      return this;
    }

    /** After so many failures in a row a provider's model is left alone. Default 5. */
    public Builder failuresToOpen(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("failuresToOpen must be at least 1, was " + count);
      }
      failuresToOpen = count;
      return this;
    }

    /** For so long; then one call may try. Default 30 s. */
    public Builder openTime(Duration pause) {
      openTime = requireNonNull(pause, "pause");
      return this;
    }

    /** For all providers of one attempt together, besides the task's own. Default 30 min. */
    public Builder deadline(Duration all) {
      deadline = requireNonNull(all, "all");
      return this;
    }

    /** Hears of each event. Default nobody. */
    public Builder listener(RoutingListener hears) {
      listener = requireNonNull(hears, "hears");
      return this;
    }

    /** What breakers and cool-downs go by. Default the system's. */
    public Builder time(InstantSource source) {
      time = requireNonNull(source, "source");
      return this;
    }

    public RoutingProvider build() {
      return new RoutingProvider(this);
    }
  }
}
