package dev.easel.local.filter;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** What the words of an edit ask for: filters, in the order of the words. */
public final class Edit {
  /** The words that are understood, for people. */
  public static final String UNDERSTOOD =
      "grey, sepia, blur, sharpen, mirror, flip, rotate, invert, brighter, darker, night, warm, cold,"
          + " contrast, vivid, pale, poster, pixelate, or a colour such as red, gold, green, blue, purple";

  private record Step(String name, Filter filter, List<String> stems) {
    static Step of(String name, Filter filter, String... stems) {
      return new Step(name, filter, List.of(stems));
    }
  }

  private static final List<Step> STEPS =
      List.of(
          Step.of(
              "greyscale",
              Tones.greyscale(),
              "grey",
              "gray",
              "monochrom",
              "b&w",
              "black and white",
              "black-and-white",
              "сер",
              "монохром",
              "черно-бел",
              "чёрно-бел",
              "ч/б"),
          Step.of(
              "sepia",
              Tones.sepia(),
              "sepia",
              "vintage",
              "retro",
              "old photo",
              "сепи",
              "винтаж",
              "ретро",
              "старин"),
          Step.of("blur", Shapes.blur(0.008), "blur", "soft", "unsharp", "размы", "размой", "мягк"),
          Step.of("sharpen", Shapes.sharpen(), "sharp", "crisp", "clearer", "резк", "чётч", "четч"),
          Step.of("flip", Shapes.flip(), "upside", "flip vert", "вверх ногами", "переверн"),
          Step.of("mirror", Shapes.mirror(), "mirror", "flip", "reflect", "зеркал", "отраз"),
          Step.of("invert", Tones.invert(), "invert", "negative", "инверт", "негатив"),
          Step.of("night", Tones.night(), "night", "moonlight", "ноч", "лунн"),
          Step.of(
              "brighten",
              Tones.brighten(),
              "bright",
              "lighten",
              "lighter",
              "ярч",
              "светл",
              "осветл"),
          Step.of("darken", Tones.darken(), "dark", "темн", "тёмн", "темнее", "затемн"),
          Step.of("warm", Tones.warm(), "warm", "sunny", "тепл", "тёпл", "солнечн"),
          Step.of("cold", Tones.cold(), "cold", "cool", "холод", "прохлад"),
          Step.of("contrast", Tones.contrast(), "contrast", "контраст"),
          Step.of(
              "vivid",
              Tones.saturate(1.5),
              "vivid",
              "saturat",
              "colourful",
              "colorful",
              "насыщ",
              "сочн"),
          Step.of("pale", Tones.saturate(0.5), "pale", "desatur", "faded", "бледн", "блёк", "блек"),
          Step.of(
              "poster", Tones.poster(), "poster", "comic", "cartoon", "постер", "плакат", "комикс"),
          Step.of("pixelate", Shapes.pixelate(), "pixel", "mosaic", "8-bit", "пиксел", "мозаик"),
          colour("red", 0.995, "red", "crimson", "scarlet", "красн", "алый", "алым", "багров"),
          colour("orange", 0.07, "orange", "copper", "оранж", "рыж"),
          colour("gold", 0.125, "yellow", "gold", "amber", "жёлт", "желт", "золот"),
          colour("green", 0.35, "green", "emerald", "зелен", "зелён", "изумруд"),
          colour("turquoise", 0.49, "turquoise", "teal", "cyan", "бирюз"),
          colour("blue", 0.6, "blue", "azure", "син", "голуб", "лазур"),
          colour(
              "purple",
              0.77,
              "purple",
              "violet",
              "lilac",
              "lavender",
              "фиолет",
              "пурпур",
              "сирен",
              "лилов"),
          colour("pink", 0.91, "pink", "magenta", "rosy", "розов", "малинов"));

  private final List<Step> steps;
  private final boolean guessed;

  private Edit(List<Step> steps, boolean guessed) {
    this.steps = steps;
    this.guessed = guessed;
  }

  /** Reads a prompt; where no word is understood, a recolouring that the seed chooses. */
  public static Edit of(String prompt, long seed) {
    String text = requireNonNull(prompt, "prompt").toLowerCase(Locale.ROOT);
    record Found(int at, Step step) {}
    List<Found> found = new ArrayList<>();
    rotation(text).ifPresent(step -> found.add(new Found(text.length(), step)));
    for (Step step : STEPS) {
      step.stems().stream()
          .mapToInt(stem -> find(text, stem))
          .filter(at -> at >= 0)
          .min()
          .ifPresent(at -> found.add(new Found(at, step)));
    }
    found.sort(Comparator.comparingInt(Found::at));
    Set<Step> steps = new LinkedHashSet<>();
    found.forEach(f -> steps.add(f.step()));
    if (steps.stream().anyMatch(s -> s.name().equals("flip")) && !text.contains("mirror")) {
      steps.removeIf(s -> s.name().equals("mirror")); // 'flip' alone, of 'flip it upside down'
    }
    if (!steps.isEmpty()) {
      return new Edit(List.copyOf(steps), false);
    }
    double hue = new Random(seed * 0x9e3779b97f4a7c15L).nextDouble();
    return new Edit(List.of(new Step("recolour", Tones.recolour(hue), List.of())), true);
  }

