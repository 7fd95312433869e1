package dev.easel.http;

import static java.util.Map.entry;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;

/**
 * Tells failures apart: by the service's code first, then by its words, then by the status. A
 * status alone decides neither between an empty account and too many requests nor between a refusal
 * of content and a wrong request.
 */
final class Failures {
  private static final Map<String, Kind> BY_CODE =
      Map.ofEntries(
          entry("moderation_blocked", Kind.CONTENT_POLICY),
          entry("content_policy_violation", Kind.CONTENT_POLICY),
          entry("content_moderation", Kind.CONTENT_POLICY),
          entry("content_filter", Kind.CONTENT_POLICY),
          entry("contentfilter", Kind.CONTENT_POLICY),
          entry("responsibleaipolicyviolation", Kind.CONTENT_POLICY),
          entry("invalid_api_key", Kind.AUTHENTICATION),
          entry("incorrect_api_key", Kind.AUTHENTICATION),
          entry("invalid_authentication", Kind.AUTHENTICATION),
          entry("authentication_error", Kind.AUTHENTICATION),
          entry("unsupported_country_region_territory", Kind.PERMISSION_DENIED),
          entry("permission_denied", Kind.PERMISSION_DENIED),
          entry("insufficient_quota", Kind.QUOTA_EXHAUSTED),
          entry("billing_hard_limit_reached", Kind.QUOTA_EXHAUSTED),
          entry("billing_not_active", Kind.QUOTA_EXHAUSTED),
          entry("billing_limit_user_error", Kind.QUOTA_EXHAUSTED),
          entry("insufficient_credits", Kind.QUOTA_EXHAUSTED),
          entry("quota_exceeded", Kind.QUOTA_EXHAUSTED),
          entry("rate_limit_exceeded", Kind.RATE_LIMITED),
          entry("slow_down", Kind.RATE_LIMITED),
          entry("too_many_requests", Kind.RATE_LIMITED),
          entry("model_not_found", Kind.MODEL_NOT_FOUND),
          entry("deploymentnotfound", Kind.MODEL_NOT_FOUND),
          entry("model_loading", Kind.MODEL_LOADING),
          entry("server_is_overloaded", Kind.UNAVAILABLE),
          entry("overloaded", Kind.UNAVAILABLE),
          entry("unknown_parameter", Kind.INVALID_REQUEST),
          entry("invalid_value", Kind.INVALID_REQUEST),
          entry("missing_required_parameter", Kind.INVALID_REQUEST),
          entry("unsupported_file_mimetype", Kind.INVALID_REQUEST),
          entry("missing_file_mimetype", Kind.INVALID_REQUEST),
          entry("invalid_image_file", Kind.INVALID_REQUEST),
          entry("image_too_small", Kind.INVALID_REQUEST),
          entry("image_too_large", Kind.TOO_LARGE),
          entry("file_download_error", Kind.INVALID_REQUEST),
          entry("no_media_generated", Kind.NO_IMAGE),
          entry("generation_timeout", Kind.TIMEOUT));

  private final String provider;

  Failures(String provider) {
    this.provider = provider;
  }

  /** What an answer with this status means. */
  ProviderException of(Purpose purpose, int status, Headers headers, Problem problem) {
    Instant now = Instant.now();
    Optional<Duration> hint = RetryHint.of(headers, now);
    boolean isInvited = RetryHint.invitation(headers, now).isPresent();
    Kind kind = kind(purpose, status, headers, problem, isInvited);
    ProviderException.Builder b =
        ProviderException.builder(kind, sentence(kind, status, problem)).provider(provider);
    if (status > 0) {
      b.httpStatus(status);
    }
    problem.code().or(problem::type).ifPresent(b::providerCode);
    problem.field().ifPresent(b::field);
    requestId(headers).ifPresent(b::requestId);
    hint.ifPresent(b::retryAfter);
    return b.mayBeBilled(mayBeBilled(purpose, kind)).build();
  }

  /** A failure without an answer of its own. */
  ProviderException.Builder builder(Kind kind, String message) {
    return ProviderException.builder(kind, provider + ": " + message).provider(provider);
  }

  ProviderException of(Kind kind, String message) {
    return builder(kind, message).build();
  }

