package dev.easel.local.sketch;

/** Smooth noise over the plane, fixed by its seed. Values lie within -1 and 1, mostly near 0. */
final class Noise {
  private final long seed;

  Noise(long seed) {
    this.seed = mix(seed);
  }

  /** Gradient noise with one hill or so per unit. */
  double at(double x, double y) {
    int xi = floor(x);
    int yi = floor(y);
    double fx = x - xi;
    double fy = y - yi;
    double u = fade(fx);
    double v = fade(fy);
    double top = lerp(corner(xi, yi, fx, fy), corner(xi + 1, yi, fx - 1, fy), u);
    double bottom = lerp(corner(xi, yi + 1, fx, fy - 1), corner(xi + 1, yi + 1, fx - 1, fy - 1), u);
    return 1.4 * lerp(top, bottom, v);
  }

  /** Noise upon finer noise, each octave half as strong and twice as fine. */
  double fractal(double x, double y, int octaves) {
    double sum = 0;
    double strength = 0.5;
    double px = x;
    double py = y;
    for (int i = 0; i < octaves; i++) {
      sum += strength * at(px, py);
      // turned a little each time, so that no grid shows
      double nx = 1.6 * px + 1.2 * py + 17.3;
      py = -1.2 * px + 1.6 * py + 9.1;
      px = nx;
      strength *= 0.5;
    }
    return sum;
  }

  /** Sharp crests: near 1 on a ridge, near 0 in a valley. */
  double ridged(double x, double y, int octaves) {
    double sum = 0;
    double strength = 0.5;
    double weight = 1;
    double px = x;
    double py = y;
    for (int i = 0; i < octaves; i++) {
      double ridge = 1 - Math.abs(at(px, py));
      ridge *= ridge * weight;
      weight = Math.min(1, 2 * ridge);
      sum += ridge * strength;
      px = px * 2.1 + 5.7;
      py = py * 2.1 + 1.3;
      strength *= 0.5;
    }
    return sum;
  }

  /** A fixed random number of a whole place, 0 to 1. */
  double spot(int x, int y) {
    return (hash(x, y) >>> 11) * 0x1.0p-53;
  }

  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  private long hash(int x, int y) {
    long h = seed ^ x * 0x9e3779b97f4a7c15L ^ y * 0xc2b2ae3d27d4eb4fL;
    h = (h ^ h >>> 29) * 0xbf58476d1ce4e5b9L;
    return h ^ h >>> 32;
  }

  private double corner(int x, int y, double dx, double dy) {
    long h = hash(x, y);
    double gx = (h & 0xffff) * (2.0 / 0xffff) - 1;
    double gy = (h >> 16 & 0xffff) * (2.0 / 0xffff) - 1;
    return gx * dx + gy * dy;
  }

  private static int floor(double v) {
    int i = (int) v;
    return v < i ? i - 1 : i;
  }

  private static double fade(double t) {
    return t * t * t * (t * (t * 6 - 15) + 10);
  }

  private static double lerp(double a, double b, double t) {
    return a + (b - a) * t;
  }
}
