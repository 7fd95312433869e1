package dev.easel.local.sketch;

import java.awt.geom.Path2D;

/** The outline of a fir, slightly different each time. */
final class Firs {
  private Firs() {}

  static Path2D shape(Painting p, double x, double foot, double height) {
    int tiers = 5 + p.random.nextInt(4);
    double width = height * p.between(0.17, 0.24);
    double[] left = new double[tiers];
    double[] right = new double[tiers];
    for (int i = 0; i < tiers; i++) {
      double share = (i + 1.0) / tiers;
      left[i] = width * share * p.between(0.8, 1.15);
      right[i] = width * share * p.between(0.8, 1.15);
    }
    Path2D fir = new Path2D.Double();
    fir.moveTo(x, foot - height);
    for (int i = 0; i < tiers; i++) {
      double y = foot - height + height * 0.94 * (i + 1) / tiers;
      fir.lineTo(x + right[i], y);
      fir.lineTo(x + right[i] * 0.45, y - height * 0.02);
    }
    fir.lineTo(x + width * 0.09, foot);
    fir.lineTo(x - width * 0.09, foot);
    for (int i = tiers - 1; i >= 0; i--) {
      double y = foot - height + height * 0.94 * (i + 1) / tiers;
      fir.lineTo(x - left[i] * 0.45, y - height * 0.02);
      fir.lineTo(x - left[i], y);
    }
    fir.closePath();
    return fir;
  }
}
