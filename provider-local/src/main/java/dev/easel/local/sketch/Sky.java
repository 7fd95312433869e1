package dev.easel.local.sketch;

/** What is above the land: a gradient, a sun or moon with its glow, clouds, stars by night. */
final class Sky {
  private final Painting p;
  final double horizon;
  final double sunX;
  final double sunY;
  final double sunSize;
  private final double cloudiness;
  private final double cloudSeed;

  Sky(Painting p, double horizon) {
    this.p = p;
    this.horizon = horizon;
    this.sunX = p.right * p.between(0.22, 0.78);
    this.sunY = horizon * p.between(0.3, 0.72);
    this.sunSize = p.between(0.05, 0.095);
    this.cloudiness = p.between(-0.06, 0.12);
    this.cloudSeed = p.between(0, 100);
  }

  /** The colour of the sky at a place above the horizon; below it, of the horizon. */
  void shade(double x, double y, float[] rgba) {
    Palette palette = p.palette;
    double t = Math.min(1, y / horizon);
    Painting.put(rgba, palette.sky(t), 1);
    double distance = Math.hypot(x - sunX, y - sunY);
    double glow = Math.exp(-distance * 3.2);
    Painting.blend(rgba, palette.light(), glow * (palette.night() ? 0.28 : 0.6));
    clouds(x, y, t, rgba);
    double edge = 0.0035;
    double disc = Colour.smooth(sunSize + edge, sunSize - edge, distance);
    if (disc > 0) {
      double face =
          palette.night() ? 0.1 * p.noise.fractal(x * 22 + 3, y * 22, 3) : 0; // the moon's seas
      Painting.blend(rgba, palette.light(), disc);
      Painting.scale(rgba, 1 + face * disc);
    }
  }

  private void clouds(double x, double y, double t, float[] rgba) {
    double stretch = 1.4 + 3.2 * t; // flatter towards the horizon
    double c = p.noise.fractal(x * 1.5 + cloudSeed, y * 1.5 * stretch + cloudSeed, 5) + cloudiness;
    double cover = Colour.smooth(0.02, 0.42, c) * (p.palette.night() ? 0.34 : 0.62);
    Painting.blend(rgba, p.palette.night() ? p.palette.at(0.42) : p.palette.at(0.98), cover);
  }

  /** Stars, if it is night. */
  void stars(int count) {
    if (!p.palette.night()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      double x = p.right * p.random.nextDouble();
      double y = horizon * Math.pow(p.random.nextDouble(), 1.4);
      double size = 0.0007 + 0.0016 * Math.pow(p.random.nextDouble(), 4);
      double brightness = p.between(0.35, 0.95);
      if (Math.hypot(x - sunX, y - sunY) > sunSize * 1.4) {
        p.disc(x, y, size, p.palette.at(1), brightness);
      }
    }
  }
}
