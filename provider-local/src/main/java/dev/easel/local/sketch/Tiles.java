package dev.easel.local.sketch;

import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Arcs on tiles of several sizes that join into endless ribbons. */
final class Tiles implements Scene {
  private record Tile(double x, double y, double size, boolean turned, int depth) {}

  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    boolean flip = c.night() || p.chance(0.5);
    int paper = flip ? c.at(0.06) : c.at(0.97);
    p.fill(new Rectangle2D.Double(0, 0, p.right, p.bottom), paper);
    int across = 4 + p.random.nextInt(3);
    double size = 1.0 / across;
    int columns = (int) Math.ceil(p.right / size);
    int rows = (int) Math.ceil(p.bottom / size);
    p.upTo(0.8);
    // large tiles first: the small ones overlap their neighbours' edges, as this pattern wants
    List<Tile> tiles = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        split(p, column * size, row * size, size, 0, tiles);
      }
    }
    tiles.sort(Comparator.comparingInt(Tile::depth));
    for (int i = 0; i < tiles.size(); i++) {
      draw(p, tiles.get(i), flip);
      p.did(i + 1, tiles.size());
    }
    p.upTo(1).finish(0.22);
  }

  private static void split(
      Painting p, double x, double y, double size, int depth, List<Tile> out) {
    double interest = p.noise.fractal(x * 2.3 + 7, y * 2.3, 2) + p.between(-0.2, 0.2);
    if (depth < 2 && interest > -0.02 + 0.12 * depth) {
      double half = size / 2;
      for (int i = 0; i < 4; i++) {
        split(p, x + i % 2 * half, y + i / 2 * half, half, depth + 1, out);
      }
      return;
    }
    out.add(new Tile(x, y, size, p.chance(0.5), depth));
  }

  /**
   * A tile of the multi-scale kind: ribbons a third as wide as the tile, colours swap with depth.
   */
  private static void draw(Painting p, Tile t, boolean flip) {
    Palette c = p.palette;
    double region = 0.5 + 0.8 * p.noise.fractal(t.x() * 1.2 + 50, t.y() * 1.2, 2);
    boolean inverse = t.depth() % 2 == 1;
    int light = c.at(0.72 + 0.26 * region);
    int dark = c.at(0.05 + 0.33 * region);
    int ground = inverse == flip ? light : dark;
    int ribbon = inverse == flip ? dark : light;
    double s = t.size();
    Area tile = new Area(new Rectangle2D.Double(t.x(), t.y(), s + 0.0005, s + 0.0005));
    p.fill(tile, ground);
    for (int i = 0; i < 2; i++) {
      boolean second = i == 1;
      double cx = t.x() + (second ? s : 0);
      double cy = t.y() + (second != t.turned() ? s : 0);
      Area ring = new Area(disc(cx, cy, s * 2 / 3));
      ring.subtract(new Area(disc(cx, cy, s / 3)));
      ring.intersect(tile);
      p.fill(ring, ribbon);
      Area core = new Area(disc(cx, cy, s * 0.535));
      core.subtract(new Area(disc(cx, cy, s * 0.465)));
      core.intersect(tile);
      p.fill(
          core,
          p.noise.spot((int) (t.x() * 97), (int) (t.y() * 89)) > 0.6 ? c.accent() : ground,
          0.85);
    }
    double[][] middles = {{0.5, 0}, {1, 0.5}, {0.5, 1}, {0, 0.5}};
    double[][] corners = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    for (int i = 0; i < 4; i++) {
      p.disc(t.x() + corners[i][0] * s, t.y() + corners[i][1] * s, s / 3, ground, 1);
      p.disc(t.x() + middles[i][0] * s, t.y() + middles[i][1] * s, s / 6, ribbon, 1);
      p.disc(t.x() + middles[i][0] * s, t.y() + middles[i][1] * s, s * 0.035, ground, 0.85);
    }
  }

  private static Ellipse2D disc(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}
