package dev.easel.local.sketch;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** One old tree on a hill, in blossom or in leaf; its leaves drift away. */
final class Tree implements Scene {
  private record Twig(double x, double y) {}

  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    Sky sky = new Sky(p, p.bottom * 0.86);
    p.upTo(0.3).shade(2, sky::shade);
    sky.stars(220);
    double base = p.bottom * p.between(0.8, 0.86);
    double x = p.right * p.between(0.38, 0.62);
    hill(
        p,
        base - 0.05,
        0.62,
        c.night() ? c.at(0.16) : Colour.mix(c.land(0.6), c.sky(0.9), 0.3),
        3.1);
    hill(p, base, 0.3, c.land(0.16), 9.7);
    double foot = base - 0.02;

    List<Twig> twigs = new ArrayList<>();
    int bark = c.at(0.03);
    p.upTo(0.55);
    branch(
        p,
        x,
        foot + 0.04,
        -Math.PI / 2 + p.between(-0.09, 0.09),
        p.bottom * p.between(0.15, 0.18),
        0.042,
        0,
        bark,
        twigs);
    p.did(1, 1);
    leaves(p, twigs, sky, x);
    grass(p, base, c.land(0.05));
    p.upTo(1).finish(0.3);
  }

  private static void hill(Painting p, double top, double roll, int colour, double offset) {
    Path2D hill = new Path2D.Double();
    hill.moveTo(-0.01, p.bottom + 0.01);
    for (int i = 0; i <= 120; i++) {
      double t = i / 120.0;
      double bulge = 0.07 * roll * Math.cos((t - 0.5) * Math.PI * 1.6);
      hill.lineTo(
          -0.01 + (p.right + 0.02) * t,
          top + 0.04 - bulge + 0.03 * p.noise.fractal(t * 3 + offset, offset, 3));
    }
    hill.lineTo(p.right + 0.01, p.bottom + 0.01);
    hill.closePath();
    p.fill(hill, colour);
  }

  private static void branch(
      Painting p,
      double x,
      double y,
      double angle,
      double length,
      double thickness,
      int depth,
      int bark,
      List<Twig> twigs)
      throws InterruptedException {
    int pieces = 5;
    double px = x;
    double py = y;
    double a = angle;
    double bend = p.between(-0.09, 0.09);
    for (int i = 0; i < pieces; i++) {
      a += bend + p.between(-0.07, 0.07);
      double nx = px + Math.cos(a) * length / pieces;
      double ny = py + Math.sin(a) * length / pieces;
      double thin = thickness * (1 - 0.38 * i / pieces);
      p.draw(new Line2D.Double(px, py, nx, ny), thin, bark, 1);
      p.draw(
          new Line2D.Double(px - thin * 0.2, py, nx - thin * 0.2, ny),
          thin * 0.25,
          Colour.lighten(bark, 0.09),
          0.5);
      px = nx;
      py = ny;
      if (depth > 3) {
        twigs.add(new Twig(px, py));
      }
    }
    if (depth == 8 || thickness < 0.0012) {
      return;
    }
    p.did(depth, 16);
    int children = depth < 2 || p.chance(0.3) ? 3 : 2;
    double spread = p.between(0.75, 1.15);
    for (int i = 0; i < children; i++) {
      double turn = ((i + 0.5) / children - 0.5) * 2 * spread * 0.72 + p.between(-0.16, 0.16);
      double towards = a + turn + (-Math.PI / 2 - a) * 0.08; // up, a little
      branch(
          p,
          px,
          py,
          towards,
          length * p.between(0.68, 0.86),
          thickness * p.between(0.52, 0.66),
          depth + 1,
          bark,
          twigs);
    }
  }

  private static void leaves(Painting p, List<Twig> twigs, Sky sky, double trunk)
      throws InterruptedException {
    Palette c = p.palette;
    p.upTo(0.85);
    int dark = Colour.mix(c.accent(), c.at(0.2), 0.55);
    int light = Colour.mix(c.accent(), c.at(1), 0.55);
    int count = Math.min(9000, twigs.size() * 5);
    for (int i = 0; i < count; i++) {
      Twig twig = twigs.get(p.random.nextInt(twigs.size()));
      double x = twig.x() + p.random.nextGaussian() * 0.017;
      double y = twig.y() + p.random.nextGaussian() * 0.017;
      // later leaves lie on top and catch the light
      double lit =
          Colour.clamp(
              (double) i / count * 0.9
                  + (sky.sunX - trunk) * (x - trunk)
                  + (p.bottom * 0.5 - y) * 0.4
                  - 0.1);
      int colour =
          lit < 0.5
              ? Colour.mix(dark, c.accent(), lit * 2)
              : Colour.mix(c.accent(), light, lit * 2 - 1);
      leaf(p, x, y, p.between(0.0035, 0.0085), colour, p.between(0.6, 0.95));
      if (i % 64 == 0) {
        p.did(i, count);
      }
    }
    for (int i = 0; i < 70; i++) { // blown away
      double x = trunk + Math.abs(p.random.nextGaussian()) * 0.4;
      double y = p.bottom * p.between(0.35, 0.97);
      leaf(
          p,
          x,
          y,
          p.between(0.003, 0.007),
          Colour.mix(c.accent(), light, p.random.nextDouble()),
          0.85);
    }
  }

  private static void leaf(
      Painting p, double x, double y, double size, int colour, double opacity) {
    double angle = p.between(0, Math.PI);
    p.at(x, y, angle, size, () -> p.fill(new Ellipse2D.Double(-1, -0.55, 2, 1.1), colour, opacity));
  }

  private static void grass(Painting p, double base, int colour) {
    for (int i = 0; i < 900 * p.right; i++) {
      double x = p.right * p.random.nextDouble();
      double y = p.between(base + 0.02, p.bottom + 0.02);
      double tall = p.between(0.01, 0.035) * (0.5 + (y - base) * 4);
      Path2D blade = new Path2D.Double();
      blade.moveTo(x, y);
      blade.quadTo(x, y - tall * 0.6, x + p.between(-0.5, 0.7) * tall, y - tall);
      p.draw(blade, 0.0016, Colour.lighten(colour, p.between(-0.03, 0.1)), 0.7);
    }
  }
}
