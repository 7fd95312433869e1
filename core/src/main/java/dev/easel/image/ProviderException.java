package dev.easel.image;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider did not make the picture. The kind decides what happens next; the message names no
 * secret and no prompt.
 */
public final class ProviderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why, and so what to do. */
  public enum Kind {
    /** The key is wrong. */
    AUTHENTICATION(false, true),
    /** The key may not do this: region, organisation, plan. */
    PERMISSION_DENIED(false, true),
    /** The money is used up. */
    QUOTA_EXHAUSTED(false, true),
    /** Too many requests: again after a while, without spending an attempt. */
    RATE_LIMITED(true, true),
    /** The request is wrong, and will be. */
    INVALID_REQUEST(false, false),
    /** This provider cannot do such a thing. */
    UNSUPPORTED(false, true),
    /** A picture is larger than this provider takes, or would become so. */
    TOO_LARGE(false, true),
    /** The service refuses the content. */
    CONTENT_POLICY(false, false),
    MODEL_NOT_FOUND(false, true),
    /** The model is being loaded: again after a while, without spending an attempt. */
    MODEL_LOADING(true, true),
    /** Not reachable, and nothing was run. */
    UNAVAILABLE(true, true),
    /**
     * The request went out and no answer came: it may have run and may be billed. Never repeated by
     * the program.
     */
    OUTCOME_UNKNOWN(false, false),
    /** It took too long. */
    TIMEOUT(false, false),
    /** Success was said, but there was no picture. */
    NO_IMAGE(false, false),
    /** The answer makes no sense. */
    PROTOCOL(false, true),
    /** Stopped because that was asked for. */
    CANCELLED(false, false);

    private final boolean retryable;
    private final boolean fallsBack;

    Kind(boolean retryable, boolean fallsBack) {
      this.retryable = retryable;
      this.fallsBack = fallsBack;
    }

    /** Whether trying again later can help. */
    public boolean retryable() {
      return retryable;
    }

    /** Whether another provider may be asked, unless a policy says more. */
    public boolean fallsBack() {
      return fallsBack;
    }

    /** Whether trying again spends an attempt. */
    public boolean countsAsAttempt() {
      return this != RATE_LIMITED && this != MODEL_LOADING;
    }

    /** For a {@link dev.easel.job.Reason}: {@code CONTENT_POLICY} is {@code content-policy}. */
    public String code() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private final Kind kind;
  private final boolean mayBeBilled;
  private final transient Details details;

  private ProviderException(Builder b) {
    super(b.message, b.cause);
    this.kind = b.kind;
    this.mayBeBilled = b.mayBeBilled;
    this.details =
        new Details(
            Optional.ofNullable(b.provider),
            Optional.ofNullable(b.model),
            Optional.ofNullable(b.httpStatus),
            Optional.ofNullable(b.providerCode),
            Optional.ofNullable(b.requestId),
            Optional.ofNullable(b.retryAfter),
            Optional.ofNullable(b.field));
  }

  public static ProviderException of(Kind kind, String message) {
    return builder(kind, message).build();
  }

  public static ProviderException of(Kind kind, String message, Throwable cause) {
    return builder(kind, message).cause(cause).build();
  }

  public static Builder builder(Kind kind, String message) {
    return new Builder(kind, message);
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the service may ask money for it all the same. */
  public boolean mayBeBilled() {
    return mayBeBilled;
  }

  /**
   * Whether it is certain that nothing was run, so that it may be tried again even if it is paid.
   */
  public boolean ranNothing() {
    return !mayBeBilled
        && (kind == Kind.RATE_LIMITED || kind == Kind.MODEL_LOADING || kind == Kind.UNAVAILABLE);
  }

  public Details details() {
    return details;
  }

  /**
   * What the service said, for logs and decisions.
   *
   * @param retryAfter the service's own hint
   * @param field of the request that is wrong
   */
  public record Details(
      Optional<String> provider,
      Optional<String> model,
      Optional<Integer> httpStatus,
      Optional<String> providerCode,
      Optional<String> requestId,
      Optional<Duration> retryAfter,
      Optional<String> field) {}

  /** Collects what is known. */
  public static final class Builder {
    private final Kind kind;
    private final String message;
    private boolean mayBeBilled;
    private @Nullable Throwable cause;
    private @Nullable String provider;
    private @Nullable String model;
    private @Nullable Integer httpStatus;
    private @Nullable String providerCode;
    private @Nullable String requestId;
    private @Nullable Duration retryAfter;
    private @Nullable String field;

    private Builder(Kind kind, String message) {
      this.kind = requireNonNull(kind, "kind");
      this.message = requireNonNull(message, "message");
      this.mayBeBilled = kind == Kind.OUTCOME_UNKNOWN;
    }

    public Builder cause(Throwable reason) {
      cause = reason;
      return this;
    }

    public Builder provider(String name) {
      provider = name;
      return this;
    }

    public Builder model(String name) {
      model = name;
      return this;
    }

    public Builder httpStatus(int status) {
      httpStatus = status;
      return this;
    }

    public Builder providerCode(String code) {
      providerCode = code;
      return this;
    }

    public Builder requestId(String id) {
      requestId = id;
      return this;
    }

    public Builder retryAfter(Duration time) {
      retryAfter = time;
      return this;
    }

    public Builder field(String name) {
      field = name;
      return this;
    }

    /** Default: only for {@code OUTCOME_UNKNOWN}. */
    public Builder mayBeBilled(boolean yes) {
      mayBeBilled = yes;
      return this;
    }

    public ProviderException build() {
      return new ProviderException(this);
    }
  }
}
