package dev.easel.image;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of a task. */
public sealed interface RenderOutcome {
  /**
   * Pictures, at least one.
   *
   * @param maker what made them, for the caption: a provider's name, or something more exact
   * @param warnings for the person, in English: an option that was dropped, a size that differs
   * @param requestId the service's own, for its support
   * @param metadata of the provider, small
   */
  record Rendered(
      List<RenderedImage> images,
      String maker,
      Usage usage,
      List<String> warnings,
      List<Attempt> attempts,
      Optional<String> requestId,
      Map<String, String> metadata)
      implements RenderOutcome {
    public Rendered {
      images = List.copyOf(images);
      requireNonNull(maker, "maker");
      requireNonNull(usage, "usage");
      warnings = List.copyOf(warnings);
      attempts = List.copyOf(attempts);
      requireNonNull(requestId, "requestId");
      metadata = Map.copyOf(metadata);
    }

    public static Rendered of(String maker, List<RenderedImage> images) {
      return new Rendered(
          images, maker, Usage.UNKNOWN, List.of(), List.of(), Optional.empty(), Map.of());
    }

    public Rendered withWarnings(List<String> more) {
      return new Rendered(images, maker, usage, more, attempts, requestId, metadata);
    }

    public Rendered withUsage(Usage known) {
      return new Rendered(images, maker, known, warnings, attempts, requestId, metadata);
    }

    public Rendered withAttempts(List<Attempt> all) {
      return new Rendered(images, maker, usage, warnings, all, requestId, metadata);
    }

    public Rendered withRequestId(String id) {
      return new Rendered(images, maker, usage, warnings, attempts, Optional.of(id), metadata);
    }

    public Rendered withMetadata(Map<String, String> all) {
      return new Rendered(images, maker, usage, warnings, attempts, requestId, all);
    }
  }

  /**
   * A remote service works on it and the checkpoint says where: ask again after a while, holding no
   * thread meanwhile.
   *
   * @param checkAfter at most an hour
   */
  record Pending(Duration checkAfter) implements RenderOutcome {
    public Pending {
      requireNonNull(checkAfter, "checkAfter");
      if (checkAfter.isNegative() || checkAfter.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("checkAfter must be 0 to 1 h, was " + checkAfter);
      }
    }
  }
}
