package dev.easel.local.sketch;

/** Sand in long waves, lit from one side. */
final class Dunes implements Scene {
  private static final int LAYERS = 5;

  @Override
  public void paint(Painting p) throws InterruptedException {
    double horizon = p.bottom * p.between(0.42, 0.52);
    Sky sky = new Sky(p, horizon);
    p.upTo(0.25).shade(2, sky::shade);
    sky.stars(300);
    boolean fromLeft = sky.sunX < p.right / 2;
    for (int layer = 0; layer < LAYERS; layer++) {
      double near = layer / (LAYERS - 1.0);
      double base = horizon + (p.bottom - horizon) * (0.06 + 0.6 * near * near);
      double tall = 0.05 + 0.2 * near;
      double offset = p.between(0, 200);
      double stretch = 1.9 - 0.9 * near;
      p.upTo(0.25 + 0.6 * (layer + 1) / LAYERS)
          .shade(
              2, (x, y, rgba) -> dune(p, x, y, rgba, near, base, tall, offset, stretch, fromLeft));
    }
    p.upTo(1).finish(0.28);
  }

  private static void dune(
      Painting p,
      double x,
      double y,
      float[] rgba,
      double near,
      double base,
      double tall,
      double offset,
      double stretch,
      boolean fromLeft) {
    double top = crest(p, x, base, tall, offset, stretch);
    if (y < top) {
      rgba[3] = 0;
      return;
    }
    Palette c = p.palette;
    double depth = y - top;
    // from each top of the crest a sharp line runs down: light on one side, shadow on the other
    double run = (fromLeft ? 1 : -1) * depth * 1.5;
    double sway = 0.5 * depth * p.noise.fractal(x * 2 + offset, depth * 5, 3) + run;
    double step = 0.015;
    double slope =
        wave(p, x + sway + step, offset, stretch) - wave(p, x + sway - step, offset, stretch);
    double lit = Colour.smooth(-0.002, 0.004, fromLeft ? -slope : slope);
    double distance = 1 - near;
    Painting.put(rgba, c.night() ? c.at(0.06 + 0.16 * distance) : c.at(0.2 + 0.3 * distance), 1);
    Painting.blend(
        rgba,
        c.night() ? c.at(0.42) : c.at(0.78 + 0.12 * distance),
        lit * (0.85 - 0.25 * Colour.smooth(0, 0.5, depth)));
    double ripple =
        Math.sin(
            (y * 3 + x * 0.7 + 0.25 * p.noise.fractal(x * 4, y * 4 + offset, 3))
                * (150 - 90 * near));
    Painting.scale(rgba, 1 + 0.05 * ripple * near * Colour.smooth(0.01, 0.06, depth));
    Painting.blend(rgba, c.light(), Colour.smooth(0.01, 0, depth) * 0.35);
    Painting.blend(rgba, c.sky(0.95), distance * 0.5 * Colour.smooth(-0.05, 0.25, depth + 0.06));
  }

  private static double crest(
      Painting p, double x, double base, double tall, double offset, double stretch) {
    return base
        - tall * (0.25 + 1.5 * wave(p, x, offset, stretch))
        - 0.004 * p.noise.fractal(x * 14, offset, 3);
  }

  private static double wave(Painting p, double x, double offset, double stretch) {
    return p.noise.fractal(x * stretch * 1.3 + offset, offset * 0.7, 2);
  }
}
