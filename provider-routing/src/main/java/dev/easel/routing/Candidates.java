package dev.easel.routing;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageOptions.Strictness;
import dev.easel.image.ImageTask;
import dev.easel.image.TaskKind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who may be asked for a task, in order of preference, and in which words. */
final class Candidates {
  private final List<Route> routes;
  private final boolean sketches;

  /**
   * @param sketches whether one that does not understand prompts may stand in for one that does
   */
  Candidates(List<Route> routes, boolean sketches) {
    this.routes = List.copyOf(routes);
    this.sketches = sketches;
  }

  List<Route> of(ImageTask task) {
    Needs needs = new Needs(task);
    boolean someUnderstand = anyUnderstands(task.kind());
    List<Route> allowed =
        routes.stream()
            .filter(r -> needs.metBy(can(r)))
            .filter(r -> sketches || !someUnderstand || can(r).semanticPrompt())
            .toList();
    Optional<String> model = task.options().model();
    if (model.isEmpty() || routes.stream().noneMatch(r -> r.knows(model.get()))) {
      return allowed;
    }
    // those that have the model come first; a strict task goes to nobody else
    return allowed.stream()
        .filter(r -> r.knows(model.get()) || task.options().strictness() == Strictness.LENIENT)
        .sorted(Comparator.comparing(r -> !r.knows(model.get())))
        .toList();
  }

  private static Capabilities can(Route route) {
    return route.provider().capabilities();
  }

  private boolean anyUnderstands(TaskKind kind) {
    return routes.stream()
        .map(Candidates::can)
        .anyMatch(can -> can.semanticPrompt() && can.tasks().contains(kind));
  }

  /** A task as one provider is to see it, and what that changed. */
  record Translation(ImageTask task, List<String> warnings) {
    Optional<String> model() {
      return task.options().model();
    }
  }

  /** A model's name means something to its own provider only. */
  Translation translated(ImageTask task, Route route) {
    Optional<String> model = task.options().model();
    boolean someoneKnows = model.isPresent() && routes.stream().anyMatch(r -> r.knows(model.get()));
    if (!someoneKnows || route.knows(model.get())) {
      return new Translation(task, List.of());
    }
    ImageOptions o = task.options();
    ImageOptions without =
        new ImageOptions(
            o.negativePrompt(),
            Optional.empty(),
            o.n(),
            o.size(),
            o.aspectRatio(),
            o.seed(),
            o.steps(),
            o.guidanceScale(),
            o.quality(),
            o.style(),
            o.background(),
            o.outputFormat(),
            o.outputCompression(),
            o.timeout(),
            o.strictness(),
            o.providerOptions());
    return new Translation(
        task.withOptions(without),
        List.of("The option model was left out: " + route.name() + " does not have it."));
  }
}