  /** Another picture like a photo: hues turned a little, the mirror image of some, waves. */
  public static Edit variation(long seed, double strength) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    double turn =
        (random.nextBoolean() ? 1 : -1) * (0.03 + 0.09 * random.nextDouble()) * 2 * strength;
    double saturation = 1 + (random.nextDouble() - 0.35) * 0.6 * strength;
    double brightness = 1 + (random.nextDouble() - 0.5) * 0.2 * strength;
    double reach = 0.012 * strength;
    double phase = random.nextDouble() * 2 * Math.PI;
    return new Edit(
        List.of(
            new Step("hue", Tones.turnHue(turn, saturation, brightness), List.of()),
            new Step("warp", Shapes.warp(reach, phase), List.of())),
        false);
  }

  /** Whether no word was understood. */
  public boolean guessed() {
    return guessed;
  }

  public List<String> names() {
    return steps.stream().map(Step::name).toList();
  }

  /** Hears how far the work is, many times a second; throws to stop it. */
  @FunctionalInterface
  public interface Watcher {
    void at(double fraction) throws InterruptedException;
  }

  /** Applies all steps, on the calling thread. */
  public Raster apply(Raster in, Watcher watcher) throws InterruptedException {
    Raster out = in;
    for (int i = 0; i < steps.size(); i++) {
      double from = (double) i / steps.size();
      double share = 1.0 / steps.size();
      double[] furthest = {from};
      out =
          steps
              .get(i)
              .filter()
              .apply(
                  out,
                  (row, of) -> {
                    // a step may run over the rows more than once
                    furthest[0] = Math.max(furthest[0], from + share * row / of);
                    watcher.at(furthest[0]);
                  });
    }
    return out;
  }

  /**
   * Mixes the original and the edited picture, both of one size.
   *
   * @param mask white takes the edited one; empty takes it everywhere
   * @param strength how much of it, 0 to 1
   */
  public static Raster blend(
      Raster original, Raster edited, Optional<Raster> mask, double strength) {
    int[] out = new int[original.argb().length];
    for (int i = 0; i < out.length; i++) {
      double t = strength;
      if (mask.isPresent()) {
        int m = mask.get().argb()[i];
        int white = ((m >> 16 & 0xff) * 54 + (m >> 8 & 0xff) * 183 + (m & 0xff) * 19) / 256;
        t *= white / 255.0 * ((m >>> 24) / 255.0);
      }
      out[i] = mix(original.argb()[i], edited.argb()[i], t);
    }
    return new Raster(original.width(), original.height(), out);
  }

  private static int mix(int from, int to, double t) {
    if (t <= 0) {
      return from;
    }
    if (t >= 1) {
      return to;
    }
    int out = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      int a = from >>> shift & 0xff;
      int b = to >>> shift & 0xff;
      out |= (int) Math.round(a + (b - a) * t) << shift;
    }
    return out;
  }

  private static Step colour(String name, double hue, String... stems) {
    return new Step(name, Tones.recolour(hue), Arrays.asList(stems));
  }

  private static Optional<Step> rotation(String text) {
    boolean rotate = Stream.of("rotat", "поверн", "повор").anyMatch(stem -> find(text, stem) >= 0);
    boolean turn = // 'turn it left' but not 'turn it blue'
        find(text, "turn") >= 0
            && Stream.of("left", "right", "clockwise", "90", "180", "270")
                .anyMatch(word -> find(text, word) >= 0);
    if (!rotate && !turn) {
      return Optional.empty();
    }
    int quarters = text.contains("180") ? 2 : text.contains("270") ? 3 : 1;
    boolean left =
        find(text, "left") >= 0
            || find(text, "лево") >= 0
            || find(text, "влево") >= 0
            || text.contains("counter");
    return Optional.of(
        new Step(
            "rotate " + 90 * quarters + (left ? " left" : ""),
            Shapes.rotate(left ? -quarters : quarters),
            List.of()));
  }

  /** Where a word begins that starts with the stem; -1 if none does. */
  private static int find(String text, String stem) {
    for (int at = text.indexOf(stem); at >= 0; at = text.indexOf(stem, at + 1)) {
      if (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1))) {
        return at;
      }
    }
    return -1;
  }
}
