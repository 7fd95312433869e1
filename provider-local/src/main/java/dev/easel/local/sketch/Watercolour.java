package dev.easel.local.sketch;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** Flowers in translucent coats on paper, over pale stains that bleed into each other. */
final class Watercolour implements Scene {
  private static final int COATS = 24;

  /** Corners of a shape, each with how rough the edge is about it. */
  private record Point(double x, double y, double rough) {}

  /** A shape and how many coats of colour it gets. */
  private record Stain(List<Point> shape, int colour, int coats) {}

  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    int paper = c.night() ? c.at(0.93) : Colour.mix(c.at(1), 0xfffdf8, 0.6);
    double offset = p.between(0, 100);
    p.upTo(0.1)
        .shade(
            2,
            (x, y, rgba) -> {
              Painting.put(rgba, paper, 1);
              Painting.scale(rgba, 0.985 + 0.03 * p.noise.fractal(x * 90, y * 90 + offset, 3));
            });
    List<Stain> stains = new ArrayList<>();
    wash(p, stains);
    bouquet(p, stains);
    p.upTo(0.85);
    // coats take turns, so that stains run into each other
    for (int coat = 0; coat < COATS; coat++) {
      for (Stain stain : stains) {
        if (coat < stain.coats()) {
          List<Point> edge = deform(p, deform(p, stain.shape()));
          p.fill(path(edge), stain.colour(), 0.038 + 0.014 * p.random.nextDouble());
        }
        p.did(coat + 1, COATS);
      }
    }
    splashes(p, stains);
    p.upTo(0.92)
        .shade(
            1,
            (x, y, rgba) -> { // the pigment settles in the paper's grain
              double grain =
                  p.noise.fractal(x * 130, y * 130, 2)
                      + 0.6 * p.noise.fractal(x * 26, y * 26 + offset, 3);
              Painting.put(
                  rgba, grain > 0 ? 0xffffff : 0x1a1410, Math.min(0.11, Math.abs(grain) * 0.16));
            });
    p.upTo(1).finish(0.1);
  }

  private static void wash(Painting p, List<Stain> stains) {
    double spread = p.random.nextDouble();
    int count = 9;
    for (int i = 0; i < count; i++) {
      // the golden ratio spreads them without a pattern
      double x = p.right * (0.1 + 0.8 * ((i * 0.6180339887 + spread) % 1));
      double y = p.bottom * (0.1 + 0.75 * (i + 0.5) / count);
      double radius = p.between(0.12, 0.26);
      List<Point> shape = oval(p, x, y, radius, radius, 0, 0.6);
      stains.add(new Stain(deform(p, deform(p, shape)), p.palette.at(p.between(0.5, 0.85)), 6));
    }
  }

  /** Stems from one place below, a flower at the end of each, leaves along them. */
  private static void bouquet(Painting p, List<Stain> stains) {
    int count = 5 + p.random.nextInt(4) + (int) (4 * (p.right - 1));
    double footX = p.right * p.between(0.42, 0.58);
    double footY = p.bottom * 1.04;
    double lean = p.between(-0.05, 0.05);
    List<Stain> flowers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double across = (i + 0.5 + p.between(-0.2, 0.2)) / count;
      double x = p.right * (0.12 + 0.76 * across);
      double arch = Math.sin(Math.PI * across);
      double y = p.bottom * (0.56 - 0.26 * arch + p.between(-0.13, 0.1)) + lean;
      stem(p, stains, footX, footY, x, y);
      flower(p, flowers, x, y, p.between(0.075, 0.14));
    }
    stains.addAll(flowers);
  }

  private static void stem(
      Painting p, List<Stain> stains, double fromX, double fromY, double x, double y) {
    int green = Colour.mix(p.palette.at(p.between(0.16, 0.36)), 0x3f7d4e, 0.45);
    double bendX = (fromX + x) / 2 + (fromX - x) * 0.22;
    double bendY = fromY + (y - fromY) * 0.62;
    int pieces = 9;
    for (int i = 0; i < pieces; i++) {
      double t = (i + 0.5) / pieces;
      double px = (1 - t) * (1 - t) * fromX + 2 * t * (1 - t) * bendX + t * t * x;
      double py = (1 - t) * (1 - t) * fromY + 2 * t * (1 - t) * bendY + t * t * y;
      double dx = 2 * (1 - t) * (bendX - fromX) + 2 * t * (x - bendX);
      double dy = 2 * (1 - t) * (bendY - fromY) + 2 * t * (y - bendY);
      double angle = Math.atan2(dy, dx);
      double length = Math.hypot(dx, dy) / pieces * 0.62;
      stains.add(new Stain(oval(p, px, py, length, 0.0045, angle, 0.1), green, 18));
      if (i > 1 && i < pieces - 2 && p.chance(0.4)) {
        double turn = angle + (p.chance(0.5) ? 1 : -1) * p.between(0.5, 0.9);
        double size = p.between(0.035, 0.065);
        double lx = px + Math.cos(turn) * size;
        double ly = py + Math.sin(turn) * size;
        stains.add(new Stain(oval(p, lx, ly, size, size * 0.36, turn, 0.3), green, 17));
      }
    }
  }

  private static void flower(Painting p, List<Stain> stains, double x, double y, double size) {
    Palette c = p.palette;
    int colour = p.chance(0.4) ? c.accent() : c.at(p.between(0.25, 0.68));
    int petals = 5 + p.random.nextInt(3);
    double turn = p.between(0, Math.PI);
    for (int i = 0; i < petals; i++) {
      double angle = turn + 2 * Math.PI * (i + p.between(-0.12, 0.12)) / petals;
      double length = size * p.between(0.5, 0.62);
      double px = x + Math.cos(angle) * length * 0.95;
      double py = y + Math.sin(angle) * length * 0.95;
      int petal = Colour.lighten(colour, p.between(-0.05, 0.07));
      double wide = length * p.between(0.58, 0.78);
      stains.add(new Stain(deform(p, oval(p, px, py, length, wide, angle, 0.32)), petal, 15));
      // a darker drop where petals meet
      double dx = x + Math.cos(angle) * length * 0.5;
      double dy = y + Math.sin(angle) * length * 0.5;
      int deep = Colour.lighten(colour, -0.14);
      stains.add(new Stain(oval(p, dx, dy, length * 0.5, wide * 0.35, angle, 0.5), deep, 9));
    }
    int heart = Colour.mix(c.at(0.12), c.accent(), 0.25);
    stains.add(new Stain(oval(p, x, y, size * 0.2, size * 0.18, 0, 0.5), heart, COATS));
  }

  /** An oval with one calm side. */
  private static List<Point> oval(
      Painting p, double x, double y, double along, double across, double angle, double rough) {
    List<Point> points = new ArrayList<>();
    int corners = 12;
    double calm = p.between(0, 2 * Math.PI);
    for (int i = 0; i < corners; i++) {
      double a = 2 * Math.PI * i / corners;
      double u = along * Math.cos(a);
      double v = across * Math.sin(a);
      points.add(
          new Point(
              x + u * Math.cos(angle) - v * Math.sin(angle),
              y + u * Math.sin(angle) + v * Math.cos(angle),
              rough * (0.4 + 0.6 * Math.max(0, Math.cos(a - calm)))));
    }
    return points;
  }

  private static List<Point> deform(Painting p, List<Point> in) {
    List<Point> out = new ArrayList<>(in.size() * 2);
    for (int i = 0; i < in.size(); i++) {
      Point a = in.get(i);
      Point b = in.get((i + 1) % in.size());
      double rough = (a.rough() + b.rough()) / 2;
      double length = Math.hypot(b.x() - a.x(), b.y() - a.y());
      double push = p.random.nextGaussian() * length * rough * 0.55;
      double angle = Math.atan2(b.y() - a.y(), b.x() - a.x()) - Math.PI / 2;
      double along = 0.5 + p.random.nextGaussian() * 0.12;
      out.add(a);
      out.add(
          new Point(
              a.x() + (b.x() - a.x()) * along + Math.cos(angle) * push,
              a.y() + (b.y() - a.y()) * along + Math.sin(angle) * push,
              Math.max(0.05, rough * (0.85 + 0.2 * p.random.nextGaussian()))));
    }
    return out;
  }

  private static Path2D path(List<Point> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x(), points.get(0).y());
    for (Point point : points) {
      path.lineTo(point.x(), point.y());
    }
    path.closePath();
    return path;
  }

  private static void splashes(Painting p, List<Stain> stains) {
    for (int i = 0; i < 90; i++) {
      double x = p.right * p.random.nextDouble();
      double y = p.bottom * p.random.nextDouble();
      double size = 0.0012 + 0.008 * Math.pow(p.random.nextDouble(), 5);
      p.disc(
          x, y, size, stains.get(p.random.nextInt(stains.size())).colour(), p.between(0.25, 0.6));
    }
  }
}
