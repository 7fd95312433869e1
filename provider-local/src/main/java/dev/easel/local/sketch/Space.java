package dev.easel.local.sketch;

import java.awt.geom.Arc2D;
import java.awt.geom.Line2D;

/** A nebula, stars, and sometimes a planet with rings. */
final class Space implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    double offset = p.between(0, 200);
    double scale = p.between(1.1, 1.8);
    Palette c = p.palette;
    int deep = Colour.lighten(c.at(0), -Math.max(0, Colour.lightness(c.at(0)) - 0.09));
    int accent = c.accent();
    p.upTo(0.65)
        .shade(
            2,
            (x, y, rgba) -> {
              double wx = p.noise.fractal(x * scale + offset, y * scale, 5);
              double wy = p.noise.fractal(x * scale, y * scale + offset, 5);
              double cloud =
                  p.noise.fractal(x * scale + wx * 1.9 + offset, y * scale + wy * 1.9, 6);
              double other =
                  p.noise.fractal(
                      x * scale * 0.8 + wy * 1.4, y * scale * 0.8 + wx * 1.4 + offset * 2, 5);
              double dust = p.noise.ridged(x * scale * 1.6 + wx + offset, y * scale * 1.6 + wy, 4);
              double density = Colour.smooth(-0.42, 0.4, cloud);
              Painting.put(rgba, deep, 1);
              Painting.glow(rgba, c.at(0.5), density * 0.9);
              Painting.glow(rgba, accent, Colour.smooth(-0.12, 0.4, other) * 0.6 * density);
              Painting.glow(
                  rgba,
                  c.at(0.85),
                  Math.pow(Colour.smooth(-0.05, 0.5, cloud + 0.3 * other), 2) * 0.85);
              Painting.scale(
                  rgba, 1 - 0.6 * Colour.smooth(0.55, 0.9, dust) * (0.3 + 0.6 * density));
            });
    stars(p);
    if (p.chance(0.7)) {
      planet(p);
    }
    p.upTo(1).finish(0.3);
  }

  private static void stars(Painting p) throws InterruptedException {
    p.upTo(0.75);
    for (int i = 0; i < 900; i++) {
      double x = p.right * p.random.nextDouble();
      double y = p.bottom * p.random.nextDouble();
      double size = 0.0006 + 0.0012 * Math.pow(p.random.nextDouble(), 3);
      int colour =
          Colour.mix(
              p.palette.at(1),
              p.chance(0.5) ? p.palette.accent() : p.palette.at(0.7),
              p.between(0, 0.4));
      p.disc(x, y, size, colour, p.between(0.3, 1));
    }
    for (int i = 0; i < 16; i++) {
      double x = p.right * p.random.nextDouble();
      double y = p.bottom * p.random.nextDouble();
      double size = p.between(0.006, 0.02);
      for (int ring = 10; ring > 0; ring--) {
        p.disc(x, y, size * ring / 10, p.palette.at(0.9), 0.035);
      }
      p.draw(
          new Line2D.Double(x - size * 1.6, y, x + size * 1.6, y), 0.0009, p.palette.at(1), 0.45);
      p.draw(
          new Line2D.Double(x, y - size * 1.6, x, y + size * 1.6), 0.0009, p.palette.at(1), 0.45);
      p.disc(x, y, size * 0.16, p.palette.at(1), 1);
      p.did(i, 16);
    }
  }

  private static void planet(Painting p) throws InterruptedException {
    Palette c = p.palette;
    double radius = p.between(0.12, 0.24);
    double cx = p.right * p.between(0.25, 0.75);
    double cy = p.bottom * p.between(0.3, 0.7);
    double light = p.between(0, 2 * Math.PI);
    double lx = Math.cos(light) * 0.8;
    double ly = Math.sin(light) * 0.8;
    double tilt = p.between(-0.5, 0.5);
    boolean rings = p.chance(0.6);
    if (rings) {
      ring(p, cx, cy, radius, tilt, 0);
    }
    double offset = p.between(0, 90);
    p.upTo(0.9)
        .shade(
            3,
            (x, y, rgba) -> {
              double dx = (x - cx) / radius;
              double dy = (y - cy) / radius;
              double r2 = dx * dx + dy * dy;
              if (r2 > 1) {
                double air =
                    Math.exp(-(Math.sqrt(r2) - 1) * 14)
                        * Colour.clamp(0.35 + 0.6 * (dx * lx + dy * ly));
                Painting.put(rgba, c.at(0.75), air * 0.6);
                return;
              }
              double dz = Math.sqrt(1 - r2);
              double along = dx * Math.cos(tilt) + dy * Math.sin(tilt);
              double across = -dx * Math.sin(tilt) + dy * Math.cos(tilt);
              double swirl = p.noise.fractal(along * 1.6 / (0.4 + dz) + offset, across * 5, 5);
              double band = 0.5 + 0.5 * Math.sin(across * 11 + swirl * 4 + offset);
              Painting.put(
                  rgba,
                  Colour.lightness(c.accent()) > 0.5 && band > 0.93
                      ? c.accent()
                      : c.at(0.3 + 0.5 * band + 0.2 * swirl),
                  1);
              double lit = Colour.clamp(dx * lx + dy * ly + dz * 0.6);
              Painting.scale(rgba, 0.05 + 1.05 * lit);
              Painting.glow(rgba, c.at(0.8), Math.pow(1 - dz, 3) * lit * 0.8);
            });
    if (rings) {
      ring(p, cx, cy, radius, tilt, 180);
    }
  }

  /** Half of the rings: what is behind the planet, or what is before it. */
  private static void ring(
      Painting p, double cx, double cy, double radius, double tilt, int start) {
    p.at(
        cx,
        cy,
        tilt,
        radius,
        () -> {
          for (int i = 0; i < 34; i++) {
            double r = 1.35 + i * 0.026;
            double gap = p.noise.spot(i, 77);
            p.draw(
                new Arc2D.Double(-r, -r * 0.26, 2 * r, r * 0.52, start, 180, Arc2D.OPEN),
                0.022,
                p.palette.at(0.6 + 0.4 * p.noise.spot(i, 5)),
                gap < 0.2 ? 0.06 : 0.25 + 0.4 * gap);
          }
        });
  }
}
