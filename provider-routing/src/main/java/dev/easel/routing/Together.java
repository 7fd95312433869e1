package dev.easel.routing;

import dev.easel.image.Capabilities;
import dev.easel.image.Capabilities.Repeat;
import dev.easel.image.ImageOptions;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import dev.easel.image.TaskKind;
import dev.easel.store.MediaType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What several providers can do together. */
final class Together {
  private Together() {}

  static Capabilities of(String name, List<Capabilities> all) {
    Set<TaskKind> tasks = new LinkedHashSet<>();
    Set<Integer> factors = new TreeSet<>();
    Set<MediaType> formats = new LinkedHashSet<>();
    int maxN = 1;
    int maxInputs = 0;
    int concurrent = 0;
    for (Capabilities can : all) {
      tasks.addAll(can.tasks());
      factors.addAll(can.upscaleFactors());
      formats.addAll(can.outputFormats());
      maxN = Math.max(maxN, can.maxN());
      maxInputs = Math.max(maxInputs, can.maxInputImages());
      concurrent += can.maxConcurrent();
    }
    return Capabilities.builder(name)
        .tasks(tasks.toArray(TaskKind[]::new))
        .sizes(sizes(all))
        .defaultSize(all.get(0).defaultSize())
        .maxN(Math.min(maxN, ImageOptions.MAX_PICTURES))
        .maxInputImages(maxInputs)
        .upscaleFactors(factors.toArray(Integer[]::new))
        .seed(any(all, Capabilities::seed))
        .negativePrompt(any(all, Capabilities::negativePrompt))
        .mask(any(all, Capabilities::mask))
        .progress(any(all, Capabilities::progress))
        .previews(any(all, Capabilities::previews))
        .cancelQueued(any(all, Capabilities::cancelQueued))
        .cancelRunning(any(all, Capabilities::cancelRunning))
        .repeat(repeat(all))
        .maxConcurrent(concurrent)
        .outputFormats(formats.toArray(MediaType[]::new))
        .semanticPrompt(any(all, Capabilities::semanticPrompt))
        .build();
  }

  /**
   * As the weakest, though never less than {@code RESUMES}: the checkpoint says who has the task,
   * so each is resumed or not in its own way.
   */
  private static Repeat repeat(List<Capabilities> all) {
    if (all.stream().allMatch(can -> can.repeat() == Repeat.SAFE)) {
      return Repeat.SAFE;
    }
    boolean always =
        all.stream()
            .map(Capabilities::repeat)
            .allMatch(each -> each == Repeat.SAFE || each == Repeat.RESUMES_ALWAYS);
    return always ? Repeat.RESUMES_ALWAYS : Repeat.RESUMES;
  }

  private static boolean any(List<Capabilities> all, Predicate<Capabilities> what) {
    return all.stream().anyMatch(what);
  }

  /** One provider's rule as it is; otherwise bounds that hold all of them. */
  private static SizeRule sizes(List<Capabilities> all) {
    if (all.size() == 1) {
      return all.get(0).sizes();
    }
    int minSide = Size.MAX_SIDE;
    int maxSide = 1;
    long maxPixels = 1;
    double maxRatio = 1;
    int step = 0;
    for (Capabilities can : all) {
      if (can.sizes() instanceof SizeRule.Within w) {
        minSide = Math.min(minSide, w.minSide());
        maxSide = Math.max(maxSide, w.maxSide());
        maxPixels = Math.max(maxPixels, w.maxPixels());
        maxRatio = Math.max(maxRatio, w.maxRatio());
        step = gcd(step, w.multipleOf());
      } else if (can.sizes() instanceof SizeRule.OneOf o) {
        for (Size s : o.sizes()) {
          int longer = Math.max(s.width(), s.height());
          int shorter = Math.min(s.width(), s.height());
          minSide = Math.min(minSide, shorter);
          maxSide = Math.max(maxSide, longer);
          maxPixels = Math.max(maxPixels, (long) longer * shorter);
          maxRatio = Math.max(maxRatio, (double) longer / shorter);
          step = gcd(gcd(step, s.width()), s.height());
        }
      }
    }
    return new SizeRule.Within(minSide, maxSide, Math.max(1, step), maxPixels, maxRatio);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
