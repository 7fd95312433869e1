package dev.easel.local.sketch;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Firs behind firs in the morning mist, with light falling in. */
final class Forest implements Scene {
  private static final int LAYERS = 7;

  @Override
  public void paint(Painting p) throws InterruptedException {
    Sky sky = new Sky(p, p.bottom * 0.7);
    p.upTo(0.25).shade(2, sky::shade);
    sky.stars(200);
    for (int layer = 0; layer < LAYERS; layer++) {
      p.upTo(0.25 + 0.4 * (layer + 1) / LAYERS);
      trees(p, layer / (LAYERS - 1.0), layer);
    }
    beams(p, sky);
    p.upTo(1).finish(0.34);
  }

  private static void trees(Painting p, double nearness, int layer) throws InterruptedException {
    Palette c = p.palette;
    double ground = p.bottom * (0.52 + 0.44 * Math.pow(nearness, 1.3));
    double roll = 0.05 + 0.04 * nearness;
    double offset = 31.7 * layer + p.between(0, 9);
    int colour =
        c.night()
            ? c.at(0.34 - 0.33 * nearness)
            : Colour.mix(c.land(0.95 - 0.92 * nearness), c.sky(0.95), 0.42 * (1 - nearness));
    Path2D earth = new Path2D.Double();
    earth.moveTo(-0.01, p.bottom + 0.01);
    for (int i = 0; i <= 160; i++) {
      double x = -0.01 + (p.right + 0.02) * i / 160;
      earth.lineTo(x, hill(p, x, ground, roll, offset));
    }
    earth.lineTo(p.right + 0.01, p.bottom + 0.01);
    earth.closePath();

    double size = 0.12 + 0.42 * Math.pow(nearness, 1.6);
    int count = (int) ((46 - 34 * nearness) * p.right + 3);
    boolean clearing = nearness > 0.6;
    double middle = p.right * p.between(0.4, 0.6);
    for (int i = 0; i < count; i++) {
      double x = p.right * (i + p.between(-0.6, 0.6)) / Math.max(1, count - 1);
      if (clearing && Math.abs(x - middle) < 0.24 * p.right) {
        continue; // lets one look in
      }
      double tall = size * p.between(0.6, 1.15);
      Path2D fir = Firs.shape(p, x, hill(p, x, ground, roll, offset) + tall * 0.03, tall);
      p.fill(fir, Colour.lighten(colour, p.between(-0.015, 0.02)));
      p.did(i, count);
    }
    p.fill(earth, colour);
    mist(p, ground, nearness);
    p.did(1, 1);
  }

  private static double hill(Painting p, double x, double ground, double roll, double offset) {
    return ground + roll * p.noise.fractal(x * 1.7 + offset, offset, 4) * 1.6;
  }

  private static void mist(Painting p, double ground, double nearness) {
    double depth = 0.2;
    Color clear = new Color(Colour.translucent(p.palette.sky(0.98), 0), true);
    Color thick =
        new Color(
            Colour.translucent(
                p.palette.sky(0.98), 0.55 * (1 - nearness) * (p.palette.night() ? 0.5 : 1)),
            true);
    float from = (float) (ground - depth * 0.6);
    p.graphics().setPaint(new GradientPaint(0, from, clear, 0, (float) (ground + depth), thick));
    p.graphics().fill(new Rectangle2D.Double(0, from, p.right, p.bottom - from));
  }

  private static void beams(Painting p, Sky sky) throws InterruptedException {
    double strength = p.palette.night() ? 0.22 : 0.42;
    double offset = p.between(0, 60);
    p.upTo(0.85)
        .shade(
            2,
            (x, y, rgba) -> {
              double angle = Math.atan2(y - sky.sunY + 0.5, x - sky.sunX);
              double distance = Math.hypot(x - sky.sunX, y - sky.sunY);
              double ray =
                  Colour.smooth(0.02, 0.38, p.noise.fractal(angle * 7 + offset, offset, 3));
              double drift = 0.75 + 0.5 * p.noise.fractal(x * 4, y * 4 + offset, 3);
              double opacity =
                  ray * drift * strength * Math.exp(-distance * 1.5) * Colour.smooth(0, 0.25, y);
              Painting.put(rgba, p.palette.light(), Colour.clamp(opacity));
            });
  }
}
