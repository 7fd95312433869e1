package dev.easel.local.sketch;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.geom.Path2D;

/** A range in the sun's light behind slopes with firs, mist between them. */
final class Mountains implements Scene {
  private static final int SLOPES = 3;

  @Override
  public void paint(Painting p) throws InterruptedException {
    double horizon = p.bottom * p.between(0.6, 0.68);
    Sky sky = new Sky(p, horizon);
    p.upTo(0.2).shade(2, sky::shade);
    sky.stars(260);
    new Terrain(p, horizon, sky.sunX).paint(0.2, 0.7);
    for (int i = 0; i < SLOPES; i++) {
      double near = (i + 1.0) / SLOPES;
      p.upTo(0.7 + 0.2 * near);
      slope(p, horizon + (p.bottom - horizon) * (0.08 + 0.72 * near * near), near);
    }
    birds(p, sky);
    p.upTo(1).finish(0.28);
  }

  /** A dark slope and the firs along its crest. */
  private static void slope(Painting p, double base, double near) throws InterruptedException {
    double offset = p.between(0, 500);
    int colour = p.palette.land(0.42 * (1 - near));
    Path2D land = new Path2D.Double();
    land.moveTo(0, p.bottom);
    for (double x = 0; x < p.right + p.pixel(); x += p.pixel()) {
      land.lineTo(x, crest(p, x, base, offset));
    }
    land.lineTo(p.right, p.bottom);
    Color misty = new Color(Colour.mix(colour, p.palette.sky(0.92), 0.5 * (1 - near)));
    p.graphics()
        .setPaint(
            new GradientPaint(0, (float) base, new Color(colour), 0, (float) (base + 0.2), misty));
    p.graphics().fill(land);
    int count = (int) (190 * p.right);
    for (int i = 0; i < count; i++) {
      double x = p.right * p.random.nextDouble();
      double foot = crest(p, x, base, offset) + 0.014 + 0.05 * near * p.random.nextDouble();
      double size = (0.02 + 0.065 * near * p.random.nextDouble()) * (p.noise.at(x * 4, offset) + 1);
      p.fill(Firs.shape(p, x, foot, size), colour);
      p.did(count, count);
    }
  }

  private static double crest(Painting p, double x, double base, double offset) {
    return base - 0.16 * p.noise.fractal(x * 1.6 + offset, offset * 0.37, 4);
  }

  private static void birds(Painting p, Sky sky) {
    if (p.palette.night()) {
      return;
    }
    int count = 3 + p.random.nextInt(6);
    double cx = p.right * p.between(0.15, 0.85);
    double cy = sky.horizon * p.between(0.2, 0.45);
    for (int i = 0; i < count; i++) {
      double x = cx + p.between(-0.12, 0.12);
      double y = cy + p.between(-0.05, 0.05);
      double s = p.between(0.006, 0.012);
      Path2D wings = new Path2D.Double();
      wings.moveTo(x - s, y - s * 0.4);
      wings.quadTo(x - s * 0.4, y - s * 0.6, x, y);
      wings.quadTo(x + s * 0.4, y - s * 0.6, x + s, y - s * 0.4);
      p.draw(wings, 0.0018, p.palette.at(0.12), 0.8);
    }
  }
}
