package dev.easel.local.sketch;

import java.awt.geom.Path2D;

/** Folded paper: triangles over rolling heights, each lit by how it lies. */
final class LowPoly implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    double cell = p.between(0.042, 0.062);
    int columns = (int) Math.ceil(p.right / cell) + 3;
    int rows = (int) Math.ceil(p.bottom / cell) + 3;
    double offset = p.between(0, 100);
    double[][] xs = new double[rows][columns];
    double[][] ys = new double[rows][columns];
    double[][] heights = new double[rows][columns];
    for (int j = 0; j < rows; j++) {
      for (int i = 0; i < columns; i++) {
        double x = (i - 1 + (j % 2) * 0.5 + p.between(-0.34, 0.34)) * cell;
        double y = (j - 1 + p.between(-0.34, 0.34)) * cell;
        xs[j][i] = x;
        ys[j][i] = y;
        heights[j][i] =
            p.noise.fractal(x * 1.7 + offset, y * 1.7, 4)
                + 0.4 * p.noise.ridged(x * 1.1, y * 1.1 + offset, 3);
      }
    }
    double light = p.between(0, 2 * Math.PI);
    for (int j = 0; j < rows - 1; j++) {
      p.upTo(0.8 * (j + 1) / rows);
      for (int i = 0; i < columns - 1; i++) {
        boolean odd = j % 2 == 1;
        int[][] one =
            odd
                ? new int[][] {{j, i}, {j, i + 1}, {j + 1, i + 1}}
                : new int[][] {{j, i}, {j, i + 1}, {j + 1, i}};
        int[][] two =
            odd
                ? new int[][] {{j, i}, {j + 1, i}, {j + 1, i + 1}}
                : new int[][] {{j, i + 1}, {j + 1, i}, {j + 1, i + 1}};
        triangle(p, c, one, xs, ys, heights, light);
        triangle(p, c, two, xs, ys, heights, light);
      }
      p.did(1, 1);
    }
    p.upTo(1).finish(0.3);
  }

  private static void triangle(
      Painting p,
      Palette c,
      int[][] corners,
      double[][] xs,
      double[][] ys,
      double[][] heights,
      double light) {
    double[] x = new double[3];
    double[] y = new double[3];
    double[] z = new double[3];
    for (int k = 0; k < 3; k++) {
      x[k] = xs[corners[k][0]][corners[k][1]];
      y[k] = ys[corners[k][0]][corners[k][1]];
      z[k] = heights[corners[k][0]][corners[k][1]] * 0.28;
    }
    double ux = x[1] - x[0];
    double uy = y[1] - y[0];
    double uz = z[1] - z[0];
    double vx = x[2] - x[0];
    double vy = y[2] - y[0];
    double vz = z[2] - z[0];
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    double length = Math.sqrt(nx * nx + ny * ny + nz * nz) * (nz < 0 ? -1 : 1);
    double lit = (nx * Math.cos(light) + ny * Math.sin(light)) / length;
    double height = (z[0] + z[1] + z[2]) / 3 / 0.28;
    double middle = (y[0] + y[1] + y[2]) / 3 / p.bottom;
    int base = c.at(0.12 + 0.62 * Colour.clamp(0.4 + height * 1.05) + 0.18 * (0.5 - middle));
    if (height > 0.42) {
      base = Colour.mix(base, c.accent(), Colour.smooth(0.42, 0.62, height) * 0.85);
    }
    int colour = Colour.lighten(base, lit * 0.36 + p.between(-0.012, 0.012));
    Path2D t = new Path2D.Double();
    t.moveTo(x[0], y[0]);
    t.lineTo(x[1], y[1]);
    t.lineTo(x[2], y[2]);
    t.closePath();
    p.fill(t, colour);
    p.draw(t, 0.0008, colour, 1); // closes the seams that antialiasing leaves
  }
}
