package dev.easel.routing;

import dev.easel.image.ImageProvider;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.routing.RoutingEvent.What;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One provider among others: whether it may be asked now, and what its answers say of that. */
final class Route {
  private static final Logger log = LoggerFactory.getLogger(Route.class);

  /** Model names come from people, so they are not kept without a limit. */
  private static final int MAX_BREAKERS = 64;

  private static final Duration RATE_LIMITED = Duration.ofSeconds(10);
  private static final Duration MISCONFIGURED = Duration.ofMinutes(15);
  private static final Duration NO_MONEY = Duration.ofHours(1);

  /** Why a provider is not asked, and for how long. */
  record Skip(What why, Duration retryAfter) {}

  private final ImageProvider provider;
  private final Set<String> models;
  private final CircuitBreakerConfig config;
  private final RoutingListener listener;
  private final InstantSource time;
  private final Semaphore free;
  private final Map<String, CircuitBreaker> breakers = new LinkedHashMap<>();
  private Instant coolUntil = Instant.MIN;

  Route(
      ImageProvider provider,
      Set<String> models,
      CircuitBreakerConfig config,
      RoutingListener listener,
      InstantSource time) {
    this.provider = provider;
    this.models = Set.copyOf(models);
    this.config = config;
    this.listener = listener;
    this.time = time;
    this.free = new Semaphore(provider.capabilities().maxConcurrent());
  }

  ImageProvider provider() {
    return provider;
  }

  String name() {
    return provider.capabilities().provider();
  }

  boolean knows(String model) {
    return models.contains(model);
  }

  private synchronized CircuitBreaker breaker(Optional<String> model) {
    String key = model.orElse("");
    CircuitBreaker known = breakers.get(key);
    if (known != null) {
      return known;
    }
    if (model.isPresent() && breakers.size() >= MAX_BREAKERS) {
      return breaker(Optional.empty());
    }
    CircuitBreaker made = CircuitBreaker.of(name() + " " + key, config);
    made.getEventPublisher()
        .onStateTransition(
            event -> {
              switch (event.getStateTransition().getToState()) {
                case OPEN -> tell(What.BREAKER_OPENED, model, Optional.empty());
                case HALF_OPEN -> tell(What.BREAKER_HALF_OPENED, model, Optional.empty());
                default -> tell(What.BREAKER_CLOSED, model, Optional.empty());
              }
            });
    breakers.put(key, made);
    return made;
  }

  /**
   * Takes a place for one call; whoever got one gives it back with {@link #succeeded}, {@link
   * #parked}, {@link #failed} or {@link #giveBack}.
   */
  Optional<Skip> enter(Optional<String> model) {
    Duration cooling = cooling();
    if (!cooling.isZero()) {
      return skip(new Skip(What.SKIPPED_COOLING, cooling), model);
    }
    CircuitBreaker breaker = breaker(model);
    if (!breaker.tryAcquirePermission()) {
      return skip(new Skip(What.SKIPPED_OPEN, Duration.ofSeconds(5)), model);
    }
    if (!free.tryAcquire()) {
      breaker.releasePermission();
      return skip(new Skip(What.SKIPPED_BUSY, Duration.ofSeconds(1)), model);
    }
    return Optional.empty();
  }

  private Optional<Skip> skip(Skip why, Optional<String> model) {
    tell(why.why(), model, Optional.empty());
    return Optional.of(why);
  }

  /** Whether the place that was taken is the one try of a breaker that was open. */
  boolean isTrial(Optional<String> model) {
    return breaker(model).getState() == CircuitBreaker.State.HALF_OPEN;
  }

  void succeeded(Optional<String> model) {
    free.release();
    breaker(model).onSuccess(0, TimeUnit.MILLISECONDS);
    tell(What.SERVED, model, Optional.empty());
  }

  /** It took the task and works on it: whether it is well, the end will tell. */
  void parked(Optional<String> model) {
    giveBack(model);
    tell(What.SERVED, model, Optional.empty());
  }

  /** Work that it had taken ended well in a later attempt. */
  void finishedLater(Optional<String> model) {
    breaker(model).onSuccess(0, TimeUnit.MILLISECONDS);
  }

  void failed(Optional<String> model, ProviderException e) {
    free.release();
    if (!trips(e.kind())) {
      breaker(model).releasePermission(); // says nothing of whether the service is well
    }
    failedLater(model, e);
  }

  /** Work that it had taken failed in a later attempt, for which no place was taken. */
  void failedLater(Optional<String> model, ProviderException e) {
    if (trips(e.kind())) {
      breaker(model).onError(0, TimeUnit.MILLISECONDS, e);
    }
    coolDown(model, e).ifPresent(this::cool);
    tell(What.FAILED, model, Optional.of(e.kind()));
  }

  /** The call did not happen, or says nothing of the provider. */
  void giveBack(Optional<String> model) {
    free.release();
    breaker(model).releasePermission();
  }

  private static boolean trips(Kind kind) {
    return kind == Kind.UNAVAILABLE
        || kind == Kind.OUTCOME_UNKNOWN
        || kind == Kind.TIMEOUT
        || kind == Kind.NO_IMAGE
        || kind == Kind.PROTOCOL;
  }

  private static Optional<Duration> coolDown(Optional<String> model, ProviderException e) {
    if (e.kind() == Kind.PERMISSION_DENIED && model.isPresent()) {
      return Optional.empty(); // a model that somebody named, not what the others use
    }
    return switch (e.kind()) {
      case RATE_LIMITED -> Optional.of(e.details().retryAfter().orElse(RATE_LIMITED));
      case QUOTA_EXHAUSTED -> Optional.of(NO_MONEY);
      case AUTHENTICATION, PERMISSION_DENIED -> Optional.of(MISCONFIGURED);
      default -> Optional.empty();
    };
  }

  private synchronized void cool(Duration how) {
    Instant until = time.instant().plus(how);
    if (until.isAfter(coolUntil)) {
      coolUntil = until;
    }
  }

  private synchronized Duration cooling() {
    Instant now = time.instant();
    return coolUntil.isAfter(now) ? Duration.between(now, coolUntil) : Duration.ZERO;
  }

  private void tell(What what, Optional<String> model, Optional<Kind> kind) {
    try {
      listener.on(new RoutingEvent(name(), what, model, kind));
    } catch (RuntimeException e) { // a paid picture is not lost for a metric
      log.warn("A listener of routing failed: provider={} event={}", name(), what, e);
    }
  }
}
