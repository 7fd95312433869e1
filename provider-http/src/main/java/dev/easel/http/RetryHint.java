package dev.easel.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** When a service wants to be asked again, in the several ways that services say so. */
final class RetryHint {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Pattern RESET =
      Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+(?:\\.\\d+)?)s)?(?:(\\d+)ms)?");

  private RetryHint() {}

  static Optional<Duration> of(Headers headers, Instant now) {
    return invitation(headers, now)
        .or(() -> reset(headers, "requests"))
        .or(() -> reset(headers, "tokens"))
        .map(time -> time.isNegative() ? Duration.ZERO : time)
        .map(time -> time.compareTo(LONGEST) > 0 ? LONGEST : time);
  }

  /** Only if the service invites to come back: what is left of an account is no word on a call. */
  static Optional<Duration> invitation(Headers headers, Instant now) {
    return millis(headers.get("retry-after-ms")).or(() -> after(headers.get("Retry-After"), now));
  }

  private static Optional<Duration> millis(@Nullable String text) {
    return number(text).map(ms -> Duration.ofMillis((long) Math.ceil(ms)));
  }

  private static Optional<Duration> after(@Nullable String text, Instant now) {
    Optional<Duration> seconds =
        number(text).map(s -> Duration.ofMillis((long) Math.ceil(s * 1000)));
    if (seconds.isPresent() || text == null) {
      return seconds;
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(now, date.toInstant()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> reset(Headers headers, String of) {
    String reset = headers.get("x-ratelimit-reset-" + of);
    if (reset == null
        || reset.isBlank()
        || !"0".equals(headers.get("x-ratelimit-remaining-" + of))) {
      return Optional.empty();
    }
    Matcher m = RESET.matcher(reset.trim());
    if (reset.length() > 20 || !m.matches()) {
      return Optional.empty();
    }
    double seconds =
        part(m.group(1)) * 3600 + part(m.group(2)) * 60 + part(m.group(3)) + part(m.group(4)) / 1e3;
    return Optional.of(Duration.ofMillis((long) Math.ceil(seconds * 1000)));
  }

  private static double part(@Nullable String digits) {
    return digits == null ? 0 : Double.parseDouble(digits);
  }

  private static Optional<Double> number(@Nullable String text) {
    if (text == null || !text.trim().matches("\\d{1,9}(\\.\\d{1,9})?")) {
      return Optional.empty();
    }
    return Optional.of(Double.valueOf(text.trim()));
  }
}
