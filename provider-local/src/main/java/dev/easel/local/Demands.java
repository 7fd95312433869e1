package dev.easel.local;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the options that cannot be honoured: refuses the task, or remembers a warning for each. */
final class Demands {
  private final ImageOptions options;
  private final List<String> warnings = new ArrayList<>();

  Demands(ImageOptions options, Capabilities can) {
    this.options = options;
    leaveOut("negativePrompt", options.negativePrompt());
    leaveOut(
        "model",
        options.model().filter(m -> !m.equals(Parameters.MAKER) && !m.equals(can.provider())));
    leaveOut("steps", options.steps());
    leaveOut("guidanceScale", options.guidanceScale());
    leaveOut("quality", options.quality());
    leaveOut("background", options.background());
    leaveOut("outputFormat", options.outputFormat().filter(f -> !can.outputFormats().contains(f)));
    leaveOut("outputCompression", options.outputCompression());
    leaveOut(
        "providerOptions",
        Optional.ofNullable(options.providerOptions().get(can.provider()))
            .filter(o -> !o.isEmpty()));
  }

  /** Says that an option, if it was given, is not honoured. */
  void leaveOut(String option, Optional<?> value) {
    if (value.isPresent()) {
      note(option, option + " cannot be honoured here and was left out");
    }
  }

  /** Says that something was not done as asked. */
  void note(String field, String warning) {
    if (options.strictness() == Strictness.STRICT) {
      throw ProviderException.builder(Kind.UNSUPPORTED, warning).field(field).build();
    }
    warnings.add(warning);
  }

  /** For the person, whatever the strictness. */
  void tell(String warning) {
    warnings.add(warning);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
