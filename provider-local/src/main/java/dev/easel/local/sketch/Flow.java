package dev.easel.local.sketch;

import java.awt.geom.Path2D;

/** Thousands of lines that follow an invisible stream. */
final class Flow implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    boolean dark = c.night() || p.chance(0.5);
    int ground = dark ? c.at(0.02) : c.at(0.98);
    double offset = p.between(0, 300);
    double scale = p.between(0.9, 1.7);
    p.upTo(0.1)
        .shade(
            1,
            (x, y, rgba) -> {
              Painting.put(rgba, ground, 1);
              Painting.blend(
                  rgba, c.at(dark ? 0.14 : 0.86), 0.5 + p.noise.fractal(x * 2, y * 2 + offset, 3));
            });
    int lines = (int) (5200 * p.right * p.bottom);
    double swirl = p.between(1.1, 2.1);
    p.upTo(0.85);
    for (int i = 0; i < lines; i++) {
      double x = p.right * p.between(-0.05, 1.05);
      double y = p.bottom * p.between(-0.05, 1.05);
      double late = (double) i / lines;
      double region = 0.5 + 0.9 * p.noise.fractal(x * 1.1 + offset * 2, y * 1.1, 3);
      int colour =
          p.chance(0.07)
              ? c.accent()
              : dark
                  ? c.at(0.2 + 0.75 * region + p.between(-0.12, 0.12))
                  : c.at(0.05 + 0.75 * region + p.between(-0.12, 0.12));
      double thick = (0.0009 + 0.0052 * Math.pow(p.random.nextDouble(), 3)) * (1.1 - 0.5 * late);
      int steps = 24 + p.random.nextInt(60);
      p.draw(line(p, x, y, steps, scale, offset, swirl), thick, colour, 0.42 + 0.4 * late);
      if (i % 32 == 0) {
        p.did(i, lines);
      }
    }
    p.upTo(1).finish(0.25);
  }

  private static Path2D line(
      Painting p,
      double startX,
      double startY,
      int steps,
      double scale,
      double offset,
      double swirl) {
    double x = startX;
    double y = startY;
    Path2D line = new Path2D.Double();
    line.moveTo(x, y);
    for (int i = 0; i < steps; i++) {
      double angle =
          Math.PI * swirl * p.noise.fractal(x * scale + offset, y * scale, 2) * 2 + offset;
      x += 0.0065 * Math.cos(angle);
      y += 0.0065 * Math.sin(angle);
      line.lineTo(x, y);
    }
    return line;
  }
}
