package dev.easel.local.sketch;

/**
 * A range of mountains seen from a hill before it, column by column from near to far: what rises
 * above all that is nearer shows.
 */
final class Terrain {
  private static final double NEAR = 1.2;
  private static final double FAR = 9;
  private static final double STEP = 1.005;

  private final Painting p;
  private final double horizon;
  private final double offset = 100;
  private final double place;
  private final double tall;
  private final double snowLine;
  private final double sun;
  private final int[] colours;
  private final boolean[] covered;
  private final int columns;
  private final int rows;

  /**
   * @param horizon the height of the eye
   * @param sunX lights one side of each slope
   */
  Terrain(Painting p, double horizon, double sunX) {
    this.p = p;
    this.horizon = horizon;
    this.place = p.between(0, 500);
    this.tall = p.between(1.15, 1.5);
    this.snowLine = p.between(0.42, 0.62);
    this.sun = sunX < p.right / 2 ? -1 : 1;
    this.columns = (int) Math.ceil(p.right / p.pixel() * 2);
    this.rows = (int) Math.ceil(p.bottom / p.pixel() * 2);
    this.colours = new int[columns * rows];
    this.covered = new boolean[columns * rows];
  }

  void paint(double from, double until) throws InterruptedException {
    p.upTo(from + (until - from) * 0.85);
    for (int column = 0; column < columns; column++) {
      look(column);
      p.did(column + 1, columns);
    }
    p.upTo(until)
        .shade(
            2,
            (x, y, rgba) -> {
              int column = Math.min(columns - 1, (int) (x / p.pixel() * 2));
              int row = Math.min(rows - 1, (int) (y / p.pixel() * 2));
              int at = row * columns + column;
              Painting.put(rgba, colours[at], covered[at] ? 1 : 0);
            });
  }

  private void look(int column) {
    double x = (column + 0.5) * p.pixel() / 2;
    double direction = (x - p.right / 2) * 0.9;
    int top = rows;
    for (double z = NEAR; z < FAR && top > 0; z *= STEP) {
      double height = height(direction * z, z);
      double y = horizon - (height - 0.32) / z * 1.1;
      int row = Math.max(0, (int) Math.round(y / p.pixel() * 2));
      if (row < top) {
        int colour = colour(direction * z, z, height);
        for (int r = row; r < top; r++) {
          colours[r * columns + column] = colour;
          covered[r * columns + column] = true;
        }
        top = row;
      }
    }
  }

  /** Foothills near the eye, peaks further away. */
  private double height(double x, double z) {
    double peaks = p.noise.ridged(x * 0.4 + place, z * 0.4 + place, 6);
    double broad = 0.5 + p.noise.at(x * 0.3 + place + offset, z * 0.3);
    return tall * Colour.smooth(0.4, 6, z) * peaks * (0.45 + broad);
  }

  private int colour(double x, double z, double height) {
    double step = 0.004 * z;
    double dx = (height(x + step, z) - height(x - step, z)) / (2 * step);
    double dz = (height(x, z + step) - height(x, z - step)) / (2 * step);
    double length = Math.sqrt(dx * dx + dz * dz + 1);
    double lit = Colour.clamp(0.25 + 0.85 * (-dx * sun * 0.8 + dz * 0.35 + 0.35) / length);
    Palette c = p.palette;
    double distance = Colour.smooth(NEAR, FAR, z);
    int rock = Colour.mix(c.land(0.3 + 0.25 * distance), c.land(0.75 + 0.25 * distance), lit);
    double line = snowLine * tall * (0.75 + 0.5 * p.noise.fractal(x * 6, z * 6, 3));
    double snow = Colour.smooth(line - 0.03, line + 0.05, height) * Colour.smooth(2.4, 1.2, length);
    int white =
        c.night() ? Colour.mix(c.at(0.3), c.at(0.75), lit) : Colour.mix(c.at(0.55), c.at(1), lit);
    int bare = Colour.mix(rock, white, snow);
    double mist =
        0.55 * distance + 0.5 * Colour.smooth(0.5, 0.1, height) * Colour.smooth(1.5, 4, z);
    return Colour.mix(bare, c.sky(0.9), Math.min(0.85, mist));
  }
}
