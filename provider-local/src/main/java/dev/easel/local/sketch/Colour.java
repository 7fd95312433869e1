package dev.easel.local.sketch;

/** Colours as {@code 0xRRGGBB}, mixed in Oklab, where halfway also looks halfway. */
final class Colour {
  private Colour() {}

  /**
   * From lightness, chroma and hue of Oklch, pulled towards grey where the screen cannot show it.
   *
   * @param lightness 0 to 1
   * @param chroma 0 to about 0.3
   * @param hue in degrees
   */
  static int of(double lightness, double chroma, double hue) {
    double c = chroma;
    double radians = Math.toRadians(hue);
    double[] rgb = linear(lightness, c * Math.cos(radians), c * Math.sin(radians));
    for (int i = 0; i < 12 && outside(rgb); i++) {
      c *= 0.85;
      rgb = linear(lightness, c * Math.cos(radians), c * Math.sin(radians));
    }
    return pack(rgb);
  }

  static int mix(int from, int to, double t) {
    double[] a = oklab(from);
    double[] b = oklab(to);
    double s = clamp(t);
    return pack(
        linear(a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s, a[2] + (b[2] - a[2]) * s));
  }

  /** Lighter for a positive amount, darker for a negative one; 1 is from black to white. */
  static int lighten(int rgb, double amount) {
    double[] lab = oklab(rgb);
    return pack(linear(clamp(lab[0] + amount), lab[1], lab[2]));
  }

  static double lightness(int rgb) {
    return oklab(rgb)[0];
  }

  /** With an opacity of 0 to 1, as {@code 0xAARRGGBB}. */
  static int translucent(int rgb, double opacity) {
    return (int) Math.round(clamp(opacity) * 255) << 24 | rgb & 0xffffff;
  }

  static double clamp(double t) {
    return t < 0 ? 0 : Math.min(t, 1);
  }

  /** 0 below the first edge, 1 above the second, smooth between. */
  static double smooth(double edge0, double edge1, double x) {
    double t = clamp((x - edge0) / (edge1 - edge0));
    return t * t * (3 - 2 * t);
  }

  private static double[] oklab(int rgb) {
    double r = toLinear(rgb >> 16 & 0xff);
    double g = toLinear(rgb >> 8 & 0xff);
    double b = toLinear(rgb & 0xff);
    double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return new double[] {
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    };
  }

  private static double[] linear(double lightness, double a, double b) {
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static boolean outside(double[] linear) {
    for (double v : linear) {
      if (v < -0.001 || v > 1.001) {
        return true;
      }
    }
    return false;
  }

  private static int pack(double[] linear) {
    return channel(linear[0]) << 16 | channel(linear[1]) << 8 | channel(linear[2]);
  }

  private static int channel(double linear) {
    double v = clamp(linear);
    double s = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055;
    return (int) Math.round(clamp(s) * 255);
  }

  private static double toLinear(int channel) {
    double s = channel / 255.0;
    return s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4);
  }

  private static double cube(double v) {
    return v * v * v;
  }
}
