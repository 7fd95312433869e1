package dev.easel.local.sketch;

import static java.util.Objects.requireNonNull;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A picture to be drawn: what it shows is chosen by words that it knows, and by the seed.
 *
 * @param style empty to let prompt and seed choose
 */
public record Sketch(String prompt, Optional<Style> style, long seed, int width, int height) {
  /** Hears how far a picture is, many times a second, on the thread that draws. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * @param fraction 0 to 1, never falls
     * @param soFar the picture as it is now; not to be kept
     * @throws InterruptedException to stop the drawing; any other exception does so, too
     */
    void painted(double fraction, BufferedImage soFar) throws InterruptedException;
  }

  public Sketch {
    requireNonNull(prompt, "prompt");
    requireNonNull(style, "style");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("width and height: " + width + ", " + height);
    }
  }

  /** The style that it will have. */
  public Style chosenStyle() {
    if (style.isPresent()) {
      return style.get();
    }
    Words words = new Words(prompt);
    List<Style> asked = Arrays.stream(Style.values()).filter(s -> s.askedFor(words)).toList();
    List<Style> from = asked.isEmpty() ? List.of(Style.values()) : asked;
    return from.get(new Random(mixed() ^ 0x5354).nextInt(from.size()));
  }

  /** Draws it, on the calling thread: half a second or so for 512 x 512. */
  public BufferedImage draw(Watcher watcher) throws InterruptedException {
    Style chosen = chosenStyle();
    Palette palette = Palettes.choose(new Words(prompt), chosen, new Random(mixed() ^ 0x434f4c));
    Painting painting = new Painting(width, height, palette, mixed(), watcher);
    try {
      chosen.scene.paint(painting);
    } finally {
      painting.graphics().dispose();
    }
    return painting.image();
  }

  private long mixed() {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < prompt.length(); i++) {
      hash = (hash ^ prompt.charAt(i)) * 0x100000001b3L;
    }
    return Noise.mix(hash ^ Noise.mix(seed));
  }
}
