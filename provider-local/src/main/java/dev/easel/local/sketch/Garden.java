package dev.easel.local.sketch;

import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;

/** Flowers in a meadow, the far ones out of focus. */
final class Garden implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    double offset = p.between(0, 100);
    Sky sky = new Sky(p, p.bottom * 0.75);
    p.upTo(0.3)
        .shade(
            2,
            (x, y, rgba) -> {
              sky.shade(x, y, rgba);
              double meadow =
                  Colour.smooth(
                      p.bottom * 0.45,
                      p.bottom * 0.95,
                      y + 0.08 * p.noise.fractal(x * 3, offset, 3));
              Painting.blend(rgba, c.land(0.3), meadow);
              Painting.blend(
                  rgba,
                  c.land(0.6),
                  meadow
                      * Colour.smooth(0.05, 0.4, p.noise.fractal(x * 4 + offset, y * 4, 4))
                      * 0.7);
            });
    for (int i = 0; i < 60; i++) { // out of focus
      double x = p.right * p.random.nextDouble();
      double y = p.bottom * p.between(0.3, 0.9);
      double size = p.between(0.012, 0.045);
      int colour = p.chance(0.5) ? c.accent() : c.at(p.between(0.6, 1));
      p.disc(x, y, size, colour, 0.1);
      p.disc(x, y, size * 0.9, colour, 0.12);
    }
    int flowers = (int) (26 * p.right);
    p.upTo(0.85);
    for (int i = 0; i < flowers; i++) {
      double near = (double) i / flowers;
      blades(p, near);
      flower(p, near);
      p.did(i + 1, flowers);
    }
    p.upTo(1).finish(0.3);
  }

  private static void blades(Painting p, double near) {
    Palette c = p.palette;
    for (int i = 0; i < 26; i++) {
      double x = p.right * p.between(-0.05, 1.05);
      double y = p.bottom * (1.02 - 0.05 * (1 - near));
      double tall = p.between(0.1, 0.34) * (0.6 + 0.5 * near);
      double lean = p.between(-0.3, 0.3) * tall;
      double wide = 0.003 + 0.004 * near;
      Path2D blade = new Path2D.Double();
      blade.moveTo(x - wide, y);
      blade.quadTo(x + lean * 0.2, y - tall * 0.6, x + lean, y - tall);
      blade.quadTo(x + lean * 0.3 + wide, y - tall * 0.55, x + wide, y);
      blade.closePath();
      p.fill(blade, Colour.lighten(c.land(0.42 - 0.34 * near), p.between(-0.04, 0.06)), 0.85);
    }
  }

  private static void flower(Painting p, double near) {
    Palette c = p.palette;
    double size = (0.03 + 0.05 * near) * p.between(0.7, 1.25);
    double x = p.right * p.between(0.02, 0.98);
    double y = p.bottom * (p.between(0.38, 0.72) + 0.16 * near);
    double root = x + p.between(-0.1, 0.1);
    int stem = Colour.lighten(c.land(0.3 - 0.2 * near), 0.02);
    Path2D stalk = new Path2D.Double();
    stalk.moveTo(root, p.bottom + 0.02);
    stalk.quadTo(x + p.between(-0.02, 0.02), (y + p.bottom) / 2, x, y);
    p.draw(stalk, 0.003 + 0.003 * near, stem, 1);

    int colour =
        switch (p.random.nextInt(4)) {
          case 0 -> c.accent();
          case 1 -> c.at(0.98);
          case 2 -> Colour.mix(c.accent(), c.at(0.9), 0.5);
          default -> c.at(0.55 + 0.3 * p.random.nextDouble());
        };
    int kind = p.random.nextInt(3);
    double turn = p.between(0, Math.PI);
    double tilt = p.between(0.55, 0.95);
    AffineTransform before = p.graphics().getTransform();
    p.graphics().translate(x, y);
    p.graphics().rotate(p.between(-0.4, 0.4));
    p.graphics().scale(size, size * tilt);
    int layers = kind == 2 ? 4 : 2;
    for (int layer = 0; layer < layers; layer++) {
      int petals = kind == 0 ? 16 : kind == 1 ? 6 : 9;
      double reach = 1 - 0.2 * layer;
      double half = kind == 0 ? 0.13 : kind == 1 ? 0.42 : 0.34;
      int shade = Colour.lighten(colour, -0.07 + 0.07 * layer);
      for (int i = 0; i < petals; i++) {
        double angle = turn + 2 * Math.PI * (i + layer * 0.5) / petals;
        int tint = Colour.lighten(shade, 0.05 * Math.sin(angle) + p.between(-0.02, 0.02));
        p.at(
            0,
            0,
            angle,
            1,
            () -> {
              Path2D petal = new Path2D.Double();
              petal.moveTo(0.08, 0);
              petal.curveTo(reach * 0.35, -half, reach, -half * 1.15, reach, 0);
              petal.curveTo(reach, half * 1.15, reach * 0.35, half, 0.08, 0);
              p.fill(petal, tint, 0.96);
              p.draw(petal, 0.018, Colour.lighten(tint, -0.14), 0.5);
              p.draw(
                  new Line2D.Double(0.2, 0, reach * 0.7, 0),
                  0.014,
                  Colour.lighten(tint, -0.12),
                  0.4);
            });
      }
    }
    seeds(p, kind == 0 ? 0.34 : 0.22, kind == 0 ? 90 : 40);
    p.graphics().setTransform(before);
  }

  /** Seeds in the golden angle, as sunflowers have them. */
  private static void seeds(Painting p, double radius, int count) {
    Palette c = p.palette;
    p.fill(new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius), c.at(0.1));
    for (int i = 0; i < count; i++) {
      double r = radius * Math.sqrt((i + 0.5) / count);
      double a = i * 2.399963229728653;
      double dot = radius * 0.075;
      p.disc(
          r * Math.cos(a),
          r * Math.sin(a),
          dot,
          Colour.mix(c.light(), c.accent(), r / radius),
          0.9);
    }
  }
}
