package dev.easel.local.sketch;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Water up to the horizon, the light on it, and a sail or a lighthouse. */
final class Sea implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    double horizon = p.bottom * p.between(0.4, 0.52);
    Sky sky = new Sky(p, horizon);
    p.upTo(0.3).shade(2, sky::shade);
    sky.stars(240);
    double offset = p.between(0, 100);
    if (p.chance(0.75)) {
      island(p, horizon, offset);
    }
    p.upTo(0.8).shade(3, (x, y, rgba) -> water(p, sky, offset, x, y, rgba));
    boolean lighthouse = p.chance(0.5);
    if (lighthouse) {
      lighthouse(p, horizon);
    }
    int boats = 1 + p.random.nextInt(3);
    for (int i = 0; i < boats; i++) {
      boat(p, horizon, lighthouse);
    }
    p.upTo(1).finish(0.3);
  }

  private static void water(Painting p, Sky sky, double offset, double x, double y, float[] rgba) {
    double below = y - sky.horizon;
    if (below < 0) {
      rgba[3] = 0;
      return;
    }
    Palette palette = p.palette;
    double deep = below / (p.bottom - sky.horizon);
    double far = 1 / (below + 0.025);
    double px = (x - p.right / 2) * far * 0.55 + offset;
    double py = far * 2.6;
    double swell = p.noise.fractal(px * 1.3, py * 1.1 + offset, 5);
    double slope = p.noise.fractal(px * 1.3 + 0.04, py * 1.1 + offset + 0.12, 5) - swell;

    // a calm sea repeats the sky upside down; waves tilt the mirror
    double mirrored = Colour.clamp(1 - deep * 0.95 + slope * 2.4 + swell * 0.35);
    Painting.put(rgba, palette.sky(mirrored), 1);
    Painting.blend(rgba, palette.land(0.18 + 0.5 * (1 - deep)), 0.34 + 0.42 * deep);
    Painting.blend(rgba, palette.sky(0.96), Colour.smooth(0.03, 0.3, swell) * 0.3);
    Painting.blend(rgba, palette.land(0.02), Colour.smooth(0.0, -0.4, swell) * 0.45 * deep);

    double reach = 0.03 + sky.sunSize * 0.7 + 0.3 * deep;
    double path = Math.exp(-Math.pow((x - sky.sunX) / reach, 2));
    double glitter = Colour.smooth(0.0, 0.16, slope + 0.06 * path + 0.04 * (1 - deep) - 0.03);
    Painting.blend(rgba, palette.light(), path * glitter * (0.95 - 0.35 * deep));
    double foam = Colour.smooth(0.22, 0.34, swell + 0.25 * Math.abs(slope)) * deep;
    Painting.blend(rgba, palette.at(0.98), foam * 0.5);
    Painting.blend(rgba, palette.sky(0.97), Colour.smooth(0.05, 0, below) * 0.5);
  }

  private static void island(Painting p, double horizon, double offset)
      throws InterruptedException {
    double centre = p.right * (p.chance(0.5) ? p.between(-0.05, 0.25) : p.between(0.75, 1.05));
    double half = p.between(0.25, 0.5);
    double tall = p.between(0.05, 0.14);
    int colour =
        p.palette.night()
            ? p.palette.at(0.14)
            : Colour.mix(p.palette.land(0.75), p.palette.sky(0.9), 0.35);
    Path2D land = new Path2D.Double();
    land.moveTo(centre - half, horizon + 0.004);
    for (int i = 0; i <= 120; i++) {
      double t = i / 60.0 - 1;
      double x = centre + half * t;
      double bump =
          Math.max(0, 1 - t * t) * (0.7 + 0.9 * p.noise.fractal(x * 5 + offset, offset, 4));
      land.lineTo(x, horizon - tall * Math.max(0, bump));
    }
    land.lineTo(centre + half, horizon + 0.004);
    land.closePath();
    p.fill(land, colour);
    p.did(1, 1);
  }

  private static void boat(Painting p, double horizon, boolean left) {
    double depth = p.between(0.06, 0.5);
    double y = horizon + (p.bottom - horizon) * depth * 0.7;
    double x = p.right * (left ? p.between(0.08, 0.6) : p.between(0.12, 0.88));
    double s = 0.02 + 0.11 * depth;
    int hull = p.palette.at(0.06);
    int sail = p.palette.night() ? p.palette.at(0.8) : p.palette.at(1);
    boolean coloured = p.chance(0.5);
    p.at(
        x,
        y,
        p.between(-0.05, 0.05),
        s,
        () -> {
          Path2D body = new Path2D.Double();
          body.moveTo(-0.8, -0.22);
          body.quadTo(0, -0.1, 1, -0.3);
          body.quadTo(0.7, 0.12, 0.45, 0.12);
          body.lineTo(-0.5, 0.12);
          body.closePath();
          Path2D main = new Path2D.Double();
          main.moveTo(-0.08, -0.3);
          main.lineTo(-0.08, -2.2);
          main.quadTo(-0.5, -1, -0.85, -0.42);
          main.closePath();
          Path2D jib = new Path2D.Double();
          jib.moveTo(0.02, -0.4);
          jib.lineTo(0.0, -1.9);
          jib.quadTo(0.5, -1.0, 0.85, -0.45);
          jib.closePath();
          p.fill(main, sail, 0.96);
          p.fill(jib, coloured ? p.palette.accent() : sail, 0.92);
          p.fill(body, hull);
          for (int i = 0; i < 9; i++) { // its reflection, broken by waves
            double w = 0.75 - i * 0.06;
            p.fill(
                new Ellipse2D.Double(-w * 0.8, 0.14 + i * 0.14, w * 1.7, 0.07),
                i < 3 ? hull : sail,
                0.34 - i * 0.03);
          }
        });
  }

  private static void lighthouse(Painting p, double horizon) {
    double x = p.right * p.between(0.8, 0.9);
    double y = horizon + p.between(0.05, 0.1);
    double s = p.between(0.3, 0.4);
    Palette c = p.palette;
    int rock = c.at(0.05);
    int wall = c.night() ? c.at(0.72) : c.at(1);
    if (c.night()) {
      for (int i = 0; i < 24; i++) { // the beam, brightest in the middle
        double spread = 0.006 * (i + 1);
        Path2D beam = new Path2D.Double();
        beam.moveTo(x, y - s * 0.93);
        beam.lineTo(x - 1.8, y - s * 1.05 - spread * 1.8);
        beam.lineTo(x - 1.8, y - s * 1.05 + spread * 1.8);
        beam.closePath();
        p.fill(beam, c.light(), 0.022);
      }
    }
    Path2D cliff = new Path2D.Double();
    cliff.moveTo(p.right + 0.01, y - 0.1);
    for (int i = 0; i <= 40; i++) {
      double t = i / 40.0;
      double cx = p.right + 0.01 - (p.right + 0.01 - x + 0.2) * t;
      double rise = t < 0.62 ? 0.04 * (1 - t) : 0;
      cliff.lineTo(
          cx, y + 0.02 - rise + 0.1 * Math.pow(t, 3) + 0.014 * p.noise.fractal(t * 12, x, 3));
    }
    cliff.lineTo(p.right + 0.01, y + 0.16);
    cliff.closePath();
    p.fill(cliff, rock);
    p.at(
        x,
        y + 0.01,
        0,
        s,
        () -> {
          for (int band = 0; band < 6; band++) {
            double top = band / 6.0;
            double next = (band + 1) / 6.0;
            Path2D part = new Path2D.Double();
            part.moveTo(-0.1 + 0.045 * top, -0.86 * top);
            part.lineTo(0.1 - 0.045 * top, -0.86 * top);
            part.lineTo(0.1 - 0.045 * next, -0.86 * next - 0.002);
            part.lineTo(-0.1 + 0.045 * next, -0.86 * next - 0.002);
            part.closePath();
            int colour = band % 2 == 0 ? wall : c.accent();
            p.fill(part, colour);
            Path2D shade = new Path2D.Double();
            shade.moveTo(0.02, -0.86 * top);
            shade.lineTo(0.1 - 0.045 * top, -0.86 * top);
            shade.lineTo(0.1 - 0.045 * next, -0.86 * next - 0.002);
            shade.lineTo(0.02, -0.86 * next - 0.002);
            shade.closePath();
            p.fill(shade, rock, 0.3);
          }
          p.fill(new Rectangle2D.Double(-0.08, -0.885, 0.16, 0.025), rock);
          p.fill(new Rectangle2D.Double(-0.045, -0.97, 0.09, 0.09), c.light());
          Path2D roof = new Path2D.Double();
          roof.moveTo(-0.065, -0.965);
          roof.lineTo(0, -1.06);
          roof.lineTo(0.065, -0.965);
          roof.closePath();
          p.fill(roof, c.accent());
        });
    for (int i = 10; i > 0; i--) {
      p.disc(x, y + 0.01 - s * 0.925, 0.008 * i, c.light(), c.night() ? 0.07 : 0.03);
    }
  }
}
