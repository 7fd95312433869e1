package dev.easel.http;

import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.store.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a task asks of a provider beyond what it can do: refused if the task is strict, else a
 * warning.
 */
final class Wishes {
  private final String provider;
  private final Strictness strictness;
  private final List<String> warnings = new ArrayList<>();

  Wishes(String provider, ImageOptions options) {
    this.provider = provider;
    this.strictness = options.strictness();
  }

  /** The value where the provider can honour it. */
  <T> Optional<T> take(Optional<T> value, boolean can, String option) {
    if (value.isPresent() && !can) {
      leaveOut(option, provider + " cannot honour it");
      return Optional.empty();
    }
    return value;
  }

  /** Leaves out what only says how the file is to look, where the service decides that. */
  void takeOnlyPng(ImageOptions options) {
    take(
        options.outputFormat(),
        options.outputFormat().equals(Optional.of(MediaType.PNG)),
        "outputFormat");
    take(options.outputCompression(), false, "outputCompression");
  }

  void leaveOut(String option, String why) {
    differ(option, "The option " + option + " was left out: " + why + ".");
  }

  /** Says how the result will differ from what was asked for. */
  void differ(String option, String warning) {
    if (strictness == Strictness.STRICT) {
      throw ProviderException.builder(Kind.UNSUPPORTED, provider + " cannot honour " + option)
          .provider(provider)
          .field(option)
          .build();
    }
    warn(warning);
  }

  /** Says something that no strictness forbids. */
  void warn(String warning) {
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
