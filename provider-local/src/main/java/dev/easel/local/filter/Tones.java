package dev.easel.local.filter;

import java.awt.Color;

/** Filters that change each pixel by itself. */
final class Tones {
  private Tones() {}

  /** Gives the new colour of a colour; opacity stays. */
  @FunctionalInterface
  private interface Tone {
    int of(int red, int green, int blue);
  }

  static Filter greyscale() {
    return each((r, g, b) -> grey(luminance(r, g, b)));
  }

  static Filter sepia() {
    return each(
        (r, g, b) ->
            rgb(
                0.393 * r + 0.769 * g + 0.189 * b,
                0.349 * r + 0.686 * g + 0.168 * b,
                0.272 * r + 0.534 * g + 0.131 * b));
  }

  static Filter invert() {
    return each((r, g, b) -> rgb(255 - r, 255 - g, 255 - b));
  }

  static Filter brighten() {
    return each((r, g, b) -> rgb(gamma(r, 0.72), gamma(g, 0.72), gamma(b, 0.72)));
  }

  static Filter darken() {
    return each((r, g, b) -> rgb(gamma(r, 1.5), gamma(g, 1.5), gamma(b, 1.5)));
  }

  /** Dark and blue, less colourful, as eyes see by moonlight. */
  static Filter night() {
    return each(
        (r, g, b) -> {
          double l = luminance(r, g, b);
          return rgb(
              gamma(0.45 * r + 0.35 * l, 1.45) * 0.55,
              gamma(0.5 * g + 0.35 * l, 1.4) * 0.65,
              gamma(0.5 * b + 0.5 * l, 1.15) * 0.9);
        });
  }

  static Filter warm() {
    return each((r, g, b) -> rgb(r * 1.1 + 8, g * 1.02 + 2, b * 0.86));
  }

  static Filter cold() {
    return each((r, g, b) -> rgb(r * 0.87, g * 0.99, b * 1.12 + 6));
  }

  static Filter contrast() {
    return each((r, g, b) -> rgb(curve(r), curve(g), curve(b)));
  }

  /** More colourful above 1, less below. */
  static Filter saturate(double by) {
    return each(
        (r, g, b) -> {
          double l = luminance(r, g, b);
          return rgb(l + (r - l) * by, l + (g - l) * by, l + (b - l) * by);
        });
  }

  /** Few, flat colours. */
  static Filter poster() {
    return each((r, g, b) -> rgb(step(r), step(g), step(b)));
  }

  /** Gives everything that has a colour this hue, and what has none a hint of it. */
  static Filter recolour(double hue) {
    return each(
        (r, g, b) -> {
          float[] hsb = Color.RGBtoHSB(r, g, b, null);
          double saturation = 0.25 + 0.7 * hsb[1];
          // what is almost white stays so, else a face's light turns to paint
          double glare = Math.min(r, Math.min(g, b)) / 255.0;
          saturation *= 1 - Math.pow(glare, 6);
          int painted = Color.HSBtoRGB((float) hue, (float) saturation, hsb[2]);
          double before = luminance(r, g, b);
          double after = luminance(painted >> 16 & 0xff, painted >> 8 & 0xff, painted & 0xff);
          double lift = (before - after) * 0.6; // keeps light light and dark dark
          return rgb(
              (painted >> 16 & 0xff) + lift, (painted >> 8 & 0xff) + lift, (painted & 0xff) + lift);
        });
  }

  /** Turns all hues. */
  static Filter turnHue(double turn, double saturation, double brightness) {
    return each(
        (r, g, b) -> {
          float[] hsb = Color.RGBtoHSB(r, g, b, null);
          return Color.HSBtoRGB(
              (float) (hsb[0] + turn),
              (float) Math.min(1, hsb[1] * saturation),
              (float) Math.min(1, hsb[2] * brightness));
        });
  }

  private static Filter each(Tone tone) {
    return (in, rows) -> {
      int[] out = new int[in.argb().length];
      for (int y = 0; y < in.height(); y++) {
        for (int i = y * in.width(); i < (y + 1) * in.width(); i++) {
          int p = in.argb()[i];
          int colour = tone.of(p >> 16 & 0xff, p >> 8 & 0xff, p & 0xff);
          out[i] = p & 0xff000000 | colour & 0xffffff;
        }
        rows.done(y + 1, in.height());
      }
      return new Raster(in.width(), in.height(), out);
    };
  }

  private static double luminance(double r, double g, double b) {
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  private static double gamma(double v, double exponent) {
    return 255 * Math.pow(Math.max(0, v) / 255, exponent);
  }

  private static double curve(double v) {
    double t = v / 255;
    return 255 * (t + 0.55 * (t * t * (3 - 2 * t) - t) + 0.12 * (t - 0.5));
  }

  private static double step(double v) {
    return Math.round(v / 51) * 51;
  }

  private static int grey(double l) {
    return rgb(l, l, l);
  }

  private static int rgb(double r, double g, double b) {
    return channel(r) << 16 | channel(g) << 8 | channel(b);
  }

  static int channel(double v) {
    return (int) Math.max(0, Math.min(255, Math.round(v)));
  }
}
