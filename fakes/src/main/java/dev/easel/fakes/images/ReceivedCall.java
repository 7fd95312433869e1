package dev.easel.fakes.images;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request as a fake service received it.
 *
 * @param target path and query
 * @param headers with names in lower case; of several with one name, the first
 * @param body not copied; empty for a multipart body, which is in {@code parts}
 */
public record ReceivedCall(
    Instant at,
    String method,
    String target,
    Map<String, String> headers,
    byte[] body,
    List<Part> parts) {
  public ReceivedCall {
    requireNonNull(at, "at");
    requireNonNull(method, "method");
    requireNonNull(target, "target");
    headers = Map.copyOf(headers);
    requireNonNull(body, "body");
    parts = List.copyOf(parts);
  }

  /**
   * A part of a multipart body.
   *
   * @param contentType empty for a field
   */
  public record Part(String name, Optional<String> contentType, byte[] content) {
    public Part {
      requireNonNull(name, "name");
      requireNonNull(contentType, "contentType");
      requireNonNull(content, "content");
    }

    public String text() {
      return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public String toString() {
      return name + " [" + content.length + " bytes]";
    }
  }

  /** The first part of a name. */
  public Optional<Part> part(String name) {
    return parts.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return method + " " + target + " [" + body.length + " bytes]";
  }
}
