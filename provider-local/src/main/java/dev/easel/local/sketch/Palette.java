package dev.easel.local.sketch;

/**
 * The colours of one picture: a ramp from dark to light, and one that stands out.
 *
 * @param night whether the sky is to be dark
 */
record Palette(int[] ramp, int accent, boolean night) {
  private static final int STEPS = 256;

  /** Made by hand; each goes from dark to light, the last is the accent. */
  static Palette of(boolean night, int... stopsAndAccent) {
    int stops = stopsAndAccent.length - 1;
    int[] ramp = new int[STEPS];
    for (int i = 0; i < STEPS; i++) {
      double at = (double) i / (STEPS - 1) * (stops - 1);
      int from = Math.min((int) at, stops - 2);
      ramp[i] = Colour.mix(stopsAndAccent[from], stopsAndAccent[from + 1], at - from);
    }
    return new Palette(ramp, stopsAndAccent[stops], night);
  }

  /** All shades of one hue, or from one hue in the dark to another in the light. */
  static Palette ofHues(double dark, double light, double chroma, boolean night) {
    double turn = ((light - dark) % 360 + 540) % 360 - 180;
    int[] stops = new int[7];
    for (int i = 0; i < 6; i++) {
      double t = i / 5.0;
      double bell = 0.35 + 0.65 * Math.sin(Math.PI * (0.12 + 0.76 * t));
      stops[i] = Colour.of(0.17 + 0.79 * t, chroma * bell, dark + turn * t + 14 * (t - 0.5));
    }
    stops[6] = Colour.of(0.74, 0.17, dark + turn / 2 + 180);
    return of(night, stops);
  }

  /** From darkest at 0 to lightest at 1. */
  int at(double t) {
    return ramp[(int) Math.round(Colour.clamp(t) * (STEPS - 1))];
  }

  /** The sky: 0 overhead, 1 at the horizon. */
  int sky(double t) {
    return night ? at(0.03 + 0.5 * t * t) : at(0.4 + 0.55 * t);
  }

  /** The land: 0 at one's feet, 1 where it meets the sky. */
  int land(double distance) {
    return night ? at(0.01 + 0.36 * distance) : at(0.04 + 0.7 * distance);
  }

  /** Sun, moon, lit windows. */
  int light() {
    return at(night ? 0.97 : 1);
  }
}
