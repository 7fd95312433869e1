package dev.easel.local.sketch;

import java.awt.Color;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;

/** Rings of petals, dots and arches around a centre. */
final class Mandala implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    boolean dark = c.night() || p.chance(0.6);
    double cx = p.right / 2;
    double cy = p.bottom / 2;
    int edge = dark ? c.at(0.0) : c.at(0.86);
    int heart = dark ? c.at(0.24) : c.at(1);
    p.upTo(0.2)
        .shade(
            2,
            (x, y, rgba) -> {
              double d = Math.hypot(x - cx, y - cy);
              Painting.put(rgba, heart, 1);
              Painting.blend(rgba, edge, Colour.smooth(0, 0.75, d));
              double weave = p.noise.fractal(x * 6, y * 6, 4);
              Painting.scale(rgba, 1 + 0.07 * weave);
            });
    int fold = new int[] {8, 10, 12, 14, 16}[p.random.nextInt(5)];
    int rings = 8;
    p.upTo(0.85);
    for (int ring = rings; ring > 0; ring--) { // the outer ones lie below
      double outer = 0.485 * Math.pow(ring / (double) rings, 0.9);
      double inner = outer * p.between(0.42, 0.62);
      ring(
          p,
          cx,
          cy,
          inner,
          outer,
          ring == 1 ? fold / 2 : fold * (p.chance(0.35) && ring > 4 ? 2 : 1),
          dark,
          ring);
      p.did(rings - ring + 1, rings);
    }
    for (int i = 8; i > 0; i--) {
      p.disc(cx, cy, 0.0042 * i, Colour.mix(c.accent(), c.light(), 1 - i / 8.0), 1);
    }
    p.upTo(1).finish(0.25);
  }

  private static void ring(
      Painting p,
      double cx,
      double cy,
      double inner,
      double outer,
      int count,
      boolean dark,
      int ring) {
    Palette c = p.palette;
    double spin = ring % 2 * Math.PI / count;
    double share = p.between(0.15, 0.9);
    int tip = ring % 3 == 0 ? c.accent() : c.at(dark ? 0.45 + 0.5 * share : 0.15 + 0.65 * share);
    int root = c.at(dark ? 0.12 + 0.3 * (1 - share) : 0.35 + 0.5 * (1 - share));
    double half = Math.PI / count * outer * p.between(0.8, 1.12);
    int kind = p.random.nextInt(4);
    int line = dark ? c.at(0.98) : c.at(0.08);
    for (int i = 0; i < count; i++) {
      double angle = spin + 2 * Math.PI * i / count;
      p.at(
          cx,
          cy,
          angle,
          1,
          () -> {
            Path2D petal = petal(kind, inner, outer, half);
            p.graphics()
                .setPaint(
                    new RadialGradientPaint(
                        0,
                        0,
                        (float) outer,
                        new float[] {(float) (inner / outer * 0.8), 1f},
                        new Color[] {new Color(root), new Color(tip)}));
            p.graphics().fill(petal);
            p.draw(petal, 0.0022, line, 0.75);
            double vein = outer - inner;
            Path2D small = petal(kind, inner + vein * 0.12, outer - vein * 0.2, half * 0.55);
            p.fill(small, Colour.lighten(tip, dark ? -0.16 : 0.1), 0.55);
            p.draw(small, 0.0013, line, 0.45);
            p.fill(
                new Ellipse2D.Double(inner + vein * 0.5, -vein * 0.06, vein * 0.22, vein * 0.12),
                c.accent(),
                0.9);
          });
      p.at(
          cx,
          cy,
          angle + Math.PI / count,
          1,
          () -> {
            double r = outer * 0.965;
            double dot = Math.min(0.0075, half * 0.16);
            p.fill(new Ellipse2D.Double(r - dot, -dot, 2 * dot, 2 * dot), line, 0.85);
            p.fill(
                new Ellipse2D.Double(r - dot * 3.6, -dot * 0.6, 1.2 * dot, 1.2 * dot),
                c.accent(),
                0.85);
          });
    }
    p.draw(new Ellipse2D.Double(cx - inner, cy - inner, 2 * inner, 2 * inner), 0.002, line, 0.35);
  }

  private static Path2D petal(int kind, double inner, double outer, double half) {
    double middle = (inner + outer) / 2;
    Path2D petal = new Path2D.Double();
    petal.moveTo(inner, 0);
    switch (kind) {
      case 0 -> { // a lotus leaf with a point
        petal.curveTo(middle * 0.9, -half * 1.2, middle * 1.12, -half, outer, 0);
        petal.curveTo(middle * 1.12, half, middle * 0.9, half * 1.2, inner, 0);
      }
      case 1 -> { // round
        petal.curveTo(inner, -half * 1.5, outer * 1.02, -half * 1.5, outer, 0);
        petal.curveTo(outer * 1.02, half * 1.5, inner, half * 1.5, inner, 0);
      }
      case 2 -> { // an arch
        petal.lineTo(inner * 1.02, -half * 0.75);
        petal.curveTo(middle, -half * 1.05, outer * 0.9, -half * 0.8, outer, 0);
        petal.curveTo(outer * 0.9, half * 0.8, middle, half * 1.05, inner * 1.02, half * 0.75);
      }
      default -> { // a heart
        petal.curveTo(middle * 0.95, -half * 1.6, outer * 1.06, -half * 1.1, outer * 0.95, 0);
        petal.curveTo(outer * 1.06, half * 1.1, middle * 0.95, half * 1.6, inner, 0);
      }
    }
    petal.closePath();
    return petal;
  }
}