  /** Says that a task is none of those the provider can do. */
  void requireSupported(ImageTask task, Capabilities can) {
    if (!can.tasks().contains(task.kind())) {
      throw of(Kind.UNSUPPORTED, "cannot do " + task.kind());
    }
    if (task instanceof ImageTask.Upscale upscale
        && upscale.factor() > can.upscaleFactors().stream().max(Integer::compare).orElse(0)) {
      throw builder(Kind.UNSUPPORTED, "upscales by " + can.upscaleFactors())
          .field("factor")
          .build();
    }
    if (task instanceof ImageTask.Edit edit && edit.images().size() > can.maxInputImages()) {
      throw builder(Kind.UNSUPPORTED, "starts from at most " + can.maxInputImages() + " pictures")
          .field("images")
          .build();
    }
  }

  static Optional<String> requestId(Headers headers) {
    return Optional.ofNullable(headers.get("x-request-id"))
        .or(() -> Optional.ofNullable(headers.get("x-fal-request-id")))
        .filter(id -> id.matches("[A-Za-z0-9_.:-]{1,100}"));
  }

  private static boolean mayBeBilled(Purpose purpose, Kind kind) {
    // a service that refuses an order with a reason of its own has not run it
    return purpose == Purpose.FOLLOW || kind == Kind.OUTCOME_UNKNOWN;
  }

  private static Kind kind(
      Purpose purpose, int status, Headers headers, Problem problem, boolean hinted) {
    Optional<Kind> said =
        problem
            .code()
            .map(Failures::kindOf)
            .orElse(Optional.empty())
            .or(() -> problem.type().map(Failures::kindOf).orElse(Optional.empty()));
    if (said.isPresent()) {
      return said.get();
    }
    if (status == 0 && problem.type().orElse("").equals("server_error")) {
      return Kind.UNAVAILABLE;
    }
    String words = problem.message().toLowerCase(Locale.ROOT);
    switch (status) {
      case 401:
        return Kind.AUTHENTICATION;
      case 402:
        return Kind.QUOTA_EXHAUSTED;
      case 403:
        return forbidden(words);
      case 404, 405, 501:
        return words.contains("model") || words.contains("deployment")
            ? Kind.MODEL_NOT_FOUND
            : Kind.UNSUPPORTED;
      case 408: // a proxy says it of a service that did not answer it in time
        return purpose == Purpose.ORDER ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE;
      case 413:
        return Kind.TOO_LARGE;
      case 429:
        return speaksOfMoney(words) ? Kind.QUOTA_EXHAUSTED : Kind.RATE_LIMITED;
      default:
        break;
    }
    if (status >= 400 && status < 500) {
      return speaksOfPolicy(words) ? Kind.CONTENT_POLICY : Kind.INVALID_REQUEST;
    }
    if (status >= 500) {
      return serverFailed(purpose, status, headers, words, hinted);
    }
    return Kind.PROTOCOL; // a redirect, or an error inside a success
  }

  private static Kind forbidden(String words) {
    if (speaksOfPolicy(words)) {
      return Kind.CONTENT_POLICY;
    }
    return speaksOfMoney(words) ? Kind.QUOTA_EXHAUSTED : Kind.PERMISSION_DENIED;
  }

  private static Kind serverFailed(
      Purpose purpose, int status, Headers headers, String words, boolean hinted) {
    if (status == 503 && words.contains("loading")) {
      return Kind.MODEL_LOADING;
    }
    boolean ranNothing =
        status == 503 && hinted || "true".equalsIgnoreCase(headers.get("x-should-retry"));
    return purpose == Purpose.ORDER && !ranNothing ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE;
  }

  /** Whether it is a code that services are known to use. */
  static boolean isCode(String text) {
    return kindOf(text).isPresent();
  }

  private static Optional<Kind> kindOf(String code) {
    return Optional.ofNullable(BY_CODE.get(code.toLowerCase(Locale.ROOT)));
  }

  private static boolean speaksOfPolicy(String words) {
    return words.contains("safety system")
        || words.contains("content policy")
        || words.contains("moderation")
        || words.contains("nsfw");
  }

  private static boolean speaksOfMoney(String words) {
    return words.contains("quota")
        || words.contains("billing")
        || words.contains("credit")
        || words.contains("balance");
  }

  private String sentence(Kind kind, int status, Problem problem) {
    StringBuilder text = new StringBuilder(provider);
    text.append(status > 0 ? " answered " + status : " failed");
    problem.code().or(problem::type).ifPresent(code -> text.append(' ').append(code));
    problem.field().ifPresent(field -> text.append(" (").append(field).append(')'));
    return text.append(": ").append(kind.code()).toString();
  }
}
