package dev.easel.local.sketch;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.geom.Arc2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** A skyline in layers, windows lit here and there, repeated in the water before it. */
final class City implements Scene {
  private static final int LAYERS = 4;

  @Override
  public void paint(Painting p) throws InterruptedException {
    double shore = p.bottom * p.between(0.76, 0.84);
    Sky sky = new Sky(p, shore);
    p.upTo(0.3).shade(2, sky::shade);
    sky.stars(180);
    p.upTo(0.6);
    for (int layer = 0; layer < LAYERS; layer++) {
      row(p, shore, layer / (LAYERS - 1.0));
      haze(p, shore, layer / (LAYERS - 1.0));
      p.did(layer + 1, LAYERS);
    }
    reflection(p, sky, shore);
    p.upTo(1).finish(0.32);
  }

  private static void row(Painting p, double shore, double nearness) {
    Palette c = p.palette;
    int wall =
        c.night()
            ? c.at(0.24 - 0.19 * nearness)
            : Colour.mix(c.at(0.62 - 0.52 * nearness), c.sky(0.8), 0.3 * (1 - nearness));
    double tallest = p.bottom * (0.6 - 0.25 * nearness);
    double peak = p.right * p.between(0.25, 0.75);
    double x = -0.03;
    while (x < p.right + 0.02) {
      double wide = p.between(0.035, 0.085) * (0.8 + 0.5 * nearness);
      double centre = 1 - 0.65 * Math.min(1, Math.abs(x + wide / 2 - peak) / (0.6 * p.right));
      double tall = tallest * centre * p.between(0.3, 1) + 0.03;
      building(p, x, shore, wide, tall, wall, nearness);
      x += wide + (p.chance(0.3) ? p.between(0, 0.03) : -0.004);
    }
  }

  private static void building(
      Painting p, double x, double shore, double wide, double tall, int wall, double nearness) {
    double top = shore - tall;
    p.fill(new Rectangle2D.Double(x, top, wide, tall + 0.002), wall);
    double side = wide * p.between(0.25, 0.45);
    p.fill(new Rectangle2D.Double(x, top, side, tall + 0.002), Colour.lighten(wall, 0.035), 0.8);
    roof(p, x, top, wide, wall);
    windows(p, x, top, wide, tall, wall, nearness);
  }

  private static void roof(Painting p, double x, double top, double wide, int wall) {
    double middle = x + wide / 2;
    switch (p.random.nextInt(6)) {
      case 0 -> {
        p.fill(new Rectangle2D.Double(x + wide * 0.2, top - 0.02, wide * 0.6, 0.022), wall);
        p.draw(new Line2D.Double(middle, top, middle, top - p.between(0.05, 0.1)), 0.0025, wall, 1);
      }
      case 1 -> {
        Path2D spire = new Path2D.Double();
        spire.moveTo(x, top + 0.001);
        spire.lineTo(middle, top - wide * p.between(0.6, 1.4));
        spire.lineTo(x + wide, top + 0.001);
        spire.closePath();
        p.fill(spire, wall);
      }
      case 2 -> {
        Path2D slant = new Path2D.Double();
        slant.moveTo(x, top + 0.001);
        slant.lineTo(x, top - wide * 0.5);
        slant.lineTo(x + wide, top + 0.001);
        slant.closePath();
        p.fill(slant, wall);
      }
      case 3 ->
          p.fill(
              new Arc2D.Double(x, top - wide * 0.35, wide, wide * 0.7, 0, 180, Arc2D.CHORD), wall);
      case 4 -> {
        p.fill(new Rectangle2D.Double(x + wide * 0.12, top - 0.018, wide * 0.76, 0.02), wall);
        p.fill(new Rectangle2D.Double(x + wide * 0.28, top - 0.034, wide * 0.44, 0.02), wall);
      }
      default -> {
        // a flat roof
      }
    }
  }

  private static void windows(
      Painting p, double x, double top, double wide, double tall, int wall, double nearness) {
    double cell = 0.011 + 0.0065 * nearness;
    int columns = Math.max(1, (int) (wide / cell) - 1);
    int rows = (int) (tall / (cell * 1.25)) - 1;
    double margin = (wide - columns * cell) / 2;
    double lit = p.palette.night() ? p.between(0.3, 0.7) : p.between(0.08, 0.25);
    int warm = p.chance(0.75) ? p.palette.light() : p.palette.accent();
    boolean stripes = p.chance(0.25);
    for (int row = 0; row < rows; row++) {
      boolean whole = stripes && p.chance(0.5);
      for (int column = 0; column < columns; column++) {
        double wx = x + margin + column * cell + cell * 0.2;
        double wy = top + cell * 0.7 + row * cell * 1.25;
        boolean on = whole ? p.chance(0.9) : p.chance(lit);
        int colour =
            on
                ? Colour.mix(warm, p.palette.accent(), 0.4 * p.random.nextDouble())
                : Colour.lighten(wall, -0.03);
        double opacity = on ? (0.45 + 0.5 * nearness) * p.between(0.6, 1) : 0.5;
        p.fill(new Rectangle2D.Double(wx, wy, cell * 0.6, cell * 0.72), colour, opacity);
      }
    }
  }

  private static void haze(Painting p, double shore, double nearness) {
    if (nearness > 0.9) {
      return;
    }
    Color clear = new Color(Colour.translucent(p.palette.sky(0.95), 0), true);
    Color thick = new Color(Colour.translucent(p.palette.sky(0.95), 0.5 - 0.25 * nearness), true);
    float from = (float) (shore - 0.34);
    p.graphics().setPaint(new GradientPaint(0, from, clear, 0, (float) shore, thick));
    p.graphics().fill(new Rectangle2D.Double(0, from, p.right, shore - from));
  }

  private static void reflection(Painting p, Sky sky, double shore) throws InterruptedException {
    int[] above =
        p.image()
            .getRGB(
                0, 0, p.image().getWidth(), p.image().getHeight(), null, 0, p.image().getWidth());
    int width = p.image().getWidth();
    int height = p.image().getHeight();
    double unit = Math.min(width, height);
    double offset = p.between(0, 50);
    p.upTo(0.85)
        .shade(
            2,
            (x, y, rgba) -> {
              double below = y - shore;
              if (below < 0) {
                rgba[3] = 0;
                return;
              }
              double wave = p.noise.fractal(x * 5 + offset, below * 55 / (0.4 + below * 3), 4);
              double mx = x + wave * 0.05 * (0.3 + below * 5);
              double my = shore - below * 1.75 - wave * 0.03;
              int column = (int) Math.max(0, Math.min(width - 1, mx * unit));
              int line = (int) Math.max(0, Math.min(height - 1, my * unit));
              Painting.put(rgba, above[line * width + column], 1);
              Painting.blend(
                  rgba,
                  p.palette.night() ? p.palette.at(0.06) : p.palette.land(0.3),
                  0.32 + 0.9 * below);
              Painting.blend(rgba, p.palette.sky(0.9), Colour.smooth(0.12, 0.4, wave) * 0.25);
              double glint =
                  Math.exp(-Math.pow((x - sky.sunX) / 0.09, 2)) * Colour.smooth(0.0, 0.3, wave);
              Painting.blend(rgba, p.palette.light(), glint * 0.5);
            });
    p.fill(new Rectangle2D.Double(0, shore - 0.004, p.right, 0.006), p.palette.at(0.03), 0.9);
  }
}
